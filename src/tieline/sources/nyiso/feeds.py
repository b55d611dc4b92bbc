"""NYISO's feeds, in one tuple."""

from __future__ import annotations

from tieline.sources.nyiso.ancillary import ANCILLARY_FEEDS
from tieline.sources.nyiso.bids import BID_FEEDS
from tieline.sources.nyiso.circulation import CIRCULATION_FEEDS
from tieline.sources.nyiso.constraints import CONSTRAINT_FEEDS
from tieline.sources.nyiso.emissions import EMISSION_FEEDS
from tieline.sources.nyiso.energy import ENERGY_FEEDS
from tieline.sources.nyiso.events import EVENT_FEEDS
from tieline.sources.nyiso.forecasts import LOAD_FORECAST_FEED
from tieline.sources.nyiso.generation import FUEL_MIX_FEED
from tieline.sources.nyiso.interchange import INTERFACE_FLOW_FEED
from tieline.sources.nyiso.load import LOAD_FEED, LOAD_HOURLY_FEED
from tieline.sources.nyiso.lookahead import LOOKAHEAD_FEED
from tieline.sources.nyiso.outages import OUTAGE_FEEDS
from tieline.sources.nyiso.prices import LMP_FEEDS
from tieline.sources.nyiso.reference import REFERENCE_FEEDS
from tieline.sources.nyiso.solar import SOLAR_FEEDS
from tieline.sources.nyiso.transfer import TRANSFER_FEEDS
from tieline.sources.nyiso.weather import WEATHER_FEEDS

FEEDS = (
    INTERFACE_FLOW_FEED,
    LOAD_FEED,
    LOAD_HOURLY_FEED,
    *LMP_FEEDS,
    FUEL_MIX_FEED,
    LOAD_FORECAST_FEED,
    *ANCILLARY_FEEDS,
    *CONSTRAINT_FEEDS,
    *BID_FEEDS,
    *SOLAR_FEEDS,
    *TRANSFER_FEEDS,
    *OUTAGE_FEEDS,
    *EVENT_FEEDS,
    *REFERENCE_FEEDS,
    *CIRCULATION_FEEDS,
    *EMISSION_FEEDS,
    *ENERGY_FEEDS,
    LOOKAHEAD_FEED,
    *WEATHER_FEEDS,
)
