"""Upkeep of the catalogue: what is wrong with it, what it lacks, what others know of it."""

from typing import TYPE_CHECKING

from paperkg.lazy import lazy

if TYPE_CHECKING:
    from paperkg.curate.check import catalog_check
    from paperkg.curate.enrich import SERVICES, Enriched, catalog_enrich
    from paperkg.curate.suggest import catalog_suggest

__all__ = ["SERVICES", "Enriched", "catalog_check", "catalog_enrich", "catalog_suggest"]

lazy(
    __name__,
    {
        "check": "catalog_check",
        "enrich": "SERVICES Enriched catalog_enrich",
        "suggest": "catalog_suggest",
    },
)
