"""Where a build runs."""

from paperkg.engine.local import Build, add, assemble, build, extract_files, remove

__all__ = ["Build", "add", "assemble", "build", "extract_files", "remove"]
