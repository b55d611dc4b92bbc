"""ISO New England's reports, as the emulator prints them, beside what its pages say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import polars as pl

from tieline.emulate.isone import Isone
from tieline.emulate.isone.bulletins import morning_reports, seven_days
from tieline.emulate.isone.site import NEWEST, table_of
from tieline.testing.clock import EASTERN
from tieline.testing.isone_pages import (
    FIVE,
    HOURS,
    ID,
    INSTANT,
    PAGES,
    SEED,
    WRITTEN,
    Page,
    lmp,
    spelled_as,
)
from tieline.testing.writing import Expectation, Printed, Writer


@dataclass(frozen=True, slots=True)
class DayWriter:
    """A day's answer or file as it stands six days after its day has ended."""

    code: str
    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return PAGES[self.code].expectation

    def printed(self, day: date) -> Sequence[Printed]:
        return _daily(self.seed, self.code, day)


@dataclass(frozen=True, slots=True)
class NewestWriter:
    """The newest rows of a resource, asked at some moments of a day."""

    path: str
    expectation: Expectation
    seed: int = SEED

    def printed(self, day: date) -> Sequence[Printed]:
        return _newest(self.seed, self.path, day)


@dataclass(frozen=True, slots=True)
class BulletinWriter:
    """The morning report, or the seven-day capacity forecast, of a day."""

    code: str
    expectation: Expectation
    seed: int = SEED

    def printed(self, day: date) -> Sequence[Printed]:
        path = f"api/v1.1/{self.code}/day/{day:%Y%m%d}.json"
        known = EASTERN.bounds(day)[1] + WRITTEN
        file = Isone(self.seed).file(path, int(known.timestamp()))
        told = _morning(self.seed, day) if self.code == "morningreport" else _seven(self.seed, day)
        return () if file is None else (Printed(file.body, path, day, known, told),)


_NEWEST_FACTS = {"fiveminutelmp": lmp("RT5"), "genfuelmix": PAGES["genfuelmix"].facts}
WRITERS: dict[str, Writer] = {f"isone:{code}": DayWriter(code) for code in PAGES} | {
    "isone:fiveminutelmp": NewestWriter("fiveminutelmp", FIVE),
    "isone:genfuelmix-current": NewestWriter("genfuelmix", INSTANT),
    "isone:morningreport": BulletinWriter(
        "morningreport",
        replace(
            INSTANT,
            between=b'{"BeginDate"',
            before=1,
            spelled=lambda wall, summer: spelled_as()(wall, summer).removeprefix('"BeginDate"'),
        ),
    ),
    "isone:sevendayforecast": BulletinWriter(
        "sevendayforecast",
        replace(INSTANT, between=b'"@Day"', before=1, days=6, spelled=spelled_as("MarketDate")),
    ),
}
"""Every report of ISO New England that has a decoder and a stamp, by its name."""

SURVIVORS: dict[str, str] = {}
"""Mutants of these reports that no file of 2015 to 2035 gives away, by name, each with the reason."""


@lru_cache(maxsize=512)
def _daily(seed: int, code: str, day: date) -> tuple[Printed, ...]:
    page = PAGES[code]
    path = page.path.format(day=day)
    known = EASTERN.bounds(day)[1] + WRITTEN
    file = Isone(seed).file(path, int(known.timestamp()))
    if file is None or (b"{" not in file.body[20:] and b'"D"' not in file.body):
        return ()
    modified = None if file.modified is None else datetime.fromtimestamp(file.modified, UTC)
    return (Printed(file.body, path, day, known, _told(seed, page, day), modified),)


def _told(seed: int, page: Page, day: date) -> pl.DataFrame:
    """The world's numbers in tieline's words, with the row or line in which each stands."""
    table = table_of(seed, page.resource, day).truth()
    if page.place is not None:
        table = table.filter(str(page.place) == ID).with_columns(
            line=1 + pl.int_range(pl.len(), dtype=pl.Int64)
        )
    if page.expectation.between == b"\n":
        table = table.with_columns(pl.col("line") + 6)
    if page.side:
        names = dict(page.side)
        table = table.unpivot(
            list(names),
            index=[name for name in table.columns if name not in names],
            variable_name="printed",
            value_name="price",
        ).with_columns(product=pl.col("printed").replace_strict(names))
    return table.sort("line", maintain_order=True).select("line", "stamp_utc", *page.facts)


@lru_cache(maxsize=64)
def _newest(seed: int, resource: str, day: date) -> tuple[Printed, ...]:
    start, end = EASTERN.bounds(day)
    changing = end - start != timedelta(hours=24)
    moments = [start + n * timedelta(minutes=13) for n in range(4, 16)] if changing else []
    moments += [start + n * HOURS for n in (4, 9, 14, 19)]
    table = NEWEST[resource].make(seed, day)
    told = table.truth()
    path = f"api/v1.1/{resource}/current.json"
    printed = []
    for moment in moments:
        second = int(moment.timestamp())
        file = Isone(seed).file(path, second)
        if file is None:
            continue
        standing = table.seconds[table.since <= second]
        stamp = datetime.fromtimestamp(int(standing[-1]), UTC)
        rows = told.filter(pl.col("stamp_utc") == stamp).with_columns(
            line=1 + pl.int_range(pl.len(), dtype=pl.Int64)
        )
        facts = rows.select("line", "stamp_utc", *_NEWEST_FACTS[resource])
        printed.append(Printed(file.body, path, None, moment, facts))
    return tuple(printed)


_FLAG = {"Y": 1.0, "N": 0.0, "-": None}
_TEXTS = ("WeatherConditions", "WindDirSpeed", "PeakLoadYesterdayHour")


def _items(told: dict[str, object], before: str = "") -> list[tuple[str, float | None]]:
    """Items of a bulletin by name, their numbers and flags, without texts."""
    found: list[tuple[str, float | None]] = []
    for name, value in told.items():
        if isinstance(value, dict):
            found += _items(value, f"{before}{name}.")
        elif isinstance(value, list):
            for item in value:
                key = item.get("TieName") or item.get("CityName")
                rest = {k: v for k, v in item.items() if k not in ("TieName", "CityName")}
                found += _items(rest, f"{before}{name}.{key}.")
        elif value in _FLAG:
            found.append((before + name, _FLAG[str(value)]))
        elif name not in (*_TEXTS, "@Day", "MarketDate", "BeginDate", "CreationDate", "ReportType"):
            found.append((before + name, float(str(value))))
    return found


def _bulletin(rows: list[tuple[int, datetime, str, str, float | None]]) -> pl.DataFrame:
    columns = ("line", "stamp_utc", "report_name", "item", "value")
    frame = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    return frame.with_columns(pl.col("stamp_utc").cast(pl.Datetime("us", "UTC")))


def _morning(seed: int, day: date) -> pl.DataFrame:
    midnight = EASTERN.midnight(day)
    return _bulletin(
        [
            (line, midnight, str(told["ReportType"]), item, value)
            for line, (_, told) in enumerate(morning_reports(seed, day), 1)
            for item, value in _items(told)
        ]
    )


def _seven(seed: int, day: date) -> pl.DataFrame:
    _, told = seven_days(seed, day)
    return _bulletin(
        [
            (
                line,
                EASTERN.midnight(day + timedelta(days=line)),
                "Seven-day capacity forecast",
                *one,
            )
            for line, market_day in enumerate(told["MarketDay"], 1)
            for one in _items(market_day)
        ]
    )
