"""Tables as bodies, written by polars and Arrow; and what an answer says of itself in its headers."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from typing import Literal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from fastapi import Request, Response

from tieline.errors import UsageError
from tieline.select import Answer, Certificate, Difference, History
from tieline.serve.api.desk import Desk
from tieline.values import stamp

Format = Literal["json", "csv", "arrow", "parquet"]
MEDIA_TYPES: Mapping[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
ISO = "%Y-%m-%dT%H:%M:%S%.fZ"


def format_of(asked: str | None, accept: str) -> Format:
    """The format by name, else the first that `Accept` names, else JSON. Raises: UsageError."""
    for name in MEDIA_TYPES:
        if asked == name:
            return name
    if asked is not None:
        raise UsageError(f"format must be one of {', '.join(MEDIA_TYPES)}, not {asked!r}")
    for wanted in accept.split(","):
        media = wanted.partition(";")[0].strip()
        for name, known in MEDIA_TYPES.items():
            if media == known.partition(";")[0]:
                return name
    return "json"


def json_rows(frame: pl.DataFrame) -> bytes:
    """A list of objects; instants as ISO text in UTC."""
    written = io.BytesIO()
    frame.with_columns(
        pl.col(name).dt.to_string(ISO)
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime)
    ).write_json(written)
    return written.getvalue()


def rows_body(answer: Answer, format: Format) -> bytes:
    """The rows alone; for JSON with the certificate and the cursor of the next page."""
    if format == "json":
        return _told(
            answer.polars(), {"certificate": answer.certificate.as_json(), "next": answer.next}
        )
    return _binary(answer, format)


def history_body(told: History, format: Format) -> bytes:
    """The states alone; for JSON with the certificate, and whether there are more."""
    if format == "json":
        tail = {"certificate": told.certificate.as_json(), "truncated": told.truncated}
        return _told(told.polars(), tail)
    return _binary(told, format)


def _told(rows: pl.DataFrame, tail: dict[str, object]) -> bytes:
    return b'{"rows":' + json_rows(rows) + b"," + json.dumps(tail).encode()[1:]


def _binary(answer: Answer | History, format: Format) -> bytes:
    """Rows as CSV, an Arrow stream or Parquet."""
    written = io.BytesIO()
    if format == "csv":
        answer.polars().write_csv(written, datetime_format=ISO)
    elif format == "arrow":
        with pa.ipc.new_stream(written, answer.arrow().schema) as stream:
            stream.write_table(answer.arrow())
    else:
        pq.write_table(answer.arrow(), written, compression="zstd")
    return written.getvalue()


def diff_body(told: Difference, limit: int) -> bytes:
    """Changes with their causes counted, and both certificates."""
    tail = {
        "causes": told.causes(),
        "truncated": told.arrow().num_rows > limit,
        "before": told.before.as_json(),
        "after": told.after.as_json(),
    }
    rows = json_rows(told.polars().head(limit))
    return b'{"changes":' + rows + b"," + json.dumps(tail).encode()[1:]


def certificate_headers(certificate: Certificate) -> dict[str, str]:
    """The certificate of a bare or binary answer. Gaps are counted by cause: `missing_upstream=3`."""
    causes: dict[str, int] = {}
    for gap in certificate.gaps:
        causes[gap.cause] = causes.get(gap.cause, 0) + gap.missing
    words = {None: "unknown", True: "true", False: "false"}
    return {
        "Tieline-Complete": words[certificate.complete],
        "Tieline-Expected": "unknown"
        if certificate.expected is None
        else str(certificate.expected),
        "Tieline-Received": str(certificate.received),
        "Tieline-Gaps": ", ".join(f"{cause}={count}" for cause, count in causes.items()),
        "Tieline-As-Of": stamp(certificate.as_of),
        "Tieline-Sequence": str(certificate.sequence),
    }


def continued_headers(
    request: Request, following: str | None, *, parameter: str = "after"
) -> dict[str, str]:
    """What an answer says that is cut and goes on at the cursor `following`."""
    if following is None:
        return {}
    url = request.url.include_query_params(**{parameter: following})
    link = url.path + (f"?{url.query}" if url.query else "")
    return {"Tieline-Truncated": "true", "Link": f'<{link}>; rel="next"'}


def tag_of(desk: Desk, request: Request) -> str:
    """A weak tag of the answer to a request.

    Rows change with the sequence alone, but what is due changes with the clock: the tag holds for
    the running minute of the lake.
    """
    minute = f"{desk.lake.clock():%Y%m%d%H%M}"
    facts = (desk.version, request.url.path, request.url.query, request.headers.get("accept"))
    said = repr((facts, desk.lake.ledger.sequence(), minute))
    return f'W/"{hashlib.sha256(said.encode()).hexdigest()[:24]}"'


def unchanged(request: Request, tag: str) -> Response | None:
    """304 if the caller has this answer already."""
    held = [given.strip() for given in request.headers.get("if-none-match", "").split(",")]
    if tag in held or "*" in held:
        return Response(status_code=304, headers={"ETag": tag})
    return None
