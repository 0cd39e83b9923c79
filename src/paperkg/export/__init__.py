"""The graph in every format that people and tools ask for."""

from typing import TYPE_CHECKING

from paperkg.lazy import lazy

if TYPE_CHECKING:
    from paperkg.export.formats import FORMATS, export
    from paperkg.export.html import render
    from paperkg.export.tables import frames, write_csv, write_lines

__all__ = [
    "FORMATS",
    "export",
    "frames",
    "render",
    "write_csv",
    "write_lines",
]

lazy(
    __name__,
    {
        "formats": "FORMATS export",
        "html": "render",
        "tables": "frames write_csv write_lines",
    },
)
