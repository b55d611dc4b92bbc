"""Are intervals, market days and counts those of the publisher's page?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import polars as pl

from tieline.testing.seen import Seen
from tieline.testing.writing import Expectation
from tieline.validate import coverage

_INSTANT = pl.Datetime("us", "UTC")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 only differences of it are used
_MICRO = timedelta(microseconds=1)


def spanned(seen: Seen) -> Iterator[str]:
    """Interval and market day of each row, worked out from the printed stamps and the page."""
    stamps = (
        seen.truth.select(seen.key)
        .sort("stamp_utc")
        .partition_by(seen.entities, as_dict=False, maintain_order=True)
    )
    spans = {
        tuple(listed): _spans(seen.expectation, list(listed))
        for listed in {tuple(part["stamp_utc"].to_list()) for part in stamps}
    }
    frames = []
    for part in stamps:
        found = spans[tuple(part["stamp_utc"].to_list())]
        frames.append(part.hstack(found))
    told = pl.concat(frames)
    names = ("interval_start_utc", "interval_end_utc", "market_day")
    pairs = seen.rows.join(told, on=list(seen.key), suffix="_told", maintain_order="left")
    for name in names:
        odd = pairs.filter(pl.col(name).ne_missing(pl.col(f"{name}_told")))
        if odd.height:
            line, was, now = odd.select("source_row", f"{name}_told", name).row(0)
            yield f"{odd.height} rows have another {name}, first line {line}: {now}, should be {was}"


def _spans(expected: Expectation, stamps: list[datetime]) -> pl.DataFrame:
    """Interval and market day of one key's stamps, which stand in order."""
    step = timedelta(minutes=expected.minutes) if expected.minutes else None
    starts, ends = list(stamps), list(stamps)
    for at, stamp in enumerate(stamps):
        if expected.marks == "start":
            far = stamps[at + 1 : at + 2]
            if step:
                far.append(_grid_before(stamp, step) + step)
            ends[at] = min(far, default=stamp)
        elif expected.marks == "end":
            near = stamps[max(at - 1, 0) : at]
            if step:
                near.append(_grid_before(stamp - _MICRO, step))
            starts[at] = max(near, default=stamp)
    return pl.DataFrame(
        {
            "interval_start_utc": pl.Series(starts, dtype=_INSTANT),
            "interval_end_utc": pl.Series(ends, dtype=_INSTANT),
            "market_day": [expected.clock.wall(start).date() for start in starts],
        }
    )


def _grid_before(instant: datetime, step: timedelta) -> datetime:
    """The grid's boundary at or before an instant; every clock's hours are whole hours of UTC."""
    return instant - (instant.replace(tzinfo=None) - _EPOCH) % step


def tiled(seen: Seen) -> Iterator[str]:
    """Intervals of a key lie inside the file's days and do not overlap; where the page promises no
    holes they follow one another without a gap, from the first midnight to the last."""
    expected, day = seen.expectation, seen.printed.day
    rows = seen.rows.sort(*seen.entities, "stamp_utc")
    before = pl.col("interval_end_utc").shift(1).over(seen.entities)
    overlapping = rows.filter(pl.col("interval_start_utc") < before)
    if overlapping.height:
        yield f"{overlapping.height} intervals begin before the one before them has ended"
    if day is None or expected.marks == "instant":
        return
    start, end = _bounds(expected, day)
    apart = rows.filter(pl.col("interval_start_utc") > before)
    if apart.height > expected.holes * rows.select(seen.entities).n_unique():
        yield f"{apart.height} intervals begin later than the one before them has ended"
    first, last = rows.select(
        pl.col("interval_start_utc").min(), pl.col("interval_end_utc").max()
    ).row(0)
    slack = expected.holes * timedelta(minutes=expected.minutes or 0)
    if not (start <= first <= start + slack and end - slack <= last <= end):
        yield f"intervals cover {first} to {last}, the days are {start} to {end}"


def complete(seen: Seen) -> Iterator[str]:
    """The count by hand: hours of the day, times stamps an hour, times entities.

    Where the page promises no count the report must say that none can be expected.
    """
    expected, day, rows = seen.expectation, seen.printed.day, seen.rows
    if day is None or expected.minutes is None:
        return
    found = coverage(seen.report, day, rows)
    if expected.places is None:
        if found.expected is not None:
            yield f"no count is promised, the report expects {found.expected}"
        return
    start, end = _bounds(expected, day)
    hours, step = (end - start) // timedelta(hours=1), timedelta(minutes=expected.minutes)
    stamps, places = hours * 60 // expected.minutes, expected.places(day)
    if found.expected != stamps * places:
        yield f"{hours} h of {stamps} stamps and {places} entities, expected are {found.expected}"
    on_grid = [stamp for stamp in seen.stamps() if _grid_before(stamp, step) == stamp]
    if not stamps - expected.holes <= len(on_grid) <= stamps:
        yield f"{hours} h should have {stamps} stamps on the grid, {len(on_grid)} were printed"
    if found.received != len(on_grid) * places:
        yield f"{len(on_grid)} stamps of {places} are on the grid, received are {found.received}"
    off = (len(seen.stamps()) - len(on_grid)) * (places + expected.beside)
    extra = off + len(on_grid) * expected.beside
    if found.extras != extra or (off and not expected.odd):
        yield f"{extra} rows are off the grid, counted as extra are {found.extras}"


def _bounds(expected: Expectation, day: date) -> tuple[datetime, datetime]:
    """First instant of a file's days, and the first after them."""
    first = day + timedelta(days=expected.ahead)
    last = first + timedelta(days=expected.days - 1)
    return expected.clock.midnight(first), expected.clock.bounds(last)[1]


def resolved(seen: Seen) -> Iterator[str]:
    """`resolution` is the grid where a grid is kept, and null where dispatch leaves it."""
    expected = seen.expectation
    length = "PT1H" if expected.minutes == 60 else f"PT{expected.minutes}M"
    told = length if expected.regular and expected.minutes else None
    wrong = seen.rows.filter(pl.col("resolution").ne_missing(pl.lit(told, dtype=pl.String)))
    if wrong.height:
        yield f"{wrong.height} rows say resolution {wrong['resolution'][0]}, should be {told}"


def issued(seen: Seen) -> Iterator[str]:
    """A forecast's vintage is its printed issue; where none is printed, the first instant of its
    file's day, and its issue the known time."""
    if "vintage_utc" not in seen.rows.columns:
        return
    if "vintage_utc" in seen.truth.columns:
        if "issued_at_utc" not in seen.rows.columns:
            return
        wrong = seen.rows.filter(pl.col("issued_at_utc").ne_missing(pl.col("vintage_utc")))
        if wrong.height:
            yield f"{wrong.height} rows are not issued at their vintage"
        return
    if seen.printed.day is None:
        return
    told = seen.expectation.clock.midnight(seen.printed.day)
    wrong = seen.rows.filter(pl.col("vintage_utc").ne_missing(pl.lit(told, dtype=_INSTANT)))
    if wrong.height:
        yield f"{wrong.height} rows are of vintage {wrong['vintage_utc'][0]}, should be {told}"
    known = pl.lit(seen.printed.known_at_utc, dtype=_INSTANT)
    late = seen.rows.filter(pl.col("issued_at_utc").ne_missing(known))
    if late.height:
        yield f"{late.height} rows are issued at {late['issued_at_utc'][0]}, known was {known}"
