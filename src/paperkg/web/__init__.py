"""The served graph: a SPARQL endpoint, a page for every IRI, search and the explorer."""

from typing import TYPE_CHECKING

from paperkg.lazy import lazy

if TYPE_CHECKING:
    from paperkg.web.limits import Limits
    from paperkg.web.serve import serve

__all__ = ["Limits", "serve"]

lazy(__name__, {"limits": "Limits", "serve": "serve"})
