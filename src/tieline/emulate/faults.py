"""Which faults the emulator shows, where, when and how often.

A fault is decided by the seed, its name, the address and the second of the request, and by nothing
else: the same request at the same instant fails again in the same way, the next one may not. A late
correction is decided by the address alone and stays.

    {"faults": [{"name": "truncated", "rate": 0.05, "path": "*/pal/*"},
                {"name": "slow", "rate": 0.1, "seconds": 3,
                 "since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"}]}
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from tieline.emulate.damage import Draws
from tieline.emulate.noise import chance
from tieline.errors import UsageError

KNOWN: Mapping[str, str] = {
    "slow": "the answer comes after `seconds` (2)",
    "hang": "no answer for `seconds` (300), then the connection ends with 503",
    "http_429": "429 with Retry-After of `seconds` (30)",
    "http_429_without_wait": "429 without Retry-After",
    "http_500": "500 with a short page",
    "moved_url": "`status` 301 to a working new address, or 410; without `status` either",
    "html_200": "a maintenance page with status 200",
    "empty_200": "status 200 and nothing in it",
    "truncated": "the body ends too early, zip or csv",
    "error_in_zip": "a valid zip with an error text or page under a member's name",
    "wrong_extension": "csv under a zip's name, or zip under a csv's",
    "wrong_report": "the bytes of another report",
    "wrong_day": "the bytes of the day or month before",
    "renamed_column": "the last column has another name",
    "added_column": "a column more",
    "split_column": "date and time in two columns",
    "duplicated_interval": "the rows of one stamp twice",
    "missing_interval": "the rows of one stamp left out",
    "shrunk": "the last rows left out",
    "text_in_number": "a word where a number belongs",
    "impossible_stamp": "a time that does not exist",
    "late_correction": "one stamp's numbers change, one to five days after the day, and stay so",
    "clock_skew": "Date and Last-Modified are `seconds` (7200) ahead",
}
_TRANSPORT = ("slow", "http_429", "http_429_without_wait", "http_500", "truncated", "html_200")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault with its rate (0 to 1), the addresses it strikes and the window of request times.

    `path` is a shell pattern over the whole address, `/nyiso/public/csv/pal/20171122pal.csv`.
    """

    name: str
    rate: float
    path: str = "*"
    since: datetime | None = None
    until: datetime | None = None
    seconds: float | None = None
    status: int | None = None

    def __post_init__(self) -> None:
        if self.name not in KNOWN:
            known = ", ".join(KNOWN)
            raise UsageError(f"there is no fault called {self.name!r}; known faults: {known}")
        if not 0 <= self.rate <= 1:
            raise UsageError(f"the rate of {self.name} is {self.rate}, it must be from 0 to 1")
        if self.status not in (None, 301, 410):
            raise UsageError(f"status of {self.name} is {self.status}, it must be 301 or 410")
        for moment in (self.since, self.until):
            if moment is not None and moment.utcoffset() is None:
                raise UsageError(f"{self.name}: {moment} needs a zone, 2026-03-01T00:00:00Z")

    def concerns(self, path: str, at: datetime) -> bool:
        """Whether the fault may strike this request at all."""
        return (
            fnmatchcase(path, self.path)
            and (self.since is None or self.since <= at)
            and (self.until is None or at < self.until)
        )

    def draws(self, seed: int, path: str, second: int) -> Draws:
        return Draws(seed, f"fault {self.name}", zlib.crc32(path.encode()), second)


@dataclass(frozen=True, slots=True)
class Faults:
    """The plan of faults; of those that strike a request the first in the list is shown."""

    plan: tuple[Fault, ...] = ()

    def struck(self, seed: int, path: str, at: datetime) -> Fault | None:
        """The fault of this request, if any."""
        for fault in self.plan:
            if fault.name != "late_correction" and fault.concerns(path, at):
                draws = fault.draws(seed, path, int(at.timestamp()))
                if chance(seed, draws.stream, draws.path, draws.second) < fault.rate:
                    return fault
        return None

    def corrections(self) -> tuple[Fault, ...]:
        """Those that change a file for good."""
        return tuple(fault for fault in self.plan if fault.name == "late_correction")

    def described(self) -> list[dict[str, object]]:
        """The plan as JSON values, as a file has it."""
        return [
            {
                field.name: value.isoformat() if isinstance(value, datetime) else value
                for field in fields(fault)
                if (value := getattr(fault, field.name)) is not None
            }
            for fault in self.plan
        ]


PRESETS: Mapping[str, Faults] = {
    "none": Faults(),
    "light": Faults(
        (
            *(Fault(name, 0.01) for name in _TRANSPORT),
            Fault("missing_interval", 0.003),
            Fault("late_correction", 0.05),
        )
    ),
    "all": Faults(
        tuple(
            Fault(name, {"hang": 0.002, "late_correction": 0.2}.get(name, 0.01)) for name in KNOWN
        )
    ),
}


def load(source: str) -> Faults:
    """Faults from a preset's name or a JSON file's path."""
    if source in PRESETS:
        return PRESETS[source]
    path = Path(source)
    if not path.is_file():
        raise UsageError(f"{source!r} is neither a set of faults ({', '.join(PRESETS)}) nor a file")
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Faults:
    """Faults from JSON: {"faults": [{"name": ..., "rate": ...}]} or {"truncated": 0.05, ...}."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as broken:
        raise UsageError(f"the faults are not JSON: {broken}") from broken
    if not isinstance(found, dict):
        raise UsageError('faults are an object, {"truncated": 0.05}')
    rows = found.get("faults")
    if rows is None:
        rows = [{"name": name, "rate": rate} for name, rate in found.items()]
    if not isinstance(rows, list):
        raise UsageError('"faults" must be a list of objects with name and rate')
    return Faults(tuple(_fault(row) for row in rows))


def _fault(row: object) -> Fault:
    allowed = {field.name for field in fields(Fault)}
    if not isinstance(row, dict) or not {"name", "rate"} <= row.keys() <= allowed:
        raise UsageError(f"a fault has name, rate and optionally {sorted(allowed)}: {row!r}")
    try:
        return Fault(
            name=str(row["name"]),
            rate=float(row["rate"]),
            path=str(row.get("path", "*")),
            since=_moment(row.get("since")),
            until=_moment(row.get("until")),
            seconds=None if row.get("seconds") is None else float(row["seconds"]),
            status=None if row.get("status") is None else int(row["status"]),
        )
    except (TypeError, ValueError) as wrong:
        raise UsageError(f"this fault cannot be read: {row!r}: {wrong}") from wrong


def _moment(value: object) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))
