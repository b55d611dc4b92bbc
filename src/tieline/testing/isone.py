"""ISO New England's reports, as the emulator prints them, with the operator's rules written down by hand.

From the schema page and real answers: the services print the start of the interval with its offset from
UTC; the CSV tree prints a date and the hour ending, 01 to 24, the second pass of the repeated hour as
02X, no 02 on the spring day. Imports are printed negative.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import polars as pl

from tieline.emulate.isone import Isone
from tieline.emulate.isone.bulletins import morning_reports, seven_days
from tieline.emulate.isone.site import NEWEST, table_of
from tieline.testing.clock import EASTERN, SUNDAYS
from tieline.testing.writing import Expectation, Printed, Spelling, Writer

SEED = 4
_WRITTEN = timedelta(days=6)
"""After the end of a day its last answer stands."""
_LINE = date(2026, 2, 1)
"""First day on which the emulator lists the seventh tie."""
_NOVEMBER = 11
_HOURS = timedelta(hours=1)


def _spelled(name: str = "BeginDate") -> Spelling:
    def spell(wall: datetime, summer: bool) -> str:
        return f'"{name}":"{wall:%Y-%m-%dT%H:%M:%S}.000-0{4 if summer else 5}:00"'

    return spell


def _hour_ending(quoted: bool) -> Spelling:
    """The label of the hour that ends when the wall clock shows this."""

    def spell(wall: datetime, summer: bool) -> str:
        day = (wall - timedelta(seconds=1)).date()
        hour = f"{wall.hour or 24:02}"
        if (day.month, day.day) == (_NOVEMBER, SUNDAYS[day.year][1]) and not summer:
            hour = {1: "02", 2: "02X"}.get(wall.hour, hour)
        return f'"{day:%m/%d/%Y}",' + (f'"{hour}",' if quoted else f"{hour},")

    return spell


def _counted(data: bytes) -> bytes:
    """The file with a trailer that counts its data lines."""
    lines = len(re.findall(rb'^"D",', data, re.M))
    return re.sub(rb'"T","\d+ lines"', b'"T","%d lines"' % lines, data)


_HOURLY = Expectation(
    clock=EASTERN, marks="start", minutes=60, twice="words", spelled=_spelled(), between=b"},{"
)
_FIVE = replace(_HOURLY, minutes=5)
_INSTANT = replace(_HOURLY, marks="instant", minutes=None, regular=False)
_ID = pl.col("id")
_USD = pl.lit("USD").alias("currency")


def _ties(day: date) -> int:
    return 7 if day >= _LINE else 6


def _core(day: date) -> int:
    return 9 + _ties(day)


def _lmp(market: str) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(market).alias("market"),
        _ID.alias("location_id"),
        pl.col("name").alias("location_name"),
        pl.col("LmpTotal").alias("price_per_mwh"),
        pl.col("EnergyComponent").alias("energy_per_mwh"),
        pl.col("CongestionComponent").alias("congestion_per_mwh"),
        pl.col("LossComponent").alias("loss_per_mwh"),
        _USD,
    )


def _load(number: str, name: str = "load_mw") -> tuple[pl.Expr, ...]:
    kind = pl.when(_ID == "32").then(pl.lit("system")).when(_ID == "4000").then(pl.lit("hub"))
    return (
        _ID.alias("area_id"),
        kind.otherwise(pl.lit("zone")).alias("area_kind"),
        pl.col(number).alias(name),
    )


_REGIONS = {
    ".Z.MAINE": "4001",
    ".Z.NEWHAMPSHIRE": "4002",
    ".Z.VERMONT": "4003",
    ".Z.CONNECTICUT": "4004",
    ".Z.RHODEISLAND": "4005",
    ".Z.SEMASS": "4006",
    ".Z.WCMASS": "4007",
    ".Z.NEMASSBOST": "4008",
}
_FLOW = (
    _ID.alias("interface_id"),
    (0.0 - pl.col("ActualFlow")).alias("flow_mw"),
    (0.0 - pl.col("ImportLimit")).alias("import_limit_mw"),
    pl.col("ExportLimit").alias("export_limit_mw"),
)
_EXCHANGE = (
    _ID.alias("from_area"),
    pl.lit("ISONE").alias("to_area"),
    (0.0 - pl.col("ActInterchange")).alias("actual_mw"),
)
_BOUND = (
    _ID.alias("constraint_id"),
    pl.col("lost").alias("contingency"),
    pl.col("MarginalValue").alias("shadow_price_per_mwh"),
)


@dataclass(frozen=True, slots=True)
class _Page:
    """One report as its page describes it: path, resource of the world, facts in tieline's words.

    `side` are printed numbers that stand side by side in one row and become rows: name and word.
    """

    expectation: Expectation
    path: str
    resource: str
    facts: tuple[pl.Expr, ...]
    side: tuple[tuple[str, str], ...] = ()
    place: int | None = None


def _page(
    expectation: Expectation, resource: str, facts: tuple[pl.Expr, ...], **more: object
) -> _Page:
    path = f"api/v1.1/{resource}/day/{{day:%Y%m%d}}.json"
    return replace(_Page(expectation, path, resource, facts), **more)  # type: ignore[arg-type]


_RESERVES = (
    ("TmsrClearingPrice", "spinning"),
    ("TmnsrClearingPrice", "non_spinning"),
    ("TmorClearingPrice", "operating_30"),
)
_REGULATION = (
    ("RegServiceClearingPrice", "regulation_mileage"),
    ("RegCapacityClearingPrice", "regulation"),
)
_TREE = replace(
    _HOURLY,
    marks="end",
    twice="label",
    spelled=_hour_ending(True),
    between=b"\n",
    sealed=_counted,
    places=_core,
    beside=12,
    cutovers=(_LINE,),
)
_NAMES = "static-transform/csv/histRpts/"


def _side(market: str, region: pl.Expr) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(market).alias("market"),
        region.alias("region"),
        pl.col("product"),
        pl.col("price").alias("price_per_mw_h"),
    )


_PAGES: dict[str, _Page] = {
    "hourlylmp-da-final": _page(
        replace(_HOURLY, places=_core, beside=12, cutovers=(_LINE,)),
        "hourlylmp/da/final",
        _lmp("DAM"),
    ),
    "hourlylmp-rt-final": _page(
        replace(_HOURLY, places=_core, beside=10), "hourlylmp/rt/final", _lmp("RTH")
    ),
    "hourlylmp-rt-prelim": _page(
        replace(_HOURLY, places=_core, beside=10), "hourlylmp/rt/prelim", _lmp("RTH")
    ),
    "WW_DALMP_ISO": _page(
        _TREE,
        "hourlylmp/da/final",
        _lmp("DAM"),
        path=_NAMES + "da-lmp/WW_DALMP_ISO_{day:%Y%m%d}.csv",
    ),
    "lmp_rt_final": _page(
        replace(_TREE, spelled=_hour_ending(False), beside=10),
        "hourlylmp/rt/final",
        _lmp("RTH"),
        path=_NAMES + "rt-lmp/lmp_rt_final_{day:%Y%m%d}.csv",
    ),
    "fiveminutesystemload": _page(
        replace(_FIVE, places=lambda _: 1), "fiveminutesystemload", _load("LoadMw")
    ),
    "hourlysysload": _page(replace(_HOURLY, places=lambda _: 1), "hourlysysload", _load("Load")),
    "fiveminuteestimatedzonalload": _page(
        replace(_FIVE, places=lambda _: 8, spelled=_spelled("interval_begin_date")),
        "fiveminuteestimatedzonalload",
        _load("estimated_load_mw"),
    ),
    "genfuelmix": _page(
        replace(_INSTANT, cutovers=(date(2026, 5, 1),)),
        "genfuelmix",
        (
            pl.lit("ISONE").alias("area_id"),
            _ID.alias("fuel_printed"),
            pl.col("GenMw").alias("generation_mw"),
        ),
    ),
    "hourlyloadforecast": _page(
        _HOURLY,
        "hourlyloadforecast/all",
        (
            pl.lit("32").alias("area_id"),
            pl.col("issued").alias("vintage_utc"),
            pl.col("LoadMw").alias("load_mw"),
        ),
    ),
    "reliabilityregionloadforecast": _page(
        _HOURLY,
        "reliabilityregionloadforecast",
        (
            _ID.replace_strict(_REGIONS).alias("area_id"),
            _ID.alias("area_name"),
            pl.lit("zone").alias("area_kind"),
            pl.col("issued").alias("vintage_utc"),
            pl.col("LoadMw").alias("load_mw"),
        ),
        path="api/v1.1/reliabilityregionloadforecast/day/{day:%Y%m%d}/all.json",
    ),
    "fiveminuteexternalflow": _page(
        replace(_FIVE, places=_ties, cutovers=(_LINE,)), "fiveminuteexternalflow", _FLOW
    ),
    "actualinterchange": _page(
        replace(_HOURLY, places=_ties, cutovers=(_LINE,)), "actualinterchange", _EXCHANGE
    ),
    "fifteenminuteinterchange": _page(
        replace(_HOURLY, minutes=15, places=_ties), "fifteenminuteinterchange", _EXCHANGE
    ),
    **{
        code: _page(expectation, resource, _side(market, _ID), side=_RESERVES)
        for code, resource, market, expectation in (
            ("hourlyfinalreserveprice", "hourlyfinalreserveprice", "RTH", _HOURLY),
            ("hourlyprelimreserveprice", "hourlyprelimreserveprice", "RTH", _HOURLY),
            (
                "fiveminutereserveprice-final",
                "fiveminutereserveprice/final",
                "RT5",
                replace(_FIVE, regular=False),
            ),
            (
                "fiveminutereserveprice-prelim",
                "fiveminutereserveprice/prelim",
                "RT5",
                replace(_FIVE, regular=False),
            ),
        )
    },
    **{
        code: _page(expectation, resource, _side(market, pl.lit("ISONE")), side=_REGULATION)
        for code, resource, market, expectation in (
            ("hourlyrcp-final", "hourlyrcp/final", "RTH", _HOURLY),
            ("hourlyrcp-prelim", "hourlyrcp/prelim", "RTH", _HOURLY),
            ("fiveminutercp", "fiveminutercp", "RT5", _FIVE),
        )
    },
    "dayaheadconstraints": _page(
        replace(_HOURLY, holes=25),
        "dayaheadconstraints",
        (pl.lit("DAM").alias("market"), *_BOUND),
    ),
    "realtimeconstraints": _page(
        replace(_HOURLY, holes=25),
        "realtimeconstraints",
        (pl.lit("RTH").alias("market"), *_BOUND),
    ),
    **{
        f"{resource}-{place}": _page(
            replace(
                expectation,
                places=(lambda day: int(day >= _LINE)) if place == 4018 else (lambda _: 1),
                since=_LINE if place == 4018 else expectation.since,
            ),
            path,
            facts,
            path=f"api/v1.1/{path}/day/{{day:%Y%m%d}}/location/{place}.json",
            place=place,
        )
        for resource, path, expectation, facts, places in (
            (
                "fiveminutelmp-final",
                "fiveminutelmp/final",
                _FIVE,
                _lmp("RT5"),
                (*range(4000, 4009), *range(4010, 4015), 4017, 4018),
            ),
            (
                "realtimehourlydemand",
                "realtimehourlydemand",
                _HOURLY,
                _load("Load"),
                tuple(range(4001, 4009)),
            ),
            (
                "dayaheadhourlydemand",
                "dayaheadhourlydemand",
                _HOURLY,
                (pl.lit("total").alias("product"), *_load("Load", "cleared_mw")),
                (32, *range(4000, 4009)),
            ),
        )
        for place in places
    },
}


@dataclass(frozen=True, slots=True)
class DayWriter:
    """A day's answer or file as it stands six days after its day has ended."""

    code: str
    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return _PAGES[self.code].expectation

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
        known = EASTERN.bounds(day)[1] + _WRITTEN
        file = Isone(self.seed).file(path, int(known.timestamp()))
        told = _morning(self.seed, day) if self.code == "morningreport" else _seven(self.seed, day)
        return () if file is None else (Printed(file.body, path, day, known, told),)


