"""Tests of paperkg.graph."""
