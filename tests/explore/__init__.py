"""Tests of paperkg.explore."""
