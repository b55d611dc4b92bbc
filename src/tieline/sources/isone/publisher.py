"""ISO New England: who it is, and how its services and files are named and stamped.

Two doors. The web services (Basic authentication, a free account) answer whole market days as JSON:
`/{resource}/day/{YYYYMMDD}`; an address ends in `.json`, else XML comes. The tree of CSV files needs no
account; a day that is not there is answered 200 with one sentence. Stamps of the services are the start
of the interval with its offset from UTC, so every hour is told; rows come in the order of true time.
The CSV files print a date and the hour ending as 01 to 24, the second pass of the repeated hour as 02X,
and on the spring day no 02. No limit of requests is stated: one at a time, a second apart, is polite.
Site: https://www.iso-ne.com/participate/support/web-services-data
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from tieline.feeds import DailyFile, Grid, Label, Listing, Published, Publisher, Report, StaticFile
from tieline.markettime import PUBLISHED, Clocked

SERVICES = Publisher(
    id="isone",
    name="ISO New England",
    zone="America/New_York",
    clock="America/New_York",
    base_url="https://webservices.iso-ne.com/",
    requests_per_second=1.0,
    connections=1,
    licence="Public market data under the terms of use of ISO Express; an account is free.",
    access="basic",
)
TREE = replace(SERVICES, base_url="https://www.iso-ne.com/", access="")

_BEGINS = PUBLISHED["isone:begin date"]
_HOUR_ENDING = PUBLISHED["isone:hour ending"]


def begins(
    grid: Grid | None,
    column: str = "BeginDate",
    kind: Literal["start", "instant"] = "start",
    *,
    regular: bool = True,
) -> Label:
    """The label of the web services: the start with its offset, in a column."""
    assert isinstance(_BEGINS.text, Clocked)
    text = replace(_BEGINS.text, columns=((column, _BEGINS.text.columns[0][1]),))
    return Label(
        kind=kind,
        column=(column,),
        formats=(),
        zone=SERVICES.zone,
        grid=grid,
        repeated="convention",
        regular=regular,
        convention=replace(_BEGINS, text=text),
    )


HOUR_ENDING = Label(
    kind="start",
    column=("Date",),
    formats=(),
    zone=SERVICES.zone,
    grid="PT1H",
    repeated="convention",
    convention=replace(_HOUR_ENDING, label="start"),
)


GENERATED = Published(
    pattern=r'"C","Report generated:? (\d\d/\d\d/\d{4} \d\d:\d\d:\d\d) (E[DS]T)"',
    format="%m/%d/%Y %H:%M:%S",
    offsets=(("EDT", -4), ("EST", -5)),
)
CREATED = Published(
    pattern=r'"CreationDate"\s*:\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6})(-0[45]:00)"',
    format="%Y-%m-%dT%H:%M:%S.%f",
    offsets=(("-04:00", -4), ("-05:00", -5)),
)


def day(resource: str, typical_bytes: int, after: str = "") -> DailyFile:
    """A resource's answer for a market day."""
    return DailyFile(
        path=f"api/v1.1/{resource}/day/{{day:%Y%m%d}}{after}.json", typical_bytes=typical_bytes
    )


def current(resource: str, typical_bytes: int) -> StaticFile:
    """A resource's newest rows."""
    return StaticFile(path=f"api/v1.1/{resource}/current.json", typical_bytes=typical_bytes)


def service(resource: str, title: str, path: tuple[str, ...], **facts: Any) -> Report:
    """A report of the web services: a day's rows by the hour, unless the facts say otherwise."""
    told: dict[str, Any] = {
        "publisher": SERVICES,
        "code": resource.replace("/", "-"),
        "title": title,
        "reads": "json",
        "listing": Listing(path=path),
        "label": begins("PT1H"),
        "every": timedelta(hours=1),
        "offset": timedelta(minutes=2),
        "promised_within": timedelta(hours=2),
    }
    return Report(**{**told, **facts})
