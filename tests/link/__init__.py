"""Tests of what names are taken for."""
