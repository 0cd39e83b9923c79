"""Tests of paperkg.engine."""
