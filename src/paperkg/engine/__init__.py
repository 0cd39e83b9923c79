"""Where a build runs."""

from paperkg.engine.local import Build, add, assemble, build, read_papers, remove

__all__ = ["Build", "add", "assemble", "build", "read_papers", "remove"]
