"""Joins and groups of a build on a cluster: second papers, and names across papers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.pandas.types import from_arrow_schema

from paperkg.engine import partitions
from paperkg.link.newcomers import COMMON

__all__ = ["called", "company", "in_full", "mapped", "ranked", "total"]


def mapped(
    frame: DataFrame, function: Callable[..., Iterator[pa.RecordBatch]], table: str, *given: Any
) -> DataFrame:
    """The table that a function makes of each partition of another."""
    columns = from_arrow_schema(partitions.SCHEMAS[table])
    return frame.mapInArrow(lambda batches: function(batches, *given), columns)


def in_full(names: DataFrame) -> DataFrame:
    """Unknown names, a benchmark's editions in short in the bucket of those in full."""
    others = names.groupBy("bucket").agg(F.max("other").alias("other"))
    plain = others.where("NOT other").select("bucket")
    editions = names.where("edition != ''").select("bucket", "edition").distinct()
    full = plain.select(F.col("bucket").alias("edition"))
    merged = editions.join(plain, "bucket").join(full, "edition")
    merged = merged.select("bucket", F.col("edition").alias("full"))
    both = names.join(merged, "bucket", "left")
    return both.withColumn("bucket", F.coalesce("full", "bucket")).drop("full")


def company(names: DataFrame) -> DataFrame:
    """The names of each paper that others have too, with the number of papers that have each."""
    counts = names.groupBy("name").agg(F.count("*").alias("n")).where(f"n > 1 AND n <= {COMMON}")
    beside = names.select("key", "name").join(counts, "name")
    return beside.groupBy("key").agg(F.collect_list(F.struct("name", "n")).alias("company"))


def ranked(rows: DataFrame, parts: int) -> DataFrame:
    """Records with their rank among those of one key, and the id of the first of these."""
    order = Window.partitionBy("key").orderBy("file", "at")
    papers = rows.where("paper IS NOT NULL").repartition(parts, "key")
    found = papers.withColumn("rank", F.row_number().over(order))
    found = found.withColumn("first", F.first("id").over(order))
    rejected = rows.where("rejected IS NOT NULL")
    return found.unionByName(rejected, allowMissingColumns=True)


def called(found: DataFrame) -> DataFrame:
    """The first paper of each key; of those with one id, all but the first go by their key."""
    papers = found.where("rank = 1").select("file", "at", "id", "key", "paper")
    order = Window.partitionBy("id").orderBy("file", "at")
    seconds = papers.withColumn("n", F.row_number().over(order)).where("n > 1")
    second = seconds.select("key", F.col("key").alias("own"))
    both = papers.join(second, "key", "left")
    return both.withColumn("id", F.coalesce("own", "id")).select("id", "key", "paper")


def total(frame: DataFrame, column: str) -> int:
    """The sum of a column."""
    rows = frame.agg(F.sum(column)).collect()
    return int(rows[0][0] or 0)
