"""Tests of the catalogue's upkeep."""
