"""Tables as bytes: CSV, JSON, Arrow and Parquet, to stdout or into a file that is there whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from tieline.cli.frame import stdout_bytes
from tieline.errors import StorageFailed, UsageError

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

Form = Literal["csv", "json", "arrow", "parquet", "table"]
SUFFIXES: dict[str, Form] = {
    ".csv": "csv",
    ".json": "json",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".parquet": "parquet",
}
FORMS: tuple[Form, ...] = ("csv", "json", "arrow", "parquet", "table")
ISO = "%Y-%m-%dT%H:%M:%S%.fZ"
CERTIFICATE = b"tieline.certificate"
"""Under which a schema carries certificates; `tieline.select` says the same, and loads more."""

SHOWN = 40
"""Rows that a table for a person shows."""


def form_of(said: str | None, output: Path | None, *, json: bool, terminal: bool) -> Form:
    """The format by its name, by the file's name, else JSON, a table or CSV.

    Raises: UsageError for a format nobody writes.
    """
    if said is not None:
        for form in FORMS:
            if said.lower() == form and not (form == "table" and output is not None):
                return form
        raise UsageError(f"--format is one of {', '.join(FORMS)}, not {said!r}; a file is no table")
    if output is not None:
        found = SUFFIXES.get(output.suffix.lower())
        if found is None:
            raise UsageError(
                f"{output.name} does not say its format: end it in {', '.join(SUFFIXES)}, or say "
                "--format"
            )
        return found
    if json:
        return "json"
    return "table" if terminal else "csv"


def write(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, form: Form, output: Path | None
) -> int:
    """Write batches of one schema; gives how many rows.

    A file appears under its name only when it is whole, and its certificate after it. Arrow is the file format in a file, and a
    stream on stdout. Parquet and Arrow carry the certificates of the schema in themselves; beside a CSV
    or JSON file they lie in `NAME.certificate.json`.
    Raises: StorageFailed if it cannot be written.
    """
    if output is None:
        return _write(batches, schema, form, stdout_bytes(), stream=True)
    told = (schema.metadata or {}).get(CERTIFICATE)
    with whole(output) as sink:
        rows = _write(batches, schema, form, sink, stream=False)
        # What an earlier file of this name was certified to be is not said of the new one.
        _remove(beside(output))
    if told is not None and form in ("csv", "json"):
        with whole(beside(output)) as sink:
            sink.write(told + b"\n")
    return rows


def beside(output: Path) -> Path:
    """Where the certificate of a file lies that has no room for one."""
    return output.with_name(f"{output.name}.certificate.json")


def _remove(path: Path) -> None:
    """Raises: StorageFailed."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageFailed(f"{path} cannot be removed: {error.strerror or error}") from error


@contextmanager
def whole(output: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only when it was written to its end.

    Raises: StorageFailed if it cannot be written.
    """
    temporary = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as sink:
            yield sink
        temporary.replace(output)
    except OSError as error:
        raise StorageFailed(f"{output} cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _write(
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    form: Form,
    sink: BinaryIO,
    *,
    stream: bool,
) -> int:
    counted = _Counted(batches)
    if form == "csv":
        _write_csv(counted, schema, sink)
    elif form == "json":
        _write_json(counted, sink)
    elif form == "arrow":
        _write_arrow(counted, schema, sink, stream=stream)
    elif form == "parquet":
        _write_parquet(counted, schema, sink)
    else:
        _write_table(counted, schema, sink)
    sink.flush()
    return counted.rows


class _Counted:
    """Batches on their way, and how many rows went by."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches = batches
        self.rows = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            self.rows += batch.num_rows
            yield batch


def _frame(batch: pa.RecordBatch | pa.Table) -> pl.DataFrame:
    import polars as pl

    frame = pl.from_arrow(batch)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _write_csv(batches: Iterable[pa.RecordBatch], schema: pa.Schema, sink: BinaryIO) -> None:
    sink.write(_frame(schema.empty_table()).write_csv().encode())
    for batch in batches:
        sink.write(_frame(batch).write_csv(include_header=False, datetime_format=ISO).encode())


def _write_json(batches: Iterable[pa.RecordBatch], sink: BinaryIO) -> None:
    import io

    import polars as pl

    sink.write(b"[")
    between = b""
    for batch in batches:
        frame = _frame(batch)
        if frame.height == 0:
            continue
        written = io.BytesIO()
        frame.with_columns(
            pl.col(name).dt.to_string(ISO)
            for name, kind in frame.schema.items()
            if isinstance(kind, pl.Datetime)
        ).write_json(written)
        sink.write(between + written.getvalue().strip()[1:-1])
        between = b","
    sink.write(b"]\n")


def _write_arrow(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, sink: BinaryIO, *, stream: bool
) -> None:
    import pyarrow as pa

    opened = pa.ipc.new_stream(sink, schema) if stream else pa.ipc.new_file(sink, schema)
    with opened as writer:
        for batch in batches:
            writer.write_batch(batch)


def _write_parquet(batches: Iterable[pa.RecordBatch], schema: pa.Schema, sink: BinaryIO) -> None:
    import io

    import pyarrow.parquet as pq

    whole = io.BytesIO()
    with pq.ParquetWriter(whole, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
    sink.write(whole.getbuffer())


def _write_table(batches: Iterable[pa.RecordBatch], schema: pa.Schema, sink: BinaryIO) -> None:
    """The first rows for a person; columns that say the same everywhere are left out."""
    import polars as pl
    import pyarrow as pa

    frame = _frame(pa.Table.from_batches(list(batches), schema=schema))
    varied = [name for name in frame.columns if frame.height < 2 or frame[name].n_unique() > 1]
    with pl.Config(
        tbl_rows=SHOWN, tbl_cols=-1, tbl_width_chars=10_000, tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True, fmt_str_lengths=60,
    ):  # fmt: skip
        sink.write(f"{frame.select(varied)}\n".encode())
    for name in frame.columns:
        if name not in varied and frame[name][0] is not None:
            sink.write(f"{name}: {frame[name][0]}\n".encode())
    if frame.height > SHOWN:
        sink.write(f"{frame.height} rows; --limit, --format or -o give others or all.\n".encode())
