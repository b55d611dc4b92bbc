"""Events beside the moment they were seen, with bounds on how far two clocks may differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from tieline.errors import ImpossibleTime, UsageError
from tieline.markettime.instants import AHEAD
from tieline.markettime.intervals import floor_to_grid


@dataclass(frozen=True, slots=True)
class Skew:
    """How far an event's own clock may stand from ours.

    ahead:  an event may be stamped so far after it was seen; it then counts as seen.
    behind: an event seen later than this after its stamp is late, which is no fault of its clock;
            None: never.
    """

    ahead: timedelta = AHEAD
    behind: timedelta | None = None


def align_event(stamped: datetime, seen: datetime, skew: Skew) -> datetime:
    """The event's time, never after it was seen. Raises: ImpossibleTime beyond the bound."""
    if stamped - seen > skew.ahead:
        raise ImpossibleTime(
            f"{stamped} was seen at {seen}, {stamped - seen} before it happened; "
            f"clocks may differ by {skew.ahead}"
        )
    return min(stamped, seen)


def is_late(stamped: datetime, seen: datetime, skew: Skew) -> bool:
    """Whether an event came later than its bound."""
    return skew.behind is not None and seen - stamped > skew.behind


def align_events(stamped: pl.Series, seen: pl.Series, skew: Skew) -> pl.DataFrame:
    """`align_event` and `is_late` of two columns of instants: `event_utc` and `late`.

    Raises: ImpossibleTime with the row (the first is 0).
    """
    table = pl.DataFrame({"stamped": stamped, "seen": seen})
    beyond = (pl.col("stamped") - pl.col("seen")) > skew.ahead
    wrong = table.with_row_index("row").filter(beyond)
    if wrong.height:
        row, event, met = wrong.row(0)
        raise ImpossibleTime(
            f"row {row}: {event} was seen at {met}, {event - met} before it happened; "
            f"clocks may differ by {skew.ahead}; {wrong.height} rows in all"
        )
    passed = pl.col("seen") - pl.col("stamped")
    late = passed > skew.behind if skew.behind is not None else passed.is_null() & False
    return table.select(
        event_utc=pl.when(pl.col("stamped").is_not_null()).then(
            pl.min_horizontal("stamped", "seen")
        ),
        late=late.fill_null(False),
    )


def nearest_on_grid(instant: datetime, step: timedelta, tolerance: timedelta) -> datetime | None:
    """The grid's boundary that an instant was meant to be, None if none is so near.

    Raises: UsageError where the tolerance reaches half the step: two boundaries could be meant.
    """
    _narrow(step, tolerance)
    below = floor_to_grid(instant, step)
    if instant - below <= tolerance:
        return below
    return below + step if below + step - instant <= tolerance else None


def nearest_on_grid_expr(instant: pl.Expr, step: timedelta, tolerance: timedelta) -> pl.Expr:
    """`nearest_on_grid` of a column. Raises: UsageError, at once."""
    _narrow(step, tolerance)
    below = instant.dt.truncate(step)
    above = below + step
    return (
        pl.when(instant - below <= tolerance)
        .then(below)
        .when(above - instant <= tolerance)
        .then(above)
    )


def _narrow(step: timedelta, tolerance: timedelta) -> None:
    if not timedelta(0) <= tolerance < step / 2:
        raise UsageError(f"a tolerance of {tolerance} does not tell steps of {step} apart")
