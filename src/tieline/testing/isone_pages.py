"""ISO New England's reports as its pages describe them, written down by hand.

From the schema page and real answers: the services print the start of the interval with its offset from
UTC; the CSV tree prints a date and the hour ending, 01 to 24, the second pass of the repeated hour as
02X, no 02 on the spring day. Imports are printed negative.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl

from tieline.testing.clock import EASTERN, SUNDAYS
from tieline.testing.writing import Expectation, Spelling

SEED = 4
WRITTEN = timedelta(days=6)
"""After the end of a day its last answer stands."""
LINE = date(2026, 2, 1)
"""First day on which the emulator lists the seventh tie."""
_MARCH, _NOVEMBER = 3, 11
HOURS = timedelta(hours=1)


def spelled_as(name: str = "BeginDate") -> Spelling:
    def spell(wall: datetime, summer: bool) -> str:
        return f'"{name}":"{wall:%Y-%m-%dT%H:%M:%S}.000-0{4 if summer else 5}:00"'

    return spell


def _hour_ending(quoted: bool) -> Spelling:
    """The label of the hour that begins when the wall clock shows this; of a skipped one, the skipped."""

    def spell(wall: datetime, summer: bool) -> str:
        day = wall.date()
        hour = f"{wall.hour + 1:02}"
        if (day.month, day.day) == (_MARCH, SUNDAYS[day.year][0]):
            hour = {1: "03", 2: "02"}.get(wall.hour, hour)
        if (day.month, day.day, wall.hour) == (_NOVEMBER, SUNDAYS[day.year][1], 1) and not summer:
            hour = "02X"
        return f'"{day:%m/%d/%Y}",' + (f'"{hour}",' if quoted else f"{hour},")

    return spell


def _counted(data: bytes) -> bytes:
    """The file with a trailer that counts its data lines."""
    lines = len(re.findall(rb'^"D",', data, re.M))
    return re.sub(rb'"T","\d+ lines"', b'"T","%d lines"' % lines, data)


_HOURLY = Expectation(
    clock=EASTERN, marks="start", minutes=60, twice="words", spelled=spelled_as(), between=b"},{"
)
FIVE = replace(_HOURLY, minutes=5)
INSTANT = replace(_HOURLY, marks="instant", minutes=None, regular=False)
ID = pl.col("id")
_USD = pl.lit("USD").alias("currency")


def _ties(day: date) -> int:
    return 7 if day >= LINE else 6


def _core(day: date) -> int:
    return 9 + _ties(day)


def lmp(market: str) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(market).alias("market"),
        ID.alias("location_id"),
        pl.col("name").alias("location_name"),
        pl.col("LmpTotal").alias("price_per_mwh"),
        pl.col("EnergyComponent").alias("energy_per_mwh"),
        pl.col("CongestionComponent").alias("congestion_per_mwh"),
        pl.col("LossComponent").alias("loss_per_mwh"),
        _USD,
    )


def _load(number: str, name: str = "load_mw") -> tuple[pl.Expr, ...]:
    kind = pl.when(ID == "32").then(pl.lit("system")).when(ID == "4000").then(pl.lit("hub"))
    return (
        ID.alias("area_id"),
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
    ID.alias("interface_id"),
    (0.0 - pl.col("ActualFlow")).alias("flow_mw"),
    (0.0 - pl.col("ImportLimit")).alias("import_limit_mw"),
    pl.col("ExportLimit").alias("export_limit_mw"),
)
_EXCHANGE = (
    ID.alias("from_area"),
    pl.lit("ISONE").alias("to_area"),
    (0.0 - pl.col("ActInterchange")).alias("actual_mw"),
)
_BOUND = (
    ID.alias("constraint_id"),
    pl.col("lost").alias("contingency"),
    pl.col("MarginalValue").alias("shadow_price_per_mwh"),
)


@dataclass(frozen=True, slots=True)
class Page:
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
) -> Page:
    path = f"api/v1.1/{resource}/day/{{day:%Y%m%d}}.json"
    return replace(Page(expectation, path, resource, facts), **more)  # type: ignore[arg-type]


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
    twice="label",
    spelled=_hour_ending(True),
    between=b"\n",
    sealed=_counted,
    places=_core,
    beside=12,
    cutovers=(LINE,),
)
_NAMES = "static-transform/csv/histRpts/"


def _side(market: str, region: pl.Expr) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(market).alias("market"),
        region.alias("region"),
        pl.col("product"),
        pl.col("price").alias("price_per_mw_h"),
    )


PAGES: dict[str, Page] = {
    "hourlylmp-da-final": _page(
        replace(_HOURLY, places=_core, beside=12, cutovers=(LINE,)),
        "hourlylmp/da/final",
        lmp("DAM"),
    ),
    "hourlylmp-rt-final": _page(
        replace(_HOURLY, places=_core, beside=10), "hourlylmp/rt/final", lmp("RTH")
    ),
    "hourlylmp-rt-prelim": _page(
        replace(_HOURLY, places=_core, beside=10), "hourlylmp/rt/prelim", lmp("RTH")
    ),
    "WW_DALMP_ISO": _page(
        _TREE,
        "hourlylmp/da/final",
        lmp("DAM"),
        path=_NAMES + "da-lmp/WW_DALMP_ISO_{day:%Y%m%d}.csv",
    ),
    "lmp_rt_final": _page(
        replace(_TREE, spelled=_hour_ending(False), beside=10),
        "hourlylmp/rt/final",
        lmp("RTH"),
        path=_NAMES + "rt-lmp/lmp_rt_final_{day:%Y%m%d}.csv",
    ),
    "fiveminutesystemload": _page(
        replace(FIVE, places=lambda _: 1), "fiveminutesystemload", _load("LoadMw")
    ),
    "hourlysysload": _page(replace(_HOURLY, places=lambda _: 1), "hourlysysload", _load("Load")),
    "fiveminuteestimatedzonalload": _page(
        replace(FIVE, places=lambda _: 8, spelled=spelled_as("interval_begin_date")),
        "fiveminuteestimatedzonalload",
        _load("estimated_load_mw"),
    ),
    "genfuelmix": _page(
        replace(INSTANT, cutovers=(date(2026, 5, 1),)),
        "genfuelmix",
        (
            pl.lit("ISONE").alias("area_id"),
            ID.alias("fuel_printed"),
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
            ID.replace_strict(_REGIONS).alias("area_id"),
            ID.alias("area_name"),
            pl.lit("zone").alias("area_kind"),
            pl.col("issued").alias("vintage_utc"),
            pl.col("LoadMw").alias("load_mw"),
        ),
        path="api/v1.1/reliabilityregionloadforecast/day/{day:%Y%m%d}/all.json",
    ),
    "fiveminuteexternalflow": _page(
        replace(FIVE, places=_ties, cutovers=(LINE,)), "fiveminuteexternalflow", _FLOW
    ),
    "actualinterchange": _page(
        replace(_HOURLY, places=_ties, cutovers=(LINE,)), "actualinterchange", _EXCHANGE
    ),
    "fifteenminuteinterchange": _page(
        replace(_HOURLY, minutes=15, places=_ties), "fifteenminuteinterchange", _EXCHANGE
    ),
    **{
        code: _page(expectation, resource, _side(market, ID), side=_RESERVES)
        for code, resource, market, expectation in (
            ("hourlyfinalreserveprice", "hourlyfinalreserveprice", "RTH", _HOURLY),
            ("hourlyprelimreserveprice", "hourlyprelimreserveprice", "RTH", _HOURLY),
            (
                "fiveminutereserveprice-final",
                "fiveminutereserveprice/final",
                "RT5",
                replace(FIVE, regular=False),
            ),
            (
                "fiveminutereserveprice-prelim",
                "fiveminutereserveprice/prelim",
                "RT5",
                replace(FIVE, regular=False),
            ),
        )
    },
    **{
        code: _page(expectation, resource, _side(market, pl.lit("ISONE")), side=_REGULATION)
        for code, resource, market, expectation in (
            ("hourlyrcp-final", "hourlyrcp/final", "RTH", _HOURLY),
            ("hourlyrcp-prelim", "hourlyrcp/prelim", "RTH", _HOURLY),
            ("fiveminutercp", "fiveminutercp", "RT5", FIVE),
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
                places=(lambda day: int(day >= LINE)) if place == 4018 else (lambda _: 1),
                since=LINE if place == 4018 else expectation.since,
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
                FIVE,
                lmp("RT5"),
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
