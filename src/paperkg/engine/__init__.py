"""Where a build runs: on one machine, or on a Spark cluster (`paperkg.engine.spark`, an extra)."""

from typing import TYPE_CHECKING

from paperkg.lazy import lazy

if TYPE_CHECKING:
    from paperkg.engine.local import Build, add, assemble, build, extract_files, remove

__all__ = ["Build", "add", "assemble", "build", "extract_files", "remove"]

lazy(__name__, {"local": "Build add assemble build extract_files remove"})
