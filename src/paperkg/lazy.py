"""Packages that load a module when one of its names is first asked for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["lazy"]


def lazy(package: str, modules: Mapping[str, str]) -> None:
    """Let a package take its names from its modules, each when it is first asked for.

    `modules` are the names, with spaces between them, by the module below the package that has
    them. For type checkers the same names are imported under `if TYPE_CHECKING`.
    """
    known = sys.modules[package]
    homes = {name: module for module, names in modules.items() for name in names.split()}
    known.__dict__["_homes"] = homes
    known.__class__ = LazyPackage


class LazyPackage(ModuleType):
    """A package some of whose names are not loaded yet."""

    _homes: dict[str, str]

    def __getattr__(self, name: str) -> Any:
        if name not in self._homes:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{self.__name__}.{self._homes[name]}"), name)
        self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute, but no module in the place of the function that is called like it.

        Import puts every module that it loads into its package.
        """
        if not (name in self._homes and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._homes})
