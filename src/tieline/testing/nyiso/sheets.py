"""Pages of the reports that are plain tables: what a stamp marks, what stands side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.testing.nyiso.pages import MINUTES, PAGES, REAL_TIME, SECONDS, Page, spelled
from tieline.testing.writing import Expectation

_PRICES = PAGES["P-24A"].facts[1:]
_RESERVES = {
    "spin": "spinning_10",
    "slow": "non_spinning_10",
    "thirty": "operating_30",
    "regulation": "regulation_capacity",
}
_BIDS = {
    "energy": "energy_bid",
    "bilateral": "bilateral",
    "cap": "price_cap",
    "virtual": "virtual_load",
    "supply": "virtual_supply",
}
_ANY = 300
"""Stamps at which nothing need bind."""
_LINE = ("line", "stamp_utc", "id")


def _hourly(*, words: bool, places: int | None) -> Expectation:
    """An hour's start, without quotation marks."""
    return replace(
        REAL_TIME,
        marks="start",
        minutes=60,
        twice="words" if words else "order",
        spelled=spelled(MINUTES, quoted=False, words=words),
        also=spelled(SECONDS, quoted=False, words=words),
        places=None if places is None else lambda _: places,
        odd=False,
    )


def _dispatched(places: int | None) -> Expectation:
    """Stamps of dispatch with seconds and a zone word, without quotation marks."""
    return replace(
        REAL_TIME,
        twice="words",
        spelled=spelled(SECONDS, quoted=False, words=True),
        also=spelled(MINUTES, quoted=False, words=True),
        places=None if places is None else lambda _: places,
    )


def _path(folder: str, stem: str) -> str:
    return f"public/csv/{folder}/{{day:%Y%m%d}}{stem}.csv"


def _lbmp(market: str) -> tuple[pl.Expr, ...]:
    return (pl.lit(market).alias("market"), *_PRICES)


def _products(words: Mapping[str, str]) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A row a product, under tieline's word for it, from one column each."""

    def turned(table: pl.DataFrame) -> pl.DataFrame:
        rows = table.unpivot(list(words), index=_LINE, variable_name="product", value_name="number")
        return rows.with_columns(pl.col("product").replace_strict(words)).sort(
            "line", maintain_order=True
        )

    return turned


def _ancillary(market: str) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(market).alias("market"),
        pl.col("id").alias("region"),
        pl.col("product"),
        pl.col("number").alias("price_per_mw_h"),
    )


def _constraint(market: str) -> tuple[pl.Expr, ...]:
    parts = pl.col("id").str.split_exact("/", 1)
    return (
        pl.lit(market).alias("market"),
        parts.struct[0].alias("constraint_id"),
        parts.struct[1].alias("contingency"),
        pl.col("cost").alias("shadow_price_per_mwh"),
    )


def _quarters(table: pl.DataFrame) -> pl.DataFrame:
    """The four hour-ahead pairs of a line, each at its quarter-hour."""
    return pl.concat(
        table.select(
            "line",
            pl.col("stamp_utc") + timedelta(minutes=15 * n),
            "id",
            pl.col(f"ttc {at}").alias("ttc"),
            pl.col(f"atc {at}").alias("atc"),
        )
        for n, at in enumerate(("00", "15", "30", "45"))
    ).sort("line", maintain_order=True)


def _quarter_stamp(form: str) -> Callable[..., str]:
    """The label of a line, which is the hour's: the quarter stands in the column's name."""
    spell = spelled(form, quoted=False, words=False)
    return lambda wall, summer: spell(wall.replace(minute=0), summer)


def _flowing(measure: str, place: pl.Expr, number: str) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(measure).alias("measure"),
        place.alias("area_id"),
        pl.col(number).alias("value_mw"),
    )


def _rate(market: str) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(market).alias("market"),
        pl.col("id").alias("area_id"),
        pl.col("product").alias("measure"),
        pl.col("number").alias("value"),
        pl.col("product").replace_strict(_RATE_UNITS).alias("unit"),
    )


def _items(report: str) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(report).alias("report_name"),
        pl.col("id").alias("item"),
        pl.col("value"),
        pl.lit(None, dtype=pl.String).alias("unit"),
    )


