"""What lies in a drop: one feed's rows of one market day, as one file with its certificate."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl
import pyarrow.parquet as pq

from tieline.datasets.rows import published_fields
from tieline.schema.shape import schema_of
from tieline.sinks.protocol import Batch, Change

Form = Literal["parquet", "csv", "json"]
Holds = Literal["current", "history"]
ISO = "%Y-%m-%dT%H:%M:%S%.6fZ"
CERTIFICATE = b"tieline.certificate"
"""Where in a Parquet file's metadata the certificate stands; other forms have it in a file beside."""

BESIDE = ".certificate.json"
UNDATED = "undated"
NAMED = 16
_NAME = re.compile(
    rf"[^/]+/(?:\d{{4}}-\d\d-\d\d|{UNDATED})/(\d{{12,}})-[0-9a-f]{{{NAMED}}}\.(?:parquet|csv|json)"
    rf"(?:{re.escape(BESIDE)})?"
)


@dataclass(frozen=True, slots=True)
class Drop:
    """One file to be: where it lies, its rows, and of which day it is."""

    name: str
    feed: str
    day: date | None
    rows: pl.DataFrame


def drops(batch: Batch, holds: Holds, form: Form) -> Iterator[Drop]:
    """The files of a batch; the same batch gives the same names.

    A name has the last commit of the batch and the first characters of the SHA-256 of the rows as CSV,
    so that it stands for its rows and not for the version of a library that wrote them.
    """
    for change in batch.changes:
        rows = change.history if holds == "history" else current_rows(change, batch.upto)
        keyed = rows.with_columns(pl.col("market_day").alias("_day"))
        for key, part in keyed.partition_by("feed", "_day", as_dict=True).items():
            feed, day = key
            assert isinstance(feed, str) and (day is None or isinstance(day, date))
            body = part.drop("_day")
            digest = hashlib.sha256(_csv(body)).hexdigest()[:NAMED]
            folder = f"{feed}/{day.isoformat() if day else UNDATED}"
            yield Drop(f"{folder}/{batch.upto:012d}-{digest}.{form}", feed, day, body)


def batch_of(name: str) -> int | None:
    """The last commit of the batch that a drop, or what lies beside one, is of; None for another's name."""
    found = _NAME.fullmatch(name)
    return None if found is None else int(found[1])


def current_rows(change: Change, upto: int) -> pl.DataFrame:
    """What became of each touched identity: its picked row, or that it has none any more.

    Gives: served columns, `row_sequence`, and `as_of_sequence`, the commit as of which the row holds.
    Of all files, the row of an identity with the greatest `as_of_sequence` is the current one; where its
    `state` is gone there is none.
    """
    schema = schema_of(published_fields(change.dataset))
    gone = change.withdrawn.select(
        pl.col(name) if name in change.withdrawn.columns else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    ).with_columns(pl.lit("gone").alias("state"), pl.lit(upto, pl.Int64).alias("row_sequence"))
    return pl.concat([change.current.select(schema.names()), gone]).with_columns(
        pl.lit(upto, pl.Int64).alias("as_of_sequence")
    )


def encoded(drop: Drop, form: Form, certificate: dict[str, object]) -> dict[str, bytes]:
    """The bytes of a drop by name: the file, and beside it the certificate where it cannot hold it."""
    said = json.dumps(certificate, separators=(",", ":")).encode()
    if form == "parquet":
        return {drop.name: _parquet(drop.rows, said)}
    body = _csv(drop.rows) if form == "csv" else _json(drop.rows)
    return {drop.name + BESIDE: said, drop.name: body}


def _parquet(rows: pl.DataFrame, certificate: bytes) -> bytes:
    table = rows.to_arrow()
    whole = io.BytesIO()
    pq.write_table(
        table.replace_schema_metadata({CERTIFICATE: certificate}), whole, compression="zstd"
    )
    return whole.getvalue()


def _csv(rows: pl.DataFrame) -> bytes:
    return rows.write_csv(datetime_format=ISO).encode()


def _json(rows: pl.DataFrame) -> bytes:
    return (
        rows.with_columns(
            pl.col(name).dt.to_string(ISO)
            for name, kind in rows.schema.items()
            if isinstance(kind, pl.Datetime)
        )
        .write_json()
        .encode()
    )
