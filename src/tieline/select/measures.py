"""Measures worked out from answers: spreads, errors, margins, volatility, correlations.

Every function takes picked rows and gives rows, so a measure is as of whatever its rows are as of.
The definitions for people are in docs/explain/measures.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

PLACE = ("location_id", "location_name")
_PRICE, _CONGESTION, _LOSS = "price_per_mwh", "congestion_per_mwh", "loss_per_mwh"
_PARTS = (_PRICE, _CONGESTION, _LOSS)


def rt_da_spreads(real_time: pl.DataFrame, day_ahead: pl.DataFrame) -> pl.DataFrame:
    """Real-time price less day-ahead price, for each place and hour that has both.

    Gives: `interval_start_utc`, `location_id`, `location_name`, both prices and `spread`, USD/MWh.
    """
    on = ["interval_start_utc", "location_id"]
    rows = real_time.select(*on, "location_name", real_time_price=_PRICE)
    joined = rows.join(day_ahead.select(*on, day_ahead_price=_PRICE), on=on)
    spread = _cents(pl.col("real_time_price") - pl.col("day_ahead_price"))
    return joined.with_columns(spread=spread)


def zone_spreads(prices: pl.DataFrame, reference: str) -> pl.DataFrame:
    """Price at each place less that at the reference place, at each stamp that has both; with parts.

    Gives: `stamp_utc`, `location_id`, `location_name`, `price`, `reference_price`, `spread`,
    `congestion_spread`, `loss_spread`, USD/MWh.
    """
    base = prices.filter(pl.col("location_id") == reference).select(
        "stamp_utc", *(pl.col(name).alias(f"base {name}") for name in _PARTS)
    )
    joined = prices.filter(pl.col("location_id") != reference).join(base, on="stamp_utc")

    def apart(name: str) -> pl.Expr:
        return _cents(pl.col(name) - pl.col(f"base {name}"))

    return joined.select(
        "stamp_utc",
        *PLACE,
        price=_PRICE,
        reference_price=f"base {_PRICE}",
        spread=apart(_PRICE),
        congestion_spread=apart(_CONGESTION),
        loss_spread=apart(_LOSS),
    )


def known_before(forecasts: pl.DataFrame, lead: timedelta) -> pl.DataFrame:
    """Of all revisions of all vintages, the row that stood for each hour `lead` before it began.

    Within a vintage that is the last one known by then, of these the greatest vintage; a withdrawn
    one does not stand.
    """
    series = ["area_id", "interval_start_utc"]
    by_then = forecasts.filter(pl.col("known_at_utc") <= pl.col("interval_start_utc") - lead)
    heads = by_then.sort("known_at_utc", "entry_id").unique(
        [*series, "vintage_utc"], keep="last", maintain_order=True
    )
    return (
        heads.filter(pl.col("state") == "live")
        .sort("vintage_utc")
        .unique(series, keep="last", maintain_order=True)
    )


def with_total(loads: pl.DataFrame, zones: Sequence[str], total: str) -> pl.DataFrame:
    """Loads of the zones and, at each hour at which all of them stand, their sum as another area."""
    rows = loads.select("interval_start_utc", "area_id", "load_mw")
    whole = (
        rows.filter(pl.col("area_id").is_in(list(zones)))
        .group_by("interval_start_utc")
        .agg(pl.col("load_mw").sum(), n=pl.col("load_mw").count())
        .filter(pl.col("n") == len(zones))
    )
    return pl.concat(
        [rows, whole.select("interval_start_utc", pl.lit(total).alias("area_id"), "load_mw")]
    )


def forecast_errors(standing: pl.DataFrame, actual: pl.DataFrame) -> pl.DataFrame:
    """Forecast less actual load, for each area and hour that has both.

    Gives: `interval_start_utc`, `area_id`, `area_name`, `forecast_mw`, `actual_mw`, `error_mw`,
    `error_percent` (of the actual; null where that is 0), `vintage_utc`, `known_at_utc`.
    """
    on = ["interval_start_utc", "area_id"]
    joined = standing.select(
        *on, "area_name", "vintage_utc", "known_at_utc", forecast_mw="load_mw"
    ).join(actual.select(*on, actual_mw="load_mw"), on=on)
    error = pl.col("forecast_mw") - pl.col("actual_mw")
    return joined.with_columns(
        error_mw=error.round(4), error_percent=_percent(error, pl.col("actual_mw"))
    )


def reserve_margins(
    generation: pl.DataFrame, flows: pl.DataFrame, load: pl.DataFrame, zones: Sequence[str]
) -> pl.DataFrame:
    """What is generated and imported over what is used, at each stamp of the fuel mix.

    Load and flows are the newest at or before the stamp, at most five minutes old; a stamp without
    all zones, or without a flow, has no margin.
    Gives: `stamp_utc`, `generation_mw`, `net_imports_mw`, `supply_mw`, `load_mw`, `margin_mw`,
    `margin_percent` (of the load).
    """
    made = generation.group_by("stamp_utc").agg(pl.col("generation_mw").sum()).sort("stamp_utc")
    imported = flows.group_by("stamp_utc").agg(net_imports_mw=pl.col("flow_mw").sum())
    used = (
        load.filter(pl.col("area_id").is_in(list(zones)))
        .group_by("stamp_utc")
        .agg(pl.col("load_mw").sum(), n=pl.col("load_mw").count())
        .filter(pl.col("n") == len(zones))
        .drop("n")
    )
    near = timedelta(minutes=5)
    joined = made.join_asof(imported.sort("stamp_utc"), on="stamp_utc", tolerance=near).join_asof(
        used.sort("stamp_utc"), on="stamp_utc", tolerance=near
    )
    supply = pl.col("generation_mw") + pl.col("net_imports_mw")
    margin = supply - pl.col("load_mw")
    return joined.drop_nulls(["net_imports_mw", "load_mw"]).select(
        "stamp_utc",
        pl.col("generation_mw").round(4),
        pl.col("net_imports_mw").round(4),
        supply.round(4).alias("supply_mw"),
        pl.col("load_mw").round(4),
        margin.round(4).alias("margin_mw"),
        _percent(margin, pl.col("load_mw")).alias("margin_percent"),
    )


def volatility(prices: pl.DataFrame, window: timedelta) -> pl.DataFrame:
    """Sample standard deviation of each place's price over the window that ends with each stamp.

    The window is half-open, `(stamp - window, stamp]`. Gives: `stamp_utc`, `location_id`,
    `location_name`, `price`, `volatility` (null below two prices), `mean`, `count`, USD/MWh.
    """
    rows = prices.drop_nulls(_PRICE).sort("location_id", "stamp_utc")
    rolled = rows.rolling("stamp_utc", period=window, group_by="location_id").agg(
        pl.col("location_name").last(),
        price=pl.col(_PRICE).last(),
        volatility=pl.col(_PRICE).std().round(4),
        mean=pl.col(_PRICE).mean().round(4),
        count=pl.len().cast(pl.Int64),
    )
    return rolled.select("stamp_utc", *PLACE, "price", "volatility", "mean", "count")


def correlations(prices: pl.DataFrame) -> pl.DataFrame:
    """Pearson's correlation of the prices of each pair of places, over the stamps that both have.

    Gives: one row a pair: `location_a`, `location_b`, `name_a`, `name_b`, `correlation` (null where a
    price never moves or fewer than two stamps are shared), `count`.
    """
    rows = prices.drop_nulls(_PRICE).select("stamp_utc", *PLACE, _PRICE)
    one = rows.rename({"location_id": "location_a", "location_name": "name_a", _PRICE: "a"})
    two = rows.rename({"location_id": "location_b", "location_name": "name_b", _PRICE: "b"})
    pairs = one.join(two, on="stamp_utc").filter(pl.col("location_a") < pl.col("location_b"))
    found = pairs.group_by("location_a", "location_b").agg(
        pl.col("name_a", "name_b").last(),
        correlation=pl.corr("a", "b").round(6),
        count=pl.len().cast(pl.Int64),
    )
    return found.with_columns(pl.col("correlation").fill_nan(None)).sort("location_a", "location_b")


def _cents(number: pl.Expr) -> pl.Expr:
    """Without the dust of binary fractions, and never minus zero."""
    return number.round(4) + 0.0


def _percent(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole != 0).then((part / whole * 100).round(4))
