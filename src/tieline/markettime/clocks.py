"""Columns of instants on a market's clock, and of readings back to instants, as expressions.

Polars knows zones by rules of its own. From the instant at which those are no longer the rules of
`zone_of` the offsets are told here, change by change.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import polars as pl

from tieline.markettime.changes import (
    ClockChange,
    agreed_until,
    changes_between,
    turning_point,
)
from tieline.markettime.zones import zone_of

_DAY = timedelta(days=1)
_END = datetime(2051, 1, 1, tzinfo=UTC)


def clock_expr(zone: str, instant: pl.Expr) -> pl.Expr:
    """The naive readings that a zone's clock shows at instants in UTC. Raises: UnknownZone."""
    shown = instant.dt.convert_time_zone(zone_of(zone).key).dt.replace_time_zone(None)
    until = agreed_until(zone)
    if until is None:
        return shown
    naive = instant.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    bounds = [change.at_utc.replace(tzinfo=None) for change in _after(zone, until)]
    told = naive + _offsets(zone, until, naive, bounds)
    return pl.when(naive < until.replace(tzinfo=None)).then(shown).otherwise(told)


def daylight_expr(zone: str, instant: pl.Expr) -> pl.Expr:
    """Whether the clock of a zone stands ahead of its standard time. Raises: UnknownZone."""
    ahead = instant.dt.convert_time_zone(zone_of(zone).key).dt.dst_offset() > timedelta(0)
    until = agreed_until(zone)
    if until is None:
        return ahead
    told: pl.Expr = pl.lit(_is_daylight(zone, until))
    for at in _turns(zone, until):
        told = pl.when(instant < at).then(told).otherwise(pl.lit(_is_daylight(zone, at)))
    return pl.when(instant < until).then(ahead).otherwise(told)


def instant_expr(zone: str, local: pl.Expr) -> pl.Expr:
    """The first instant in UTC of naive readings; null where the clock skips one.

    Raises: UnknownZone.
    """
    read = local.dt.replace_time_zone(
        zone_of(zone).key, ambiguous="earliest", non_existent="null"
    ).dt.convert_time_zone("UTC")
    until = agreed_until(zone)
    if until is None:
        return read
    changes = _after(zone, until)
    bounds = [change.at_utc.replace(tzinfo=None) + change.before for change in changes]
    told = (local - _offsets(zone, until, local, bounds)).dt.replace_time_zone("UTC")
    for change in changes:
        if change.missing:
            skipped = local.is_between(*change.missing, closed="left")
            told = pl.when(~skipped).then(told)
    return pl.when(read < until).then(read).otherwise(told)


def market_day_expr(zone: str, instant: pl.Expr) -> pl.Expr:
    """`market_day` of a column of instants in UTC."""
    return clock_expr(zone, instant).dt.date()


def day_start_expr(zone: str, day: pl.Expr) -> pl.Expr:
    """`day_start` of a column of market days."""
    return instant_expr(zone, day.cast(pl.Datetime("us")))


def _is_daylight(zone: str, instant: datetime) -> bool:
    return bool(instant.astimezone(zone_of(zone)).dst())


@lru_cache(maxsize=64)
def _turns(zone: str, until: datetime) -> tuple[datetime, ...]:
    """Instants at which daylight time begins or ends; a law may end it without moving the clock."""
    found, at = [], until
    while at < _END:
        if _is_daylight(zone, at) != _is_daylight(zone, at + _DAY):
            found.append(turning_point(at, at + _DAY, lambda moment: _is_daylight(zone, moment)))
        at += _DAY
    return tuple(found)


def _after(zone: str, until: datetime) -> tuple[ClockChange, ...]:
    return changes_between(zone, until, _END)


def _offsets(zone: str, until: datetime, naive: pl.Expr, bounds: list[datetime]) -> pl.Expr:
    """The offset from UTC in force, which changes at each bound."""
    held: pl.Expr = pl.lit(until.astimezone(zone_of(zone)).utcoffset())
    for bound, change in zip(bounds, _after(zone, until), strict=True):
        held = pl.when(naive < bound).then(held).otherwise(pl.lit(change.after))
    return held
