"""Upkeep of the catalogue: what is wrong with it, what it lacks, what others know of it."""

from paperkg.curate.check import catalog_check
from paperkg.curate.enrich import SERVICES, Enriched, catalog_enrich
from paperkg.curate.suggest import catalog_suggest

__all__ = ["SERVICES", "Enriched", "catalog_check", "catalog_enrich", "catalog_suggest"]
