"""What a time label means: zones, market days, readings and intervals."""

from tieline.markettime.conversion import (
    local_expr,
    utc_by_known_time,
    utc_by_offset,
    utc_by_row_order,
)
from tieline.markettime.instants import (
    instant_by_known_time,
    instant_by_offset,
    instants_by_row_order,
    instants_of,
    latest_instant,
)
from tieline.markettime.intervals import (
    floor_expr,
    floor_to_grid,
    grid_stamps,
    interval_of,
    with_intervals,
)
from tieline.markettime.zones import (
    day_start,
    day_window,
    hours_in,
    market_day,
    market_day_expr,
    missing_hours,
    repeated_hours,
    zone_of,
)

__all__ = [
    "day_start",
    "day_window",
    "floor_expr",
    "floor_to_grid",
    "grid_stamps",
    "hours_in",
    "instant_by_known_time",
    "instant_by_offset",
    "instants_by_row_order",
    "instants_of",
    "interval_of",
    "latest_instant",
    "local_expr",
    "market_day",
    "market_day_expr",
    "missing_hours",
    "repeated_hours",
    "utc_by_known_time",
    "utc_by_offset",
    "utc_by_row_order",
    "with_intervals",
    "zone_of",
]
