"""MISO: who it is, its three services, its clock.

The public API (`public-api.misoenergy.org/api/...`) shows the current day in JSON, without a key; MISO
asks for no more than one request a minute of each endpoint. Market reports
(`docs.misoenergy.org/marketreports/...`) are dated files, csv, xls, xlsx and zip; before publication
404. The Data Exchange (`apim.misoenergy.org`) is paged JSON under a key, 100 requests a minute; it is
two products, pricing and load (lgi), and each has its own key. The data broker of before 2025-12-12
answers 200 with an error object. MISO's time is Eastern Standard Time in every month: 24 hours a day.

One setting `publishers.miso.base_url` replaces all three hosts, whose paths begin with different words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from tieline.feeds import Column, Label, Listing, Publisher, Report, StaticFile

EST = "Etc/GMT+5"
"""UTC-05:00 in every month; the sign of this name is turned round."""
KEY_HEADER = "Ocp-Apim-Subscription-Key"

MISO = Publisher(
    id="miso",
    name="Midcontinent Independent System Operator",
    zone=EST,
    clock=EST,
    base_url="https://public-api.misoenergy.org/",
    requests_per_second=1.0,
    connections=2,
    licence="Public market data; MISO makes no representation of its accuracy.",
)
REPORTS = replace(MISO, base_url="https://docs.misoenergy.org/")
PRICING = replace(
    MISO,
    base_url="https://apim.misoenergy.org/",
    access=f"{KEY_HEADER} pricing",
    requests_per_second=1.5,
)
LGI = replace(PRICING, access=f"{KEY_HEADER} lgi")
BROKER = replace(MISO, base_url="https://api.misoenergy.org/")

TWELVE = ("%Y-%m-%d %I:%M:%S %p",)
WITH_T = ("%Y-%m-%dT%H:%M:%S",)
PLAIN = ("%Y-%m-%d %H:%M:%S",)
"""Spellings of a stamp in the public API: 2026-07-27 8:10:00 AM, with T, with a blank."""

FIVE_MINUTES = Label(
    kind="start",
    column=("stamp",),
    formats=(),
    zone=EST,
    grid="PT5M",
    repeated="row_order",
)
HOUR_END = replace(FIVE_MINUTES, kind="end", grid="PT1H")
HOUR_START = replace(FIVE_MINUTES, grid="PT1H")

NOTHING = "None"
"""What a display prints where it has no number, no name or no time."""


def shown(name: str, printed: str, *, sign: Literal[1, -1] = 1) -> Column:
    """A number of a display."""
    return Column(name, (printed,), "number", sign=sign, blank=(NOTHING,))


SHOWN = Report(
    publisher=MISO,
    code="public API",
    title="A display of the public API",
    at=StaticFile(path="api/", typical_bytes=2_000),
    reads="json",
    listing=Listing(path=("instance",)),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    print="preliminary",
    established_by="sample",
)
"""What every display shares; rows are made from it with `replace`."""
