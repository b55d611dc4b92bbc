"""One small note for every observation, and the line that it is written as.

A line is a JSON object that ends in `"crc"`, the checksum of what stands before it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Literal

from tieline.errors import Damaged
from tieline.values import Basis, Known, Payload, Slice, Window, stamp

FORMAT = 1

Origin = Literal["collect", "import", "poll-unchanged", "attempt"]

KEPT_HEADERS = (
    "age",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "etag",
    "expires",
    "last-modified",
    "server",
)
"""Headers worth keeping: what they say of time, version and form of the answer."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt brought no bytes, in the words of the ledger's entry."""

    error: str
    cause: str | None
    text: str
    retry_at_utc: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """One observation: what was asked, what came, which object its bytes are.

    `object` is the SHA-256 of the plain bytes; for `poll-unchanged` that of the bytes the server
    confirmed; empty for an `attempt`, which brought none and has a `failure`. Of `headers` those in
    KEPT_HEADERS are written. `report` is the full name `publisher:CODE`, also in `of`. Of an archive
    that was imported each member has one, with its name as `note`. `stated` is set where who
    brought the bytes said when they were fetched or known. `recipe` is the one that decided `known`.
    """

    publisher: str
    of: Slice
    url: str
    requested_at_utc: datetime
    fetched_at_utc: datetime
    status: int
    object: str
    known: Known
    origin: Origin
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    stated: bool = False
    recipe: str = ""
    failure: Failure | None = None

    @property
    def report(self) -> str:
        return self.of.report

    @property
    def id(self) -> str:
        """Names the observation: report, slice, object and fetch time, the same in every writing."""
        text = json.dumps(
            [
                self.report,
                str(self.of.window),
                self.of.day.isoformat() if self.of.day else None,
                self.object,
                stamp(self.fetched_at_utc),
            ]
        )
        day = self.fetched_at_utc.astimezone(UTC).date()
        return f"{self.report}@{day.isoformat()}#{sha256(text.encode()).hexdigest()[:24]}"

    def payload(self, data: bytes = b"") -> Payload:
        """The answer that this note tells of, with the bytes that came."""
        return Payload(
            data=data,
            url=self.url,
            requested_at_utc=self.requested_at_utc,
            fetched_at_utc=self.fetched_at_utc,
            status=self.status,
            headers=self.headers,
            sha256=self.object,
        )


def to_line(sidecar: Sidecar) -> bytes:
    """Write a sidecar as one line of JSON with its checksum at the end."""
    window = sidecar.of.window
    kept = {name: sidecar.headers[name] for name in KEPT_HEADERS if name in sidecar.headers}
    fields: dict[str, object] = {
        "format": FORMAT,
        "publisher": sidecar.publisher,
        "report": sidecar.report,
        "start": stamp(window.start),
        "end": stamp(window.end),
        "day": sidecar.of.day.isoformat() if sidecar.of.day else None,
        "url": sidecar.url,
        "requested_at": stamp(sidecar.requested_at_utc),
        "fetched_at": stamp(sidecar.fetched_at_utc),
        "status": sidecar.status,
        "headers": kept,
        "object": sidecar.object,
        "known_at": stamp(sidecar.known.at_utc),
        "known_basis": sidecar.known.basis,
        "origin": sidecar.origin,
    }
    if sidecar.note:
        fields["note"] = sidecar.note
    if sidecar.stated:
        fields["stated"] = True
    if sidecar.recipe:
        fields["recipe"] = sidecar.recipe
    if sidecar.failure is not None:
        retry = sidecar.failure.retry_at_utc
        fields["failure"] = {
            "error": sidecar.failure.error,
            "cause": sidecar.failure.cause,
            "text": sidecar.failure.text,
            "retry_at": stamp(retry) if retry else None,
        }
    body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
    return body + f',"crc":"{zlib.crc32(body):08x}"}}\n'.encode()


def from_line(line: bytes) -> Sidecar:
    """Read what `to_line` wrote. Raises Damaged if the checksum is wrong or a field is missing."""
    body = checked(line)
    if body is None:
        raise Damaged("a sidecar line does not match its checksum; restore it from a backup")
    try:
        fields = json.loads(body + b"}")
        if fields["format"] != FORMAT:
            raise Damaged(f"a sidecar has format {fields['format']}, this version reads {FORMAT}")
        return Sidecar(
            publisher=fields["publisher"],
            of=Slice(
                fields["report"],
                Window(_instant(fields["start"]), _instant(fields["end"])),
                date.fromisoformat(fields["day"]) if fields["day"] else None,
            ),
            url=fields["url"],
            requested_at_utc=_instant(fields["requested_at"]),
            fetched_at_utc=_instant(fields["fetched_at"]),
            status=fields["status"],
            headers=fields["headers"],
            object=fields["object"],
            known=Known(_instant(fields["known_at"]), _basis(fields["known_basis"])),
            origin=_origin(fields["origin"]),
            note=fields.get("note", ""),
            stated=fields.get("stated", False),
            recipe=fields.get("recipe", ""),
            failure=_failure(fields.get("failure")),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"a sidecar line lacks or garbles a field: {error}") from error


def checked(line: bytes) -> bytes | None:
    """The line without its end, if its checksum is right."""
    body, _, check = line.rstrip(b"\n").rpartition(b',"crc":')
    return body if check == f'"{zlib.crc32(body):08x}"}}'.encode() else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _failure(fields: Mapping[str, str] | None) -> Failure | None:
    if fields is None:
        return None
    retry = fields["retry_at"]
    return Failure(
        fields["error"], fields["cause"], fields["text"], _instant(retry) if retry else None
    )


def _basis(text: str) -> Basis:
    for basis in ("published", "modified", "fetched"):
        if text == basis:
            return basis
    raise ValueError(f"unknown basis {text!r}")


def _origin(text: str) -> Origin:
    for origin in ("collect", "import", "poll-unchanged", "attempt"):
        if text == origin:
            return origin
    raise ValueError(f"unknown origin {text!r}")
