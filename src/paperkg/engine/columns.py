"""The columns of the tables that are written as Parquet, by either engine."""

from __future__ import annotations

import pyarrow as pa

__all__ = ["NUMBER", "TABLES", "TEXT"]

TEXT, NUMBER, REAL = pa.string(), pa.int64(), pa.float64()


def columns(texts: str, numbers: str = "", reals: str = "") -> dict[str, pa.DataType]:
    """Columns by their names."""
    kinds = ((texts, TEXT), (numbers, NUMBER), (reals, REAL))
    return {name: kind for names, kind in kinds for name in names.split()}


TABLES = {
    "mentions": columns("paper text type role entity variant", "start end", "confidence"),
    "results": columns("paper text kind system benchmark metric", "start end", "value"),
    "links": columns(
        "paper entity role", "mentions sentence_start sentence_end", "confidence role_confidence"
    ),
    "papers": columns("id title date authors categories url code pages tasks iri", "entities"),
    "entities": columns(
        "id type name aliases variant_of family maker same_as homepage code also traits tasks iri",
        "papers",
    ),
}
"""The columns of every table, so that all parts of one have the same types."""
