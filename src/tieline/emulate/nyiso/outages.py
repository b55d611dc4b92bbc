"""P-54A, P-54B, P-54C and P-14B: outages of transmission elements, planned and as they come.

Every element is out for some hours or days in some spans of time: planned, begun and ended are
instants of the world, the files say what is known of them. P-54A and P-54B add a whole listing every
five minutes; in P-54A the planned return of an outage that lasts too long is the next full hour but one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from tieline.emulate import dispatch, eastern
from tieline.emulate.growing import Growing, Version, View, grow
from tieline.emulate.noise import chance
from tieline.emulate.nyiso import facts

_HOUR = 3600
_DAY = 86400
_SPAN = 6 * _DAY
_BEFORE = 2
"""Spans before the present one in which an outage may have begun that still lasts."""
_KINDS = ("LINE", "XFMR", "BUS", "BRKR")
_COLUMNS = b"Timestamp,PTID,Equipment Name,"
HEADERS = {
    "P-54A": _COLUMNS + b"Scheduled Out Date/Time,Scheduled In Date/Time\r\n",
    "P-54B": _COLUMNS + b"Outage Date/Time\r\n",
    "P-54C": _COLUMNS + b"Scheduled Out Date/Time,Scheduled In Date/Time\r\n",
    "P-14B": (
        b"PTID,Outage ID,Equipment Name,Equipment Type,Date Out,Time Out,Date In,Time In,"
        b"Called In,Status,Status Date,Message,ARR\r\n"
    ),
}
ELEMENTS = tuple(
    (25000 + 7 * n, f"{place:_<8}{kv}KV_{line}")
    for n, (place, kv, line) in enumerate(
        (place, kv, line)
        for place in ("RAMAPO", "BECK", "DUNWODIE", "GOWANUS", "LEEDS", "MASSENA", "SHORE_RD")
        for kv in (138, 345)
        for line in ("31-4500", "PA27")
    )
)
"""Number and name of each element, made up in the style of the real ones."""


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage of an element: when it was planned, and when it really was; instants in seconds."""

    number: str
    ptid: int
    name: str
    out: int
    back: int
    began: int
    ended: int
    planned: bool

    def return_at(self, second: int) -> int:
        """The planned return as it stands at an instant."""
        if second < self.back:
            return self.back
        return (second // _HOUR + 2) * _HOUR


@lru_cache(maxsize=512)
def _of_span(seed: int, span: int) -> tuple[Outage, ...]:
    """Every outage that is planned in one span of six days."""
    found = []
    for n, (ptid, name) in enumerate(ELEMENTS):
        draw = [chance(seed, f"outage {k}", span, n) for k in range(6)]
        if draw[0] > 0.55:
            continue
        out = span * _SPAN + int(draw[1] * _SPAN) // _HOUR * _HOUR
        back = out + (4 + int(draw[2] * 90)) * _HOUR
        began = out + 60 * int(draw[3] * 50)
        ended = max(began + _HOUR, back + 60 * int((draw[4] - 0.6) * 600))
        found.append(
            Outage(f"{span:05d}{n:02d}", ptid, name, out, back, began, ended, draw[5] < 0.8)
        )
    return tuple(found)


def outages(seed: int, second: int, ahead: int) -> list[Outage]:
    """Outages that have not ended at an instant and are planned to begin within `ahead` seconds."""
    first, last = second // _SPAN - _BEFORE, (second + ahead) // _SPAN
    return [
        one
        for span in range(first, last + 1)
        for one in _of_span(seed, span)
        if one.ended > second and one.out <= second + ahead
    ]


def listed(seed: int, code: str, second: int) -> list[Outage]:
    """What a listing of an instant holds, in the order of its lines."""
    if code == "P-54B":
        return [one for one in outages(seed, second, _HOUR) if one.began <= second]
    ahead = {"P-54A": 3, "P-54C": 1, "P-14B": 30}[code] * _DAY
    return [one for one in outages(seed, second, ahead) if one.planned]


def write(code: str, seed: int, day: date) -> Growing:
    """The file of a day through its life."""
    if code == "P-54C":
        return _day_ahead(seed, day)
    seconds = dispatch.grid(day)
    texts = [_listing(seed, code, second, second) for second in seconds.tolist()]
    since = dispatch.published(seed, code, seconds, 20, 60)
    closed = dispatch.closing(seed, code, day, int(since[-1]))
    return Growing(HEADERS[code], tuple(grow(texts, np.asarray(since))), closed)


def _day_ahead(seed: int, day: date) -> Growing:
    """Written on the day before, about 09:40."""
    start = eastern.midnight(day)
    at = eastern.midnight(day - timedelta(days=1)) + 9 * _HOUR + 2400
    at += 2 * int(chance(seed, "P-54C", day.toordinal()) * 300)
    version = Version(at, _listing(seed, "P-54C", start, at))
    return Growing(HEADERS["P-54C"], ((version,),))


def _listing(seed: int, code: str, stamp: int, second: int) -> bytes:
    at = _spelled(stamp)
    return b"".join(
        f"{at},{one.ptid},{one.name},{_moments(code, one, second)}\r\n".encode()
        for one in listed(seed, code, second if code != "P-54C" else stamp)
    )


def _moments(code: str, one: Outage, second: int) -> str:
    if code == "P-54B":
        return _spelled(one.began)
    return f"{_spelled(one.out)},{_spelled(one.return_at(second))}"


def schedule(seed: int, second: int) -> View:
    """P-14B as of an instant: written anew every hour."""
    written = second // _HOUR * _HOUR
    lines = []
    for place, one in enumerate(listed(seed, "P-14B", written)):
        out, back = (eastern.wall_clock(at) for at in (one.out, one.return_at(written)))
        status = "OUT" if one.began <= written else "APPROVED"
        message = '"Work on relays, breakers open"' if place % 3 == 0 else ""
        lines.append(
            f"{one.ptid},{one.number},{one.name},{_KINDS[place % 4]},{out:%m/%d/%Y},{out:%H:%M},"
            f"{back:%m/%d/%Y},{back:%H:%M},,{status},,{message},\r\n"
        )
    return View(HEADERS["P-14B"] + "".join(lines).encode(), written)


def _spelled(second: int) -> str:
    return eastern.wall_clock(second).strftime(facts.SECONDS)
