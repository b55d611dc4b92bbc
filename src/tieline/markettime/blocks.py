"""On-peak and off-peak blocks by name, of each market by its own definition.

A block is a set of hours of a week; a definition says which sixteen hours are meant, on whose clock,
and on which days a market calls them on-peak. MISO has two, and keeps both names: `miso` is the
contract that is traded (HE08 to HE23 Eastern prevailing), `miso-tariff` the tariff's (HE07 to HE22
Eastern Standard); they are the same hours in summer only. Holidays are NERC's, on the local date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from tieline.errors import UnknownName, UnknownZone
from tieline.markettime.clocks import clock_expr
from tieline.markettime.holidays import is_nerc_holiday, nerc_holiday_expr
from tieline.markettime.zones import day_start, zone_of

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PeakDefinition:
    """Which hours a market or hub means by its sixteen.

    `first` and `last` are hours ending, both included, on the clock of `zone`. `week` is 5 where
    on-peak is Monday to Friday, 6 where Saturday belongs to it. `basis` is where this is known from:
    `doc` from a published contract or tariff, `trade` from the custom of the trade.
    """

    name: str
    zone: str
    first: int
    last: int
    week: int
    basis: str


_EPT, _CPT, _PPT = "America/New_York", "America/Chicago", "America/Los_Angeles"
DEFINITIONS = (
    PeakDefinition("pjm", _EPT, 8, 23, 5, "doc"),
    PeakDefinition("nyiso", _EPT, 8, 23, 5, "doc"),
    PeakDefinition("isone", _EPT, 8, 23, 5, "doc"),
    PeakDefinition("miso", _EPT, 8, 23, 5, "doc"),
    PeakDefinition("miso-tariff", "Etc/GMT+5", 7, 22, 5, "doc"),
    PeakDefinition("spp", _CPT, 7, 22, 5, "trade"),
    PeakDefinition("ercot", _CPT, 7, 22, 5, "doc"),
    PeakDefinition("caiso", _PPT, 7, 22, 6, "doc"),
    PeakDefinition("mid-c", _PPT, 7, 22, 6, "doc"),
    PeakDefinition("palo-verde", _PPT, 7, 22, 6, "doc"),
    PeakDefinition("mead", _PPT, 7, 22, 6, "doc"),
    PeakDefinition("cob", _PPT, 7, 22, 6, "doc"),
    PeakDefinition("serc", _CPT, 7, 22, 5, "trade"),
    PeakDefinition("tva", _CPT, 7, 22, 5, "trade"),
    PeakDefinition("entergy", _CPT, 7, 22, 5, "trade"),
)
"""Palo Verde keeps Pacific prevailing time, although Arizona does not change its clocks."""

_WEEK = (1, 2, 3, 4, 5, 6, 7)
_SIXTEEN: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "5x16": (_WEEK[:5], ()),
    "2x16": (_WEEK[5:], _WEEK[5:]),
    "2x16H": (_WEEK[5:], _WEEK),
    "7x16": (_WEEK, _WEEK),
    "6x16": (_WEEK[:6], ()),
}
"""ISO weekdays whose sixteen hours a block holds: of ordinary days, and of holidays."""
_OTHERS = {"7x8": "7x16", "wrap": "5x16", "light-load": "6x16"}
"""Blocks that hold every hour which another one does not."""
BLOCKS = (*_SIXTEEN, *_OTHERS, "7x24")
"""5x16 weekdays that are no holidays; 2x16 Saturday and Sunday, H with holidays; 7x8 the other eight
hours of every day; 7x16 the sixteen of every day; 6x16 Monday to Saturday without holidays; wrap all
but 5x16; light-load all but 6x16; 7x24 every hour."""
_ALIASES = {
    "7x8+2x16h": "wrap",
    "hlh": "6x16",
    "llh": "light-load",
    "6x8+1x24": "light-load",
    "atc": "7x24",
    "flat": "7x24",
}


def peak_of(name: str) -> PeakDefinition:
    """The definition of a market or hub. Raises: UnknownZone."""
    asked = name.strip().lower().replace("_", "-").replace("iso-ne", "isone")
    for one in DEFINITIONS:
        if one.name == asked:
            return one
    known = ", ".join(one.name for one in DEFINITIONS)
    raise UnknownZone(f"nobody defined on-peak hours of {name!r}; there are {known}")


def block_of(block: str, peak: PeakDefinition) -> str:
    """A block by the first of its names; `on-peak` and `off-peak` are the market's own.

    Raises: UnknownName, also for `super-peak`, whose hours stand in each contract.
    """
    asked = block.strip().lower()
    own = {"on-peak": {5: "5x16", 6: "6x16"}, "off-peak": {5: "wrap", 6: "light-load"}}
    if asked in own:
        return own[asked][peak.week]
    asked = _ALIASES.get(asked, asked)
    for known in BLOCKS:
        if known.lower() == asked:
            return known
    names = ", ".join((*BLOCKS, "on-peak", "off-peak"))
    raise UnknownName(f"no block is called {block!r}; there are {names}")


def in_block(instant: datetime, block: str, peak: PeakDefinition) -> bool:
    """Whether an instant lies in a block. Raises: UnknownName; UsageError outside 2000 to 2050."""
    local = instant.astimezone(zone_of(peak.zone))
    sixteen = peak.first - 1 <= local.hour < peak.last
    free = is_nerc_holiday(local.date())
    return _holds(block_of(block, peak), sixteen, local.isoweekday(), free)


def _holds(block: str, sixteen: bool, weekday: int, free: bool) -> bool:
    if block == "7x24":
        return True
    if block in _OTHERS:
        return not _holds(_OTHERS[block], sixteen, weekday, free)
    return sixteen and weekday in _SIXTEEN[block][free]


def in_block_expr(instant: pl.Expr, block: str, peak: PeakDefinition) -> pl.Expr:
    """`in_block` of a column of instants in UTC; null outside the years whose holidays are known.

    Raises: UnknownName, at once.
    """
    local = clock_expr(peak.zone, instant)
    hour, day = local.dt.hour(), local.dt.date()
    sixteen = (hour >= peak.first - 1) & (hour < peak.last)
    free = nerc_holiday_expr(day)
    found = _holds_expr(block_of(block, peak), sixteen, day.dt.weekday(), free)
    return pl.when(free.is_not_null()).then(found)


def _holds_expr(block: str, sixteen: pl.Expr, weekday: pl.Expr, free: pl.Expr) -> pl.Expr:
    if block == "7x24":
        return pl.lit(True)
    if block in _OTHERS:
        return ~_holds_expr(_OTHERS[block], sixteen, weekday, free)
    ordinary, holiday = _SIXTEEN[block]
    return sixteen & pl.when(free).then(weekday.is_in(holiday)).otherwise(weekday.is_in(ordinary))


def block_hours(block: str, peak: PeakDefinition, first: date, last: date) -> int:
    """Hours of a block from one market-local day to another, both included.

    Raises: UnknownName; UsageError outside 2000 to 2050.
    """
    start = day_start(peak.zone, first)
    end = day_start(peak.zone, last + timedelta(days=1))
    is_nerc_holiday(first), is_nerc_holiday(last)
    hours = pl.datetime_range(start, end, _HOUR, closed="left", time_unit="us", eager=True)
    counted = hours.alias("hour").to_frame()
    return int(counted.select(in_block_expr(pl.col("hour"), block, peak).sum()).item())


def month_hours(block: str, peak: PeakDefinition, year: int, month: int) -> int:
    """Hours of a block in a month. Raises: as `block_hours`."""
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return block_hours(block, peak, first, following - timedelta(days=1))
