"""Run the notebooks from top to bottom and keep their outputs: `python notebooks/execute.py`.

Each runs in its own folder with the Python that runs this file. What differs from run to run
(times, the kernel's version) is left out, so that the same graph gives the same file.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

HERE = Path(__file__).parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


class ThisPython(AsyncKernelManager):
    """Starts kernels of the running interpreter, whatever kernels are installed."""

    kernel_spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        display_name="Python 3",
        language="python",
    )


def execute(path: Path) -> nbformat.NotebookNode:
    """The notebook with the outputs that it gives now, in normal form; the file stays as it is.

    Raises nbclient's CellExecutionError where a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=300,
        kernel_manager_class=ThisPython,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    return normal(notebook)


def normal(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with plain metadata and its cells numbered."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells, 1):
        cell.id, cell.metadata = f"cell-{number:02}", nbformat.from_dict({})
    return notebook


if __name__ == "__main__":
    for file in sorted(HERE.glob("*.ipynb")):
        done = execute(file)
        nbformat.write(done, file)
        print(f"{file.name}: {file.stat().st_size / 1024:.0f} KB")