_NEWEST_FACTS = {"fiveminutelmp": _lmp("RT5"), "genfuelmix": _PAGES["genfuelmix"].facts}
WRITERS: dict[str, Writer] = {f"isone:{code}": DayWriter(code) for code in _PAGES} | {
    "isone:fiveminutelmp": NewestWriter("fiveminutelmp", _FIVE),
    "isone:genfuelmix-current": NewestWriter("genfuelmix", _INSTANT),
    "isone:morningreport": BulletinWriter(
        "morningreport",
        replace(
            _INSTANT,
            between=b'{"BeginDate"',
            before=1,
            spelled=lambda wall, summer: _spelled()(wall, summer).removeprefix('"BeginDate"'),
        ),
    ),
    "isone:sevendayforecast": BulletinWriter(
        "sevendayforecast",
        replace(_INSTANT, between=b'"@Day"', before=1, days=6, spelled=_spelled("MarketDate")),
    ),
}
"""Every report of ISO New England that has a decoder and a stamp, by its name."""

SURVIVORS: dict[str, str] = {}
"""Mutants of these reports that no file of 2015 to 2035 gives away, by name, each with the reason."""


@lru_cache(maxsize=512)
def _daily(seed: int, code: str, day: date) -> tuple[Printed, ...]:
    page = _PAGES[code]
    path = page.path.format(day=day)
    known = EASTERN.bounds(day)[1] + _WRITTEN
    file = Isone(seed).file(path, int(known.timestamp()))
    if file is None or (b"{" not in file.body[20:] and b'"D"' not in file.body):
        return ()
    modified = None if file.modified is None else datetime.fromtimestamp(file.modified, UTC)
    return (Printed(file.body, path, day, known, _told(seed, page, day), modified),)


def _told(seed: int, page: _Page, day: date) -> pl.DataFrame:
    """The world's numbers in tieline's words, with the row or line in which each stands."""
    table = table_of(seed, page.resource, day).truth()
    if page.place is not None:
        table = table.filter(str(page.place) == _ID).with_columns(
            line=1 + pl.int_range(pl.len(), dtype=pl.Int64)
        )
    if page.expectation.between == b"\n":
        table = table.with_columns(pl.col("line") + 6, stamp_utc=pl.col("stamp_utc") + _HOURS)
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
    moments += [start + n * _HOURS for n in (4, 9, 14, 19)]
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
