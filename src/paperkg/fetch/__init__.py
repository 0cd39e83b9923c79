"""Papers from services into JSON Lines files, which `sources` reads."""

from paperkg.fetch.fetch import SERVICES, Fetched, fetch

__all__ = ["SERVICES", "Fetched", "fetch"]
