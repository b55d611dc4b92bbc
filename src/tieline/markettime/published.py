"""The conventions in which publishers print time, by name, each with where it is known from.

A name is `publisher:` and the words that show it. They are kinds: the zone, the label and the way of
the repeated hour of a family of reports; each report states its own columns and formats.
"""

from __future__ import annotations

from datetime import timedelta

from tieline.errors import UnknownName
from tieline.markettime.conventions import (
    EASTERN_WORDS,
    SECOND_IF_TRUE,
    SECOND_IF_Y,
    Clocked,
    Convention,
    Marker,
    Numbered,
)

_EASTERN, _CENTRAL, _PACIFIC = "America/New_York", "America/Chicago", "America/Los_Angeles"
_EST = "Etc/GMT+5"
_HOUR = timedelta(hours=1)
_QUARTER = timedelta(minutes=15)
_FIVE = timedelta(minutes=5)
_STAMP = "%m/%d/%Y %H:%M:%S"
_ERCOT_DAY = ("DeliveryDate", "%m/%d/%Y")
_ERCOT_FLAG = Marker("DSTFlag", SECOND_IF_Y)
"""Y is read as the second pass, as the repeated-hour flag of dispatch means it; clients disagree."""

PUBLISHED: dict[str, Convention] = {
    "nyiso:start with zone": Convention(
        zone=_EASTERN, label="start", step=_HOUR, repeated="marker",
        text=Clocked((("Time Stamp", _STAMP),), also=("%m/%d/%Y %H:%M",)),
        marker=Marker("Time Zone", EASTERN_WORDS), source="palIntegrated, damasp: sample",
    ),
    "nyiso:end with zone": Convention(
        zone=_EASTERN, label="end", step=_FIVE, repeated="marker",
        text=Clocked((("Time Stamp", _STAMP),), also=("%m/%d/%Y %H:%M",)),
        marker=Marker("Time Zone", EASTERN_WORDS), source="rtasp: doc",
    ),
    "nyiso:start by order": Convention(
        zone=_EASTERN, label="start", step=_HOUR, repeated="row_order",
        text=Clocked((("Time Stamp", "%m/%d/%Y %H:%M"),), also=(_STAMP,)),
        source="damlbmp, isolf, rtlbmp: sample; first EDT, then EST",
    ),
    "nyiso:end by order": Convention(
        zone=_EASTERN, label="end", step=_FIVE, repeated="row_order",
        text=Clocked((("Time Stamp", _STAMP),), also=("%m/%d/%Y %H:%M",)),
        source="realtime, with off-grid stamps: sample",
    ),
    "isone:begin date": Convention(
        zone=_EASTERN, label="start", step=_HOUR, repeated="offset",
        text=Clocked((("BeginDate", "%Y-%m-%dT%H:%M:%S.000"),), ("%Y-%m-%dT%H:%M:%S%.f",), offset="-05:00"),
        source="web services: sample",
    ),
    "isone:hour ending": Convention(
        zone=_EASTERN, label="end", step=_HOUR, repeated="suffix", suffix="X",
        text=Numbered(("Date", "%m/%d/%Y"), "Hour Ending", width=2, numbers="clock_end"),
        source="CSV reports: doc; 02X in autumn, no 02 in spring",
    ),
    "miso:hour ending": Convention(
        zone=_EST, label="end", step=_HOUR,
        text=Numbered(("MARKET_DAY", "%m/%d/%Y"), "HE", before="HE "),
        source="market reports: sample; 24 hours on every day",
    ),
    "miso:start": Convention(
        zone=_EST, label="start", step=_FIVE,
        text=Clocked((("INTERVALEST", "%Y-%m-%d %-I:%M:%S %p"),)),
        source="public API: sample",
    ),
    "miso:unlabelled utc": Convention(
        zone="UTC", label="instant",
        text=Clocked((("Time", "%Y-%m-%d %-I:%M:%S %p"),)), source="NAI/Imports: code",
    ),
    "spp:gmt end": Convention(
        zone="UTC", label="end", step=_FIVE,
        text=Clocked((("GMTIntervalEnd", _STAMP),), also=("%m/%d/%Y %H:%M",)), source="sample",
    ),
    "spp:interval": Convention(
        zone=_CENTRAL, label="end", step=_HOUR, clock="start", repeated="row_order",
        text=Clocked((("Interval", _STAMP),), also=("%m/%d/%Y %H:%M",)),
        source="DA-MCP of 2025-11-02: sample; 02:00 comes twice",
    ),
    "caiso:gmt start": Convention(
        zone="UTC", label="start", step=_HOUR,
        text=Clocked((("INTERVALSTARTTIME_GMT", "%Y-%m-%dT%H:%M:%S-00:00"),)),
        source="OASIS: sample",
    ),
    "caiso:trade hour": Convention(
        zone=_PACIFIC, label="end", step=_HOUR, repeated="extra",
        text=Numbered(("OPR_DT", "%Y-%m-%d"), "OPR_HR"),
        source="OASIS: sample; 1, 2, 25, 3 on the long day, 1, 2, 4 on the short one",
    ),
    "caiso:trade interval": Convention(
        zone=_PACIFIC, label="end", step=_FIVE, repeated="extra",
        text=Numbered(("OPR_DT", "%Y-%m-%d"), "OPR_HR", interval="OPR_INTERVAL"),
        source="OASIS: doc",
    ),
    "caiso:outlook": Convention(
        zone=_PACIFIC, label="start", step=_FIVE, repeated="first_only",
        text=Clocked((("Time", "%m/%d/%Y %H:%M"),)),
        source="Today's Outlook: the repeated hour is collapsed to its first pass, live note",
    ),
    "ercot:hour ending": Convention(
        zone=_CENTRAL, label="end", step=_HOUR, repeated="marker", marker=_ERCOT_FLAG,
        text=Numbered(_ERCOT_DAY, "HourEnding", width=2, after=":00"), source="NP4-190: sample",
    ),
    "ercot:hour ending api": Convention(
        zone=_CENTRAL, label="end", step=_HOUR, repeated="marker",
        marker=Marker("DSTFlag", SECOND_IF_TRUE),
        text=Numbered(("deliveryDate", "%Y-%m-%d"), "hourEnding", width=2, after=":00"),
        source="np4-190-cd: sample",
    ),
    "ercot:hour ending star": Convention(
        zone=_CENTRAL, label="end", step=_HOUR, repeated="suffix", suffix="*",
        text=Numbered(("Delivery Date", "%m/%d/%Y"), "Hour Ending", width=2, after=":00"),
        source="ancillary price files: code",
    ),
    "ercot:hour count": Convention(
        zone=_CENTRAL, label="end", step=_HOUR,
        text=Numbered(("Delivery Date", "%m/%d/%Y"), "Hour Ending", numbers="count"),
        source="NP3-911: sample; 1 to 25 in the order of time",
    ),
    "ercot:delivery interval": Convention(
        zone=_CENTRAL, label="end", step=_QUARTER, repeated="marker", marker=_ERCOT_FLAG,
        text=Numbered(_ERCOT_DAY, "DeliveryHour", interval="DeliveryInterval"),
        source="NP6-905: code",
    ),
    "ercot:dispatch": Convention(
        zone=_CENTRAL, label="instant", repeated="marker",
        marker=Marker("RepeatedHourFlag", SECOND_IF_Y),
        text=Clocked((("SCEDTimestamp", _STAMP),)), source="NP6-788: code",
    ),
    "pjm:utc": Convention(
        zone="UTC", label="start", step=_HOUR,
        text=Clocked((("datetime_beginning_utc", "%-m/%-d/%Y %-I:%M:%S %p"),), ("%Y-%m-%dT%H:%M:%S",)),
        source="Data Miner: sample",
    ),
    "pjm:ept": Convention(
        zone=_EASTERN, label="start", step=_HOUR, repeated="refused",
        text=Clocked((("datetime_beginning_ept", "%-m/%-d/%Y %-I:%M:%S %p"),), ("%Y-%m-%dT%H:%M:%S",)),
        source="Data Miner: sample; 1:00 comes twice with nothing beside it",
    ),
    "ieso:hour ending": Convention(
        zone=_EST, label="end", step=_HOUR,
        text=Numbered(("Date", "%Y-%m-%d"), "Hour"), source="public reports: doc",
    ),
    "ieso:interval": Convention(
        zone=_EST, label="end", step=_FIVE,
        text=Numbered(("Date", "%Y-%m-%d"), "Hour", interval="Interval"),
        source="public reports: doc; intervals 1 to 12",
    ),
    "aeso:begin utc": Convention(
        zone="UTC", label="start", step=_HOUR,
        text=Clocked((("begin_datetime_utc", "%Y-%m-%d %H:%M"),)), source="API: inferred",
    ),
    "eia:period": Convention(
        zone="UTC", label="end", step=_HOUR,
        text=Clocked((("period", "%Y-%m-%dT%H"),)), source="API v2, hourly: sample",
    ),
    "eia:local period": Convention(
        zone=_PACIFIC, label="end", step=_HOUR, repeated="offset",
        text=Clocked((("period", "%Y-%m-%dT%H"),), offset="-05"),
        source="API v2, local-hourly: sample; the zone is the authority's",
    ),
    "eia:hour number": Convention(
        zone=_EASTERN, label="end", step=_HOUR,
        text=Numbered(("Data Date", "%m/%d/%Y"), "Hour Number", numbers="count"),
        source="six-month files: sample; the zone is the authority's",
    ),
}  # fmt: skip


def published(name: str) -> Convention:
    """The convention of that name. Raises: UnknownName."""
    if name not in PUBLISHED:
        raise UnknownName(f"no convention is called {name!r}; there are {', '.join(PUBLISHED)}")
    return PUBLISHED[name]
