"""Where the package's own data lies: the ontology folder, the shipped pipeline, the sample."""

from __future__ import annotations

from pathlib import Path

__all__ = ["ONTOLOGY", "PIPELINE", "SAMPLE"]

PACKAGE = Path(__file__).parent
# An installed package carries the folder; a checkout has it at its top level.
ONTOLOGY = next(
    (p for p in (PACKAGE / "ontology", PACKAGE.parents[1] / "ontology") if p.is_dir()),
    PACKAGE / "ontology",
)
PIPELINE = PACKAGE / "data" / "pipeline"
SAMPLE = PACKAGE / "data" / "sample.jsonl"
