"""Merged parts: written row group after row group in bounded memory, made for pruning.

Rows lie by key and stamp, and a row group holds whole ids where it can, so that a question for one
node reads little else.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tieline.datasets.fields import ROW_SEQUENCE
from tieline.schema import Dataset
from tieline.store import files
from tieline.store.parts import UNTOLD, Parts, Written, part_schema

GROUP = 32_768
"""Rows of a row group, as far as whole ids allow.

Measured 2026-11 on months of 951 nodes, 8.2 M rows each: groups of 8,192, 32,768 and 65,536 rows take
48, 23 and 16 bytes a row (each group repeats the checksums of its payloads), and a year of one node
is read from twelve such files in 27, 47 and 91 ms of CPU.
"""

LARGEST_GROUP = 65_536
"""An id of more rows is cut."""

RUNNING = (
    *("stamp_utc", "interval_start_utc", "interval_end_utc", "market_day", "source_row"),
    *("known_at_utc", "fetched_at_utc", "entry_id", "observation_id", ROW_SEQUENCE.name),
)
"""Columns that go up by small steps within an id, written as differences."""


class Merging:
    """One merged part while it is written.

    `add` takes rows of `part_schema(dataset, merged=True)`, sorted by `order_of`, an id never in two
    calls. `close` makes the file durable under the name of its hash; `drop` leaves nothing.
    """

    def __init__(self, parts: Parts, dataset: Dataset, feed: str) -> None:
        """Raises: StorageFailed."""
        self._parts, self._dataset, self._feed = parts, dataset, feed
        self._folder = parts.folder / dataset.name / feed
        self._schema = part_schema(dataset, merged=True)
        self._hulls: list[pl.DataFrame] = []
        self._single = True
        self._rows = 0
        with files.storing(self._folder):
            files.make_folder(self._folder)
            name = f".merged.{os.getpid()}.{secrets.token_hex(4)}{files.TEMPORARY}"
            self._path = self._folder / name
            self._file = _Hashed(self._path)
            self._writer = _writer(self._file, dataset, self._schema)

    @property
    def rows(self) -> int:
        return self._rows

    def add(self, rows: pl.DataFrame) -> None:
        """Raises: StorageFailed."""
        rows = rows.select(self._schema.names())
        self._single = self._single and is_single(self._dataset, rows)
        self._hulls.append(rows.select(_hull(self._dataset)))
        self._rows += rows.height
        table = _arrow(rows)
        with files.storing(self._path):
            for start, end in _row_groups(self._dataset, rows):
                self._writer.write_table(
                    table.slice(start, end - start), row_group_size=end - start
                )

    def close(self) -> Written:
        """Raises: StorageFailed."""
        hulls = pl.concat(self._hulls)
        hull = hulls.select(
            *(pl.col(name).min() for name in hulls.columns if name.endswith("_min")),
            *(pl.col(name).max() for name in hulls.columns if name.endswith("_max")),
        ).row(0, named=True)
        known = _pair(hull, "known")
        stamps = known if hull["stamp_min"] is None else _pair(hull, "stamp")
        with files.storing(self._path):
            self._writer.close()
            size = self._file.sync()
            digest = self._file.digest
            path = f"{self._dataset.name}/{self._feed}/{stamps[0]:%Y%m}/{digest}.parquet"
            target = self._parts.folder / path
            files.make_folder(target.parent)
            self._path.replace(target)
            files.sync_folder(target.parent)
        first, last = hull["market_day_min"], hull["market_day_max"]
        return Written(
            sha256=digest,
            path=path,
            rows=self._rows,
            bytes=size,
            stamps=stamps,
            known=known,
            day=first if first == last else None,
            single=self._single,
            bounds=tuple(
                (name, hull[f"{name}_min"], hull[f"{name}_max"])
                for name in _ids(self._dataset)
                if not sum(hulls[f"{name}_nulls"]) and hull[f"{name}_min"] is not None
            ),
        )

    def drop(self) -> None:
        """Leave nothing of a part that nobody wants any more."""
        self._file.drop()
        self._path.unlink(missing_ok=True)


def order_of(dataset: Dataset) -> tuple[str, ...]:
    """The order of rows in a merged part."""
    return (*dataset.key_names, "stamp_utc", "known_at_utc", ROW_SEQUENCE.name)


def is_single(dataset: Dataset, rows: pl.DataFrame) -> bool:
    """Whether sorted rows are all live and none has the identity of its neighbour."""
    columns = ("stamp_utc", *dataset.key_names)
    again = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in columns)
    # The first row's neighbour is no row, which a null identity would equal.
    twice = again & (pl.int_range(pl.len()) > 0)
    return not rows.select((twice | (pl.col("state") != "live")).any()).item()


class _Hashed:
    """A new file that knows the SHA-256 of what was written to it."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("xb")
        self._hash = hashlib.sha256()
        self.closed = False

    def write(self, data: bytes | memoryview) -> int:
        self._hash.update(data)
        return self._file.write(data)

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """What the writer calls at its end; the file is closed by `sync` or `drop`."""
        self.closed = True

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def sync(self) -> int:
        """Force everything to disk and close; gives the size."""
        self._file.flush()
        os.fsync(self._file.fileno())
        size = self._file.tell()
        self._file.close()
        return size

    def drop(self) -> None:
        self._file.close()


