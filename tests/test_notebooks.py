"""The notebooks: every cell runs, and what is in the repository shows what it prints."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbclient", reason="nbclient is missing: pip install 'paperkg[notebooks]'")
pytest.importorskip("ipykernel", reason="ipykernel is missing: pip install 'paperkg[notebooks]'")
pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install 'paperkg[notebooks]'")
nbformat = pytest.importorskip("nbformat")

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LIMIT = 600 * 1024


def code_cells(notebook: Any) -> list[Any]:
    """The cells that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def silent(cells: list[Any]) -> list[str]:
    """The sources of the cells without outputs."""
    return [cell.source for cell in cells if not cell.outputs]


def test_there_are_notebooks() -> None:
    assert {path.stem for path in NOTEBOOKS} >= {"explore", "sparql", "year"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_top_to_bottom(path: Path, tmp_path: Path, request, monkeypatch) -> None:
    if path.stem == "year":
        monkeypatch.setenv("PAPERKG_SHARED", str(request.getfixturevalue("shared")))
    copy = tmp_path / "notebooks" / path.name
    copy.parent.mkdir()
    shutil.copy(path, copy)
    execute = runpy.run_path(str(FOLDER / "execute.py"))["execute"]
    fresh = execute(copy)
    assert list((tmp_path / "outputs").glob("*/graph.ttl"))
    errors = [
        out for cell in code_cells(fresh) for out in cell.outputs if out.output_type == "error"
    ]
    warnings = [
        out for cell in code_cells(fresh) for out in cell.outputs if out.get("name") == "stderr"
    ]
    assert errors == [] and warnings == []
    committed = nbformat.read(path, as_version=4)
    assert silent(code_cells(committed)) == silent(code_cells(fresh))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_in_normal_form(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert not any(cell.metadata for cell in notebook.cells)
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    assert path.stat().st_size < LIMIT
