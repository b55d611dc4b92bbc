"""When the clocks of a zone change, and what each wall-clock reading then means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import polars as pl

from tieline.markettime.zones import zone_of

UTC_TYPE = pl.Datetime("us", "UTC")
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 only differences of it are used
_MICRO = timedelta(microseconds=1)
_KNOWN = (2000, 2050)
"""Years over which the clocks of two engines are compared."""
_FEW = 24
"""Up to so many changes a column is read piece by piece, which is faster than asking row by row."""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One change of a zone's clock: when, and the offset from UTC before and after."""

    at_utc: datetime
    before: timedelta
    after: timedelta

    @property
    def jump(self) -> timedelta:
        """How far the clock goes forward; negative in autumn."""
        return self.after - self.before

    @property
    def repeated(self) -> tuple[datetime, datetime] | None:
        """Naive readings that are shown twice, half-open."""
        at = self.at_utc.replace(tzinfo=None)
        return (at + self.after, at + self.before) if self.after < self.before else None

    @property
    def missing(self) -> tuple[datetime, datetime] | None:
        """Naive readings that are never shown, half-open."""
        at = self.at_utc.replace(tzinfo=None)
        return (at + self.before, at + self.after) if self.before < self.after else None


@lru_cache(maxsize=4096)
def changes_in(zone: str, year: int) -> tuple[ClockChange, ...]:
    """Every change of a zone's clock in a year of UTC, in order. Raises: UnknownZone."""
    found = []
    at = datetime(year, 1, 1, tzinfo=UTC)
    offset = _offset(zone, at)
    while at.year == year:
        following = _offset(zone, at + _DAY)
        if following != offset:
            moment = turning_point(at, at + _DAY, lambda instant: _offset(zone, instant))
            found.append(ClockChange(moment, offset, following))
        at, offset = at + _DAY, following
    return tuple(change for change in found if change.at_utc.year == year)


def changes_between(zone: str, start: datetime, end: datetime) -> tuple[ClockChange, ...]:
    """The changes of a zone's clock in `[start, end)`, instants in UTC. Raises: UnknownZone."""
    return tuple(
        change
        for year in range(start.year, end.year + 1)
        for change in changes_in(zone, year)
        if start <= change.at_utc < end
    )


def turning_point(low: datetime, high: datetime, told: Callable[[datetime], object]) -> datetime:
    """The second from which something is no longer told as at `low`, by halving."""
    before = told(low)
    while high - low > _SECOND:
        middle = (low + (high - low) // 2).replace(microsecond=0)
        low, high = (middle, high) if told(middle) == before else (low, middle)
    return high


def readings_of(local: pl.Series, zone: str) -> tuple[pl.Series, pl.Series]:
    """Both instants of each naive reading, in UTC: its first and its last time on this clock.

    They differ in a repeated hour alone; where none is in the window, both are one Series. A reading
    that the clock skips has none, and null has none.
    Raises: UnknownZone.
    """
    local = local.cast(pl.Datetime("us"))
    first, last = local.min(), local.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        zone_of(zone)
        return (empty := local.dt.replace_time_zone("UTC")), empty
    around = (first.replace(tzinfo=UTC) - 2 * _DAY, last.replace(tzinfo=UTC) + 2 * _DAY)
    changes = changes_between(zone, *around)
    if len(changes) > _FEW and agreed_until(zone) is None:
        return _reading(local, zone, "earliest"), _reading(local, zone, "latest")
    rules = _Pieces(zone, first, last, changes)
    early = rules.read(local, [change.at_utc + change.before for change in changes])
    if not any(_meets(change.repeated, first, last) for change in changes):
        return early, early
    late = rules.read(
        local, [change.at_utc + min(change.before, change.after) for change in changes]
    )
    return early, late


@lru_cache(maxsize=64)
def agreed_until(zone: str) -> datetime | None:
    """The instant in UTC up to which Polars' own rules of a zone are those of `zone_of`.

    None where they are the same through 2050. Polars carries rules of its own, which can be older.
    """
    first, last = (datetime(year, 1, 1) for year in (_KNOWN[0], _KNOWN[1] + 1))  # noqa: DTZ001
    days = pl.datetime_range(first, last, "1d", time_unit="us", time_zone="UTC", eager=True)
    changes = changes_between(zone, first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))
    begun = pl.Series([change.at_utc for change in changes], dtype=UTC_TYPE).to_physical()
    held = [_offset(zone, first.replace(tzinfo=UTC)), *(change.after for change in changes)]
    passed = begun.search_sorted(days.to_physical(), side="right")
    ours = pl.Series(held, dtype=pl.Duration("us")).gather(passed)
    theirs = days.dt.convert_time_zone(zone_of(zone).key)
    offsets = theirs.dt.base_utc_offset() + theirs.dt.dst_offset()
    apart = days.filter(ours != offsets.cast(pl.Duration("us")))
    return apart[0] - _DAY if apart.len() else None


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A window of readings with the few changes around it."""

    zone: str
    first: datetime
    last: datetime
    changes: tuple[ClockChange, ...]

    def read(self, local: pl.Series, bounds: Sequence[datetime]) -> pl.Series:
        """Instants, if at each bound (a reading) the offset after its change begins to hold."""
        offsets = [_offset_of(change.after) for change in self.changes]
        begun = [_since_epoch(bound.replace(tzinfo=None)) for bound in bounds]
        low, high = _since_epoch(self.first), _since_epoch(self.last)
        passed = sum(bound <= low for bound in begun)
        held = offsets[passed - 1] if passed else self._at_first()
        ticks = pl.col("ticks")
        shift = pl.lit(held)
        for bound, offset in zip(begun[passed:], offsets[passed:], strict=True):
            if bound <= high:
                shift = pl.when(ticks < bound).then(shift).otherwise(pl.lit(offset))
        told = ticks - shift
        for change in self.changes:
            if _meets(change.missing, self.first, self.last) and change.missing:
                start, end = (_since_epoch(edge) for edge in change.missing)
                told = pl.when((ticks < start) | (ticks >= end)).then(told)
        found = local.to_physical().alias("ticks").to_frame().select(told).to_series()
        return found.cast(UTC_TYPE).alias(local.name)

    def _at_first(self) -> int:
        """The offset that held before any change of the window."""
        if self.changes:
            return _offset_of(self.changes[0].before)
        return _offset_of(_offset(self.zone, self.first.replace(tzinfo=UTC)))


def _reading(local: pl.Series, zone: str, ambiguous: str) -> pl.Series:
    name = zone_of(zone).key
    return local.dt.replace_time_zone(
        name,
        ambiguous=ambiguous,  # type: ignore[arg-type]
        non_existent="null",
    ).dt.convert_time_zone("UTC")


def _meets(readings: tuple[datetime, datetime] | None, first: datetime, last: datetime) -> bool:
    return readings is not None and readings[0] <= last and first < readings[1]


def _offset(zone: str, instant: datetime) -> timedelta:
    return instant.astimezone(zone_of(zone)).utcoffset() or timedelta(0)


def _offset_of(offset: timedelta) -> int:
    return offset // _MICRO


def _since_epoch(naive: datetime) -> int:
    return (naive - _EPOCH) // _MICRO
