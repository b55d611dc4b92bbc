"""What the emulator answers to one request: a function of seed, faults, address and instant alone."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from tieline.emulate import archive, damage
from tieline.emulate.correction import Corrections
from tieline.emulate.damage import Damage, Draws
from tieline.emulate.faults import Fault, Faults
from tieline.emulate.json_damage import ROWS
from tieline.emulate.site import CSV, HTML, JSON, ZIP, File, Site

MOVED = "moved/"
"""Prefix of the new addresses that a 301 points to."""

_LINES: dict[str, Damage] = {
    "renamed_column": damage.renamed_column,
    "added_column": damage.added_column,
    "split_column": damage.split_column,
    "duplicated_interval": damage.duplicated_interval,
    "missing_interval": damage.missing_interval,
    "shrunk": damage.shrunk,
    "text_in_number": damage.text_in_number,
    "impossible_stamp": damage.impossible_stamp,
}
_BYTES: dict[str, Damage] = {
    "truncated": damage.truncated,
    "html_200": damage.html_200,
    "empty_200": damage.empty_200,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers; `delay` is how long the client waits for it (seconds).

    `ahead` is how far the server's clock is wrong. `fault` names what is wrong with the answer, for
    tests; it is not sent.
    """

    status: int
    body: bytes
    media_type: str
    modified: datetime | None = None
    delay: float = 0.0
    ahead: timedelta = timedelta(0)
    headers: dict[str, str] = field(default_factory=dict)
    fault: str | None = None

    @property
    def etag(self) -> str:
        return f'"{zlib.crc32(self.body):08x}-{len(self.body):x}"'


@dataclass(frozen=True, slots=True)
class Request:
    """Who is asked for what, when; `path` follows the publisher's name in the address."""

    seed: int
    publisher: str
    path: str
    at: datetime

    @property
    def address(self) -> str:
        return f"/{self.publisher}/{self.path}"

    @property
    def second(self) -> int:
        return int(self.at.timestamp())


def answer(site: Site, faults: Faults, request: Request) -> Answer:
    """The answer, with whatever fault strikes it."""
    if request.path.startswith(MOVED):
        request = replace(request, path=request.path.removeprefix(MOVED))
        faults = Faults(tuple(fault for fault in faults.plan if fault.name != "moved_url"))
    files = Corrections(request.seed, request.publisher, site, faults)
    file = files.file(request.path, request.second)
    right = _found(file) if file else Answer(404, site.not_found(), HTML)
    struck = faults.struck(request.seed, request.address, request.at)
    if struck is None:
        return right
    draws = struck.draws(request.seed, request.address, request.second)
    wrong = _exchange(struck, draws, request, right)
    if wrong is None and file:
        spoiled = _spoiled(files, struck.name, draws, request, file)
        wrong = _found(spoiled) if spoiled else None
    return replace(wrong, fault=struck.name) if wrong else right


def _found(file: File) -> Answer:
    modified = None if file.modified is None else datetime.fromtimestamp(file.modified, UTC)
    return Answer(200, file.body, file.media_type, modified)


def _exchange(fault: Fault, draws: Draws, request: Request, right: Answer) -> Answer | None:
    """Faults of the exchange; they strike whether or not there is a file."""

    def seconds(usual: float) -> float:
        return usual if fault.seconds is None else fault.seconds

    page = b"<html><body><h1>Error</h1></body></html>\n"
    match fault.name:
        case "slow":
            return replace(right, delay=seconds(2))
        case "hang":
            return Answer(503, page, HTML, delay=seconds(300))
        case "http_429":
            wait = {"Retry-After": f"{seconds(30):.0f}"}
            return Answer(429, page, HTML, headers=wait)
        case "http_429_without_wait":
            return Answer(429, page, HTML)
        case "http_500":
            return Answer(500, page, HTML)
        case "moved_url" if (fault.status or (301, 410)[draws.pick("status", 2)]) == 410:
            return Answer(410, page, HTML)
        case "moved_url":
            where = {"Location": f"/{request.publisher}/{MOVED}{request.path}"}
            return Answer(301, page, HTML, headers=where)
        case "clock_skew":
            ahead = timedelta(seconds=seconds(7200))
            modified = right.modified and right.modified + ahead
            return replace(right, modified=modified, ahead=ahead)
    return None


def _spoiled(
    files: Corrections, name: str, draws: Draws, request: Request, file: File
) -> File | None:
    """Faults of the content; None where this one cannot strike this file."""
    if name in ("wrong_report", "wrong_day"):
        other = (files.site.another if name == "wrong_report" else files.site.earlier)(request.path)
        found = files.file(other, request.second) if other else None
        return replace(file, body=found.body) if found else None
    if name == "wrong_extension":
        return _misnamed(files.site, request.path, file)
    if name in _BYTES:
        return _with_body(file, _BYTES[name](file.body, draws))
    packed = file.media_type == ZIP
    if name == "error_in_zip":
        return (
            _with_body(file, _one_member(file.body, damage.error_text, draws)) if packed else None
        )
    if not packed and b"\0" in file.body:
        # A workbook has no lines.
        return None
    spoil = (ROWS if file.media_type == JSON else _LINES)[name]
    body = _one_member(file.body, spoil, draws) if packed else spoil(file.body, draws)
    return _with_body(file, body)


def _with_body(file: File, body: bytes | None) -> File | None:
    return None if body is None else replace(file, body=body)


def _one_member(data: bytes, spoil: Damage, draws: Draws) -> bytes | None:
    """Spoil one member of an archive; the archive itself stays valid."""
    members = archive.unpacked(data)
    place = draws.pick("member", len(members))
    name, modified, content = members[place]
    spoiled = spoil(content, draws)
    if spoiled is None:
        return None
    members[place] = (name, modified, spoiled)
    return archive.archive(archive.member(*one) for one in members)


def _misnamed(site: Site, path: str, file: File) -> File:
    """The other format under this name."""
    if file.media_type == ZIP:
        return replace(file, body=archive.unpacked(file.body)[-1][2], media_type=CSV)
    modified = site.archive_clock(file.modified or 0)
    packed = archive.member(PurePosixPath(path).name, modified, file.body)
    return replace(file, body=archive.archive([packed]), media_type=ZIP)
