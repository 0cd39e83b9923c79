"""Nothing is loaded before it is asked for, and every public name is found when it is."""

import subprocess
import sys
from importlib import import_module

import pytest

import paperkg
from paperkg.cli import FORMATS, SERVICES, VIEWS

PACKAGES = [
    "",
    ".curate",
    ".engine",
    ".evaluate",
    ".explore",
    ".export",
    ".extract",
    ".graph",
    ".web",
]
HEAVY = {
    "networkx",
    "onnxruntime",
    "pandas",
    "pyarrow",
    "pyshacl",
    "rdflib",
    "scipy",
    "spacy",
    "torch",
}


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    ).stdout


@pytest.mark.parametrize("module", ["paperkg", "paperkg.cli", "paperkg.curate.enrich"])
def test_importing_loads_no_library_that_takes_long(module):
    loaded = run(f"import sys, {module}; print(*sys.modules)").split()
    assert module in loaded and HEAVY.isdisjoint(loaded)


def test_building_loads_nothing_that_only_questions_need():
    loaded = run("import sys, paperkg; paperkg.build; print(*sys.modules)").split()
    assert "paperkg.engine.local" in loaded
    assert {"bs4", "bibtexparser", "pandas", "pyshacl", "rdflib"}.isdisjoint(loaded)
    assert not any(name.startswith(("paperkg.evaluate", "paperkg.web")) for name in loaded)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_there_and_is_listed(package):
    known = import_module(f"paperkg{package}")
    assert set(known.__all__) <= set(dir(known))
    for name in known.__all__:
        assert getattr(known, name) is not None


def test_a_function_is_never_hidden_by_the_module_that_is_called_like_it():
    told = run(
        "import paperkg.explore.leaderboard, paperkg.extract, paperkg.export.html\n"
        "from paperkg.explore import leaderboard\n"
        "print(callable(leaderboard), callable(paperkg.extract), callable(paperkg.export))\n"
        "print(callable(paperkg.explore.leaderboard), callable(paperkg.leaderboard))"
    )
    assert told.split() == ["True"] * 5


def test_an_unknown_name_is_told():
    with pytest.raises(AttributeError, match=r"module 'paperkg' has no attribute 'no_such'"):
        paperkg.no_such  # noqa: B018


def test_help_names_what_may_be_chosen():
    assert ", ".join(["csv", *import_module("paperkg.export").FORMATS]) == FORMATS
    assert ", ".join(import_module("paperkg.explore").VIEWS) == VIEWS
    assert ", ".join(import_module("paperkg.curate").SERVICES) == SERVICES
