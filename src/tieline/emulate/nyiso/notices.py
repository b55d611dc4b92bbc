"""P-35, P-25 and P-26: what the operator says in words, and whom it commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from tieline.emulate import eastern
from tieline.emulate.growing import Growing, grow
from tieline.emulate.noise import chance
from tieline.emulate.nyiso import facts

HEADERS = {
    "P-35": b"Timestamp,Message\r\n",
    "P-25": b"Insert Time,Message\r\n",
    "P-26": (
        b"Insert Time,Event Start Time,Event End Time,PTID,Resource Name,"
        b"Requestor (NYISO or TO),Commitment Type,Load Zone of Resource,Commitment Reason,ARR,"
        b"UOL (of committed resource)/USL(MWh)/POI INJ (MW),"
        b"MW Committed/LSL(MWh)/POI WDL (MW)\r\n"
    ),
}
_STATES = ("ALERT", "NORMAL", "WARNING", "NORMAL")
_TEXTS = (
    'The "in-day" commitment was run,\r\nsee the market rules.',
    "A thunderstorm alert is in effect.",
    'Reserve is short.\r\nExports are cut, "wheels" excepted.\r\nMore follows.',
)
_LETTERED = "%d-%b-%Y %H:%M"

Line = tuple[int, tuple[str, ...]]
"""The instant at which it is said, and the cells behind the stamp."""


def said(seed: int, code: str, day: date) -> list[Line]:
    """What a day says, in the order of its lines."""
    start, end = eastern.bounds(day)
    ordinal = day.toordinal()
    count = int(chance(seed, f"{code} count", ordinal) * 4)
    draws = sorted(chance(seed, f"{code} at", ordinal, n) for n in range(count))
    seconds = [start + 300 + int(draw * (end - start - 7200)) // 60 * 60 for draw in draws]
    if code == "P-35":
        changes = [
            (at, (f"**State Change. System now operating in {_STATES[n]} state.**",))
            for n, at in enumerate(seconds)
        ]
        return [(start, ("Start of day system state is NORMAL",)), *changes]
    if code == "P-25":
        return [(at, (_TEXTS[(ordinal + n) % len(_TEXTS)],)) for n, at in enumerate(seconds)]
    return [(at, _commitment(seed, ordinal, n, at)) for n, at in enumerate(seconds)]


def _commitment(seed: int, ordinal: int, n: int, at: int) -> tuple[str, ...]:
    name, ptid = facts.BUSES[1 + (ordinal + 3 * n) % (len(facts.BUSES) - 1)]
    begins = (at // 3600 + 2) * 3600
    ends = begins + 3600 * (4 + int(chance(seed, "P-26 hours", ordinal, n) * 12))
    zone = facts.ZONES[(ordinal + n) % len(facts.ZONES)][0]
    most = 40 + 5 * n
    spelled = (eastern.wall_clock(second).strftime(_LETTERED) for second in (begins, ends))
    return (
        *spelled,
        *(str(ptid), name, "NYISO" if n % 2 else "TO", "SRE", zone, "Local reliability", "35"),
        *(f"{most}.0", f"{most / 2}"),
    )


def write(code: str, seed: int, day: date) -> Growing:
    """The file of a day through its life; a day may have nothing but its header."""
    lines = said(seed, code, day)
    form = _LETTERED if code == "P-26" else facts.SECONDS
    first = eastern.midnight(day) + 2
    texts = [HEADERS[code], *(_line(at, cells, form) for at, cells in lines)]
    since = np.array([first, *(at + 60 - at % 2 for at, _ in lines)], dtype=np.int64)
    return Growing(b"", tuple(grow(texts, np.maximum.accumulate(since))))


def _line(at: int, cells: Sequence[str], form: str) -> bytes:
    stamp = eastern.wall_clock(at).strftime(form)
    return (",".join((stamp, *(_quoted(cell) for cell in cells))) + "\r\n").encode()


def _quoted(cell: str) -> str:
    """As the file prints text: quoted where it must be, its quotation marks doubled."""
    if not set(cell) & set('",\r\n'):
        return cell
    return '"' + cell.replace('"', '""') + '"'
