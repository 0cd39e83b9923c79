"""The served graph: a SPARQL endpoint, a page for every IRI, search and the explorer."""

from paperkg.web.limits import Limits
from paperkg.web.serve import serve

__all__ = ["Limits", "serve"]
