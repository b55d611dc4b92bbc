"""ISO New England's feeds, in one tuple."""

from __future__ import annotations

from tieline.sources.isone.ancillary import (
    REGULATION_FEED,
    REGULATION_HOURLY_FEED,
    RESERVE_FEED,
    RESERVE_HOURLY_FEED,
)
from tieline.sources.isone.constraints import DAY_AHEAD_CONSTRAINT_FEED, REAL_TIME_CONSTRAINT_FEED
from tieline.sources.isone.forecasts import (
    CAPACITY_FEED,
    LOAD_FORECAST_FEED,
    MORNING_REPORT_FEED,
    REGIONAL_FORECAST_FEED,
)
from tieline.sources.isone.generation import FUEL_MIX_FEED
from tieline.sources.isone.interchange import (
    INTERCHANGE_15_FEED,
    INTERCHANGE_FEED,
    INTERFACE_FLOW_FEED,
)
from tieline.sources.isone.load import (
    LOAD_FEED,
    LOAD_HOURLY_FEED,
    LOAD_ZONAL_FEED,
    LOAD_ZONAL_HOURLY_FEED,
)
from tieline.sources.isone.prices import DAY_AHEAD_FEED, REAL_TIME_FEED, REAL_TIME_HOURLY_FEED
from tieline.sources.isone.reference import LOCATION_FEED
from tieline.sources.isone.schedules import CLEARED_FEED

FEEDS = (
    *(DAY_AHEAD_FEED, REAL_TIME_HOURLY_FEED, REAL_TIME_FEED),
    *(LOAD_FEED, LOAD_HOURLY_FEED, LOAD_ZONAL_FEED, LOAD_ZONAL_HOURLY_FEED),
    *(FUEL_MIX_FEED, CLEARED_FEED),
    *(LOAD_FORECAST_FEED, REGIONAL_FORECAST_FEED, CAPACITY_FEED, MORNING_REPORT_FEED),
    *(INTERFACE_FLOW_FEED, INTERCHANGE_FEED, INTERCHANGE_15_FEED),
    *(RESERVE_FEED, RESERVE_HOURLY_FEED, REGULATION_FEED, REGULATION_HOURLY_FEED),
    *(DAY_AHEAD_CONSTRAINT_FEED, REAL_TIME_CONSTRAINT_FEED),
    LOCATION_FEED,
)
