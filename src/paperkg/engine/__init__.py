"""Where a build runs."""

from paperkg.engine.local import Build, assemble, build, read_papers

__all__ = ["Build", "assemble", "build", "read_papers"]
