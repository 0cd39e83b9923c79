"""Upkeep of the catalogue: what public services know of its rows."""
