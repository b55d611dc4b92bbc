"""Addresses of the emulated NYISO archive.

Daily files stand directly for about nine days, everything older only in the month's archive, which
grows with its month. A name with a future day, or an archive named after another day than the first,
is not found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial

from tieline.emulate import eastern
from tieline.emulate.archive import Member, archive, member
from tieline.emulate.growing import Growing, View
from tieline.emulate.nyiso import (
    energy,
    fuel_mix,
    interface_flows,
    load,
    load_forecast,
    lookahead,
    notices,
    outages,
    prices,
    sheets,
    weather,
)
from tieline.emulate.nyiso.facts import (
    CURRENT_FLOWS,
    CURRENT_PRICES,
    DIRECT_DAYS,
    KINDS,
    LAST_DAY,
    NOT_FOUND,
    NOTICES,
    Kind,
)
from tieline.emulate.nyiso.listed import SHEETS
from tieline.emulate.nyiso.roster import STATIC
from tieline.emulate.site import CSV, ZIP, Dated, File

_WRITERS: dict[str, Callable[[int, date], Growing]] = {
    "P-32": interface_flows.write,
    "P-58B": load.write_five_minutes,
    "P-58C": load.write_hourly,
    "P-24A": prices.write,
    "P-63": fuel_mix.write,
    "P-7": load_forecast.write,
    "P-42": lookahead.write,
    "P-7A": weather.write,
    **{code: partial(energy.write, code) for code in energy.ITEMS},
    **{code: partial(sheets.write, sheet, code) for code, sheet in SHEETS.items()},
    **{code: partial(outages.write, code) for code in ("P-54A", "P-54B", "P-54C")},
    **{code: partial(notices.write, code) for code in ("P-35", "P-25", "P-26")},
}
_DATED_KINDS = (*KINDS, *NOTICES)
_DATED = re.compile(
    r"public/csv/(?P<folder>\w+)/(?P<day>\d{8})(?P<stem>\w+?)(?P<zip>_csv)?\.(?P<ext>csv|zip)"
)
_DAY = timedelta(days=1)
_CURRENT_AHEAD = 20
"""Seconds by which the static files are ahead of the daily ones; the two can differ by an interval."""


@dataclass(frozen=True, slots=True)
class Address:
    """A dated address taken apart."""

    kind: Kind
    day: date
    zipped: bool

    def __str__(self) -> str:
        end = "_csv.zip" if self.zipped else ".csv"
        return f"public/csv/{self.kind.folder}/{self.day:%Y%m%d}{self.kind.stem}{end}"


@dataclass(frozen=True, slots=True)
class Nyiso:
    """NYISO from one seed."""

    seed: int

    def file(self, path: str, at: int) -> File | None:
        if path == CURRENT_FLOWS:
            return _csv(self._newest("P-32", at))
        if path == CURRENT_PRICES:
            return _csv(self._newest("P-24A", at))
        if path in STATIC:
            return _csv(STATIC[path](self.seed, at))
        address = parse(path)
        if address is None:
            return None
        if address.zipped:
            return self._month(address.kind, address.day, at)
        age = eastern.day_at(at) - address.day
        return _csv(self.view(address.kind, address.day, at)) if age.days <= DIRECT_DAYS else None

    def not_found(self) -> bytes:
        return NOT_FOUND

    def another(self, path: str) -> str | None:
        address = parse(path)
        if address is None:
            return CURRENT_PRICES if path == CURRENT_FLOWS else CURRENT_FLOWS
        place = (_DATED_KINDS.index(address.kind) + 1) % len(_DATED_KINDS)
        return str(Address(_DATED_KINDS[place], address.day, address.zipped))

    def earlier(self, path: str) -> str | None:
        address = parse(path)
        if address is None:
            return None
        before = address.day - _DAY
        day = before.replace(day=1) if address.zipped else before
        return str(Address(address.kind, day, address.zipped))

    def dated(self, path: str) -> Dated | None:
        address = parse(path)
        if address is None or address.zipped or not address.kind.values:
            return None
        return Dated(eastern.bounds(address.day)[1], address.kind.values)

    def archive_clock(self, second: int) -> datetime:
        return eastern.wall_clock(second)

    def view(self, kind: Kind, day: date, at: int) -> View | None:
        """One day's file as of an instant, however old."""
        known = kind.since <= day <= LAST_DAY and eastern.midnight(day) - kind.ahead <= at
        return growing(self.seed, kind.code, day).view(at) if known else None

    def _newest(self, code: str, at: int) -> View | None:
        """The newest dispatch stamp, a little before the daily file has it."""
        today = eastern.day_at(at)
        for day in (today, today - _DAY):
            found = growing(self.seed, code, day).newest(at + _CURRENT_AHEAD, advisory=False)
            if found:
                return View(found.body, found.modified - _CURRENT_AHEAD)
        return None

    def _month(self, kind: Kind, first: date, at: int) -> File | None:
        if first.day != 1:
            return None
        days = (first + n * _DAY for n in range(31))
        views = [
            (day, view.modified)
            for day in days
            if day.month == first.month and (view := self.view(kind, day, at))
        ]
        if not views:
            return None
        views.sort(key=lambda found: (found[1], found[0]))
        members = [_member(self.seed, kind, day, modified) for day, modified in views]
        return File(archive(members), ZIP, views[-1][1])


@lru_cache(maxsize=96)
def growing(seed: int, code: str, day: date) -> Growing:
    """One day's file through its life."""
    return _WRITERS[code](seed, day)


@lru_cache(maxsize=4096)
def _member(seed: int, kind: Kind, day: date, modified: int) -> Member:
    """The deflated file as it was written at `modified`; nothing else is written until the next."""
    view = growing(seed, kind.code, day).view(modified)
    body = view.body if view else b""
    return member(f"{day:%Y%m%d}{kind.stem}.csv", eastern.wall_clock(modified), body)


def parse(path: str) -> Address | None:
    """Take a dated address apart; None if it is none of this publisher's."""
    match = _DATED.fullmatch(path)
    if match is None or (match["zip"] is not None) != (match["ext"] == "zip"):
        return None
    for kind in _DATED_KINDS:
        if (kind.folder, kind.stem) == (match["folder"], match["stem"]):
            break
    else:
        return None
    text = match["day"]
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return Address(kind, day, match["ext"] == "zip")


def _csv(view: View | None) -> File | None:
    return None if view is None else File(view.body, CSV, view.modified)
