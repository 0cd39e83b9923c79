"""Whether a graph is what a PaperKG graph should be: SHACL validation."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyshacl
import rdflib
from rdflib.namespace import RDF, SH

from paperkg.errors import PaperKGError
from paperkg.graph.read import graph_files
from paperkg.resources import ONTOLOGY

__all__ = ["validate"]


def validate(path: str | Path) -> pd.DataFrame:
    """Check a graph against `ontology/shapes.ttl`: one row a violation, none where it conforms.

    Columns: node, path, message. Raises PaperKGError where the graph is missing or unreadable.
    """
    main, _ = graph_files(path)
    graph = rdflib.Graph()
    try:
        graph.parse(main, format={".ttl": "turtle", ".nt": "nt"}[main.suffix])
    except Exception as error:  # rdflib raises errors of many kinds for bad syntax
        raise PaperKGError(f"{main}: {error}; build the graph again") from error
    _, report, _ = pyshacl.validate(
        graph,
        shacl_graph=rdflib.Graph().parse(ONTOLOGY / "shapes.ttl"),
        ont_graph=rdflib.Graph().parse(ONTOLOGY / "paperkg.ttl"),
    )
    rows = [
        tuple(
            str(report.value(found, p) or "")
            for p in (SH.focusNode, SH.resultPath, SH.resultMessage)
        )
        for found in report.subjects(RDF.type, SH.ValidationResult)
    ]
    return pd.DataFrame(sorted(rows), columns=["node", "path", "message"])