_RATES = {
    "price": "price",
    "vom": "variable_cost",
    "carbon per fuel": "co2_of_fuel",
    "nox per fuel": "nox_of_fuel",
    "heat rate": "heat_rate",
    "carbon": "co2",
    "nox": "nox",
}
_RATE_UNITS = {
    "price": "USD/MWh",
    "variable_cost": "USD/MWh",
    "co2_of_fuel": "ton/MMBtu",
    "nox_of_fuel": "ton/MMBtu",
    "heat_rate": "MMBtu/MWh",
    "co2": "ton/MWh",
    "nox": "ton/MWh",
}
_SOLAR_AREA = (
    pl.col("id").alias("area_id"),
    pl.lit("Behind-the-Meter Solar").alias("fuel_printed"),
    pl.col("mw").alias("generation_mw"),
)


def _both_sides(table: pl.DataFrame) -> pl.DataFrame:
    """New York's price and the neighbour's, which the name of the tie begins with."""
    sides = (
        ("lbmp", pl.lit("RTC")),
        (
            "external",
            pl.when(pl.col("name").str.starts_with("N.E."))
            .then(pl.lit("CTS_ISONE"))
            .otherwise(pl.lit("CTS_PJM")),
        ),
    )
    return pl.concat(
        table.select(
            "line",
            "stamp_utc",
            "id",
            "name",
            "run_utc",
            market.alias("market"),
            pl.col(side).alias("price"),
        )
        for side, market in sides
    ).sort("line", maintain_order=True)


_EXTREMES = {
    "max": "temperature_max",
    "min": "temperature_min",
    "wet max": "wet_bulb_max",
    "wet min": "wet_bulb_min",
}


