"""The parquet format: tables whose columns are named as the fields of the other formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

from paperkg.errors import PaperKGError
from paperkg.sources.record import Raw, Rejected, Where
from paperkg.sources.services import FIELDS, READ

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["about", "begins", "name", "read"]

name = "parquet"
about = "Parquet with the columns title and abstract, or those of a service"

MAGIC = (b"PAR1", b"PARE")
ROWS = 256
"""So many rows are held at a time."""
BUFFER = 1 << 20


def begins(head: bytes) -> bool:
    """Whether a file that begins so is of this format."""
    return head.startswith(MAGIC)


def read(stream: IO[bytes], where: Where) -> Iterator[Raw | Rejected]:
    """The rows of a table, some at a time; columns that no paper has are passed over.

    Raises PaperKGError where the file is broken or lacks a column.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    number = 0
    try:
        table = ParquetFile(stream, buffer_size=BUFFER, pre_buffer=False)
        columns = _columns(table.schema_arrow.names, where)
        for batch in table.iter_batches(ROWS, columns=columns, use_threads=False):
            yield from _rows(batch, number, where)
            number += batch.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        place = f" after row {number}" if number else ""
        reason = str(error).split("\n")[0].rstrip(".")
        raise PaperKGError(
            f"{where.name}: broken Parquet{place}: {reason}; write or download it again"
        ) from error


def _columns(names: list[str], where: Where) -> list[str]:
    """The columns that are read."""
    known = [each for each in names if each.strip().lower() in READ]
    lower = {each.strip().lower() for each in known}
    for field, others in (("title", {"display_name"}), ("abstract", {"abstract_inverted_index"})):
        if not lower & {*FIELDS[field], *others}:
            raise PaperKGError(
                f"{where.name}: Parquet without the column {field}; name one so,"
                f" in place of {', '.join(names)[:200]}"
            )
    return known


def _rows(batch: pa.RecordBatch, above: int, where: Where) -> Iterator[Raw | Rejected]:
    """The rows of a batch; where they cannot be read together, one by one."""
    try:
        rows: Iterable[dict[str, Any] | None] = batch.to_pylist()
    except (ValueError, OverflowError):
        rows = (_row(batch, place) for place in range(batch.num_rows))
    for number, row in enumerate(rows, above + 1):
        if row is None:
            yield where.reject(number, "a value that is neither UTF-8 text nor a date nor a number")
        else:
            yield Raw(number, {field: _plain(value) for field, value in row.items()})


def _row(batch: pa.RecordBatch, place: int) -> dict[str, Any] | None:
    """One row, or None where it cannot be read."""
    try:
        row: dict[str, Any] = batch.slice(place, 1).to_pylist()[0]
    except (ValueError, OverflowError):
        return None
    return row


def _plain(value: Any) -> Any:
    """A value as the other formats have it: text for bytes, an ISO date for a point in time."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return value.isoformat() if hasattr(value, "isoformat") else value