def _writer(file: _Hashed, dataset: Dataset, schema: pl.Schema) -> pq.ParquetWriter:
    # Prices repeat: in dictionaries four columns take 7 bytes a row and not 10, and twelve row groups of them
    # are read in 8 ms of CPU and not 13 (2026-11).
    running = [name for name in RUNNING if name in schema]
    shape = _arrow(pl.DataFrame(schema=schema)).schema
    return pq.ParquetWriter(
        file,
        shape,
        compression="zstd",
        compression_level=3,
        use_dictionary=[name for name in schema if name not in running],
        column_encoding=dict.fromkeys(running, "DELTA_BINARY_PACKED"),
        write_statistics=[name for name in schema if name not in UNTOLD],
        store_schema=False,
    )


def _arrow(rows: pl.DataFrame) -> pa.Table:
    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())


def _hull(dataset: Dataset) -> list[pl.Expr]:
    columns = {"stamp": "stamp_utc", "known": "known_at_utc", "market_day": "market_day"}
    columns |= {name: name for name in _ids(dataset)}
    return [
        expression
        for name, column in columns.items()
        for expression in (
            pl.col(column).min().alias(f"{name}_min"),
            pl.col(column).max().alias(f"{name}_max"),
            pl.col(column).null_count().alias(f"{name}_nulls"),
        )
    ]


def _ids(dataset: Dataset) -> list[str]:
    """Key columns of text: what a row group should hold whole."""
    schema = part_schema(dataset, merged=False)
    return [name for name in dataset.key_names if schema[name] == pl.String]


def _pair(hull: dict[str, datetime | date | str], name: str) -> tuple[datetime, datetime]:
    least, greatest = hull[f"{name}_min"], hull[f"{name}_max"]
    assert isinstance(least, datetime) and isinstance(greatest, datetime)
    return least, greatest


def _row_groups(dataset: Dataset, rows: pl.DataFrame) -> list[tuple[int, int]]:
    """Spans of rows, each of whole ids up to GROUP; an id of its own that is longer, in pieces."""
    ids = _ids(dataset)
    if not ids:
        starts = [0]
    else:
        other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in ids)
        starts = (
            rows.select(pl.arg_where(other | (pl.int_range(pl.len()) == 0))).to_series().to_list()
        )
    cuts = [0]
    for start, end in zip(starts, [*starts[1:], rows.height], strict=True):
        if end - cuts[-1] > GROUP and start > cuts[-1]:
            cuts.append(start)
        while end - cuts[-1] > LARGEST_GROUP:
            cuts.append(cuts[-1] + LARGEST_GROUP)
    return list(zip(cuts, [*cuts[1:], rows.height], strict=True))
