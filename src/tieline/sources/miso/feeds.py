"""MISO's feeds, in one tuple."""

from __future__ import annotations

from tieline.sources.miso import (
    ancillary,
    constraints,
    forecasts,
    generation,
    interchange,
    load,
    lookahead,
    outages,
    prices,
    reference,
    schedules,
    system,
)

FEEDS = (
    *prices.FEEDS,
    *load.FEEDS,
    *forecasts.FEEDS,
    *generation.FEEDS,
    *interchange.FEEDS,
    *ancillary.FEEDS,
    *constraints.FEEDS,
    *outages.FEEDS,
    *schedules.FEEDS,
    *lookahead.FEEDS,
    *system.FEEDS,
    *reference.FEEDS,
)
