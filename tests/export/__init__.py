"""Tests of paperkg.export."""