def _extremes(kind: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A row an extreme, of the lines of one kind."""

    def turned(table: pl.DataFrame) -> pl.DataFrame:
        return (
            table.filter(kind=kind)
            .unpivot(
                list(_EXTREMES),
                index=(*_LINE, "issue_utc"),
                variable_name="variable",
                value_name="number",
            )
            .with_columns(pl.col("variable").replace_strict(_EXTREMES))
            .sort("line", maintain_order=True)
        )

    return turned


_EXTREME = (
    pl.col("id").alias("station_id"),
    pl.col("variable"),
    pl.col("number").alias("value"),
    pl.lit("degF").alias("unit"),
)
_DAYS = replace(
    REAL_TIME,
    marks="instant",
    minutes=None,
    spelled=spelled("%m/%d/%Y", quoted=False, words=False),
    also=None,
    regular=False,
    odd=False,
    days=8,
)
_MEASURED = replace(
    _dispatched(None),
    marks="instant",
    twice="order",
    spelled=spelled(SECONDS, quoted=False, words=False),
    also=spelled(MINUTES, quoted=False, words=False),
)
_ERIE_AHEAD = (
    pl.lit("day_ahead_market").alias("report_name"),
    pl.lit("Lake Erie Circulation").alias("item"),
    pl.lit("MW").alias("unit"),
    pl.col("circulation").alias("value"),
)

PLAIN: dict[str, Page] = {
    "P-28": Page(
        _hourly(words=False, places=None), _path("refbus", "damlbmp_gen_refbus"), _lbmp("DAM")
    ),
    "P-34": Page(
        _MEASURED, _path("ParFlows", "ParFlows"), _flowing("par_flow", pl.col("id"), "flow")
    ),
    "P-34A": Page(
        _MEASURED,
        _path("eriecirculationrt", "ErieCirculationRT"),
        _flowing("lake_erie_circulation", pl.lit("LAKE_ERIE"), "circulation"),
    ),
    "P-42": Page(
        replace(_MEASURED, marks="end", minutes=15, odd=False, days=2, holes=96, twice="label"),
        _path("extrtoctsprice", "ext_rto_cts_price"),
        (
            pl.col("market"),
            pl.col("id").alias("location_id"),
            pl.col("run_utc").alias("vintage_utc"),
            pl.col("name").alias("location_name"),
            pl.col("price").alias("price_per_mwh"),
        ),
        turned=_both_sides,
    ),
    "P-53B": Page(
        replace(
            _hourly(words=False, places=None),
            spelled=spelled(SECONDS, quoted=False, words=False),
            also=spelled(MINUTES, quoted=False, words=False),
        ),
        _path("eriecirculationda", "ErieCirculationDA"),
        _ERIE_AHEAD,
    ),
    "P-30": Page(
        _hourly(words=False, places=None),
        _path("damenergy", "DAM_energy_rep"),
        _items("day_ahead_energy"),
        beside=8,
    ),
    "P-31": Page(
        _hourly(words=False, places=None),
        _path("hamenergy", "HAM_energy_rep"),
        _items("hour_ahead_energy"),
        beside=2,
    ),
    "P-7A": Page(
        _DAYS,
        _path("lfweather", "lfweather"),
        (*_EXTREME, pl.col("issue_utc").alias("vintage_utc")),
        turned=_extremes("Forecast"),
    ),
    "P-7A-ACTUAL": Page(
        _DAYS,
        _path("lfweather", "lfweather"),
        _EXTREME,
        played="P-7A",
        turned=_extremes("Actual"),
    ),
    "P-71": Page(
        _hourly(words=False, places=None),
        _path("damimer", "dam_imer"),
        _rate("DAM"),
        turned=_products(_RATES),
    ),
    "P-72": Page(_MEASURED, _path("rtimer", "rt_imer"), _rate("RT5"), turned=_products(_RATES)),
    "P-2A": Page(_hourly(words=False, places=15), _path("damlbmp", "damlbmp_zone"), _lbmp("DAM")),
    "P-2B": Page(_hourly(words=False, places=None), _path("damlbmp", "damlbmp_gen"), _lbmp("DAM")),
    "P-4A": Page(_hourly(words=False, places=15), _path("rtlbmp", "rtlbmp_zone"), _lbmp("RTH")),
    "P-4B": Page(_hourly(words=False, places=None), _path("rtlbmp", "rtlbmp_gen"), _lbmp("RTH")),
    "P-24B": Page(replace(REAL_TIME, places=None), _path("realtime", "realtime_gen"), _lbmp("RT5")),
    "P-5": Page(
        _hourly(words=True, places=44),
        _path("damasp", "damasp"),
        _ancillary("DAM"),
        turned=_products(_RESERVES),
    ),
    "P-6B": Page(
        _dispatched(55),
        _path("rtasp", "rtasp"),
        _ancillary("RT5"),
        turned=_products({**_RESERVES, "movement": "regulation_movement"}),
    ),
    "P-33": Page(
        replace(_dispatched(None), marks="start", regular=False, holes=_ANY),
        _path("LimitingConstraints", "LimitingConstraints"),
        _constraint("RT5"),
    ),
    "P-511A": Page(
        replace(_hourly(words=True, places=None), regular=False, holes=_ANY),
        _path("DAMLimitingConstraints", "DAMLimitingConstraints"),
        _constraint("DAM"),
    ),
    "P-59": Page(
        _hourly(words=True, places=55),
        _path("zonalBidLoad", "zonalBidLoad"),
        (pl.col("id").alias("area_id"), pl.col("product"), pl.col("number").alias("bid_mw")),
        turned=_products(_BIDS),
    ),
    "P-70A": Page(
        _hourly(words=True, places=12),
        _path("btmactualforecast", "BTMEstimatedActual"),
        _SOLAR_AREA,
    ),
    "P-70B": Page(
        _hourly(words=True, places=12), _path("btmdaforecast", "btmdaforecast"), _SOLAR_AREA
    ),
    "P-8": Page(
        _hourly(words=False, places=None),
        _path("atc_ttc", "atc_ttc"),
        (
            pl.col("id").alias("path_id"),
            pl.col("ttc dam").alias("ttc_mw"),
            pl.col("atc dam").alias("atc_mw"),
        ),
    ),
    "P-8-HAM": Page(
        replace(
            _hourly(words=False, places=None),
            minutes=15,
            spelled=_quarter_stamp(MINUTES),
            also=_quarter_stamp(SECONDS),
        ),
        _path("atc_ttc", "atc_ttc"),
        (
            pl.col("id").alias("path_id"),
            pl.col("ttc").alias("ttc_mw"),
            pl.col("atc").alias("atc_mw"),
        ),
        played="P-8",
        turned=_quarters,
    ),
}
