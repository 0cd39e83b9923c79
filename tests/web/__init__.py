"""Tests of the served graph."""
