"""The Data Exchange: paged JSON under a key, for each market day.

Rows stand in `data`, and `page.lastPage` says when the last page has come. A row says its time as
`timeInterval` (start and end, `2023-06-28 00:00:00.000` or with a T, EST), or only as `interval`: the
number of the hour's end, or the start of five minutes as HH:MM. On 2026-05-06 all five-minute labels
of prices were moved five minutes earlier, for history too; an answer from before that day is moved
here. Interchange is positive for import, which is our rule too. No market day that is not over has an
answer; preliminary and final come in one row each day, as prints. Everything here is established from
the operator's description: the samples hold placeholders.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl

from tieline.feeds import FINAL, Column, DailyFile, Label, Listing, Publisher, Report
from tieline.markettime import market_day_expr
from tieline.sources.miso import grid
from tieline.sources.miso.publisher import EST, FIVE_MINUTES, HOUR_END, PRICING
from tieline.sources.miso.shapes import hour_end

STAMPS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f")
RELABELLED = datetime(2026, 5, 6, 5, tzinfo=UTC)
_STEP = timedelta(minutes=5)
HOURLY = "?timeResolution=hourly"
"""Behind a path that also answers with sums of whole days: what it gives unasked is not established."""


def timed(table: pl.DataFrame) -> pl.DataFrame:
    """Give each row `start` and `end`: from its `timeInterval`, else from `interval` and the day asked."""
    names = table.columns
    day = pl.col("asked_day").cast(pl.Datetime("us"))
    said = pl.col("interval") if "interval" in names else pl.lit(None, dtype=pl.String)
    clock = said.str.extract(r"^(\d\d?:\d\d)$").str.to_time("%H:%M", strict=False)
    five = pl.col("asked_day").dt.combine(clock)
    ends = hour_end(day, said.str.extract(r"^(\d{1,2})$"))
    return table.with_columns(
        start=pl.coalesce(_instant(names, "start"), five, ends - timedelta(hours=1)),
        end=pl.coalesce(_instant(names, "end"), five + _STEP, ends),
    )


def _instant(names: list[str], which: str) -> pl.Expr:
    name = f"timeInterval.{which}"
    if name not in names:
        return pl.lit(None, dtype=pl.Datetime("us"))
    return pl.coalesce(
        pl.col(name).str.to_datetime(form, strict=False, time_unit="us") for form in STAMPS
    )


def relabelled(rows: pl.DataFrame) -> pl.DataFrame:
    """Five-minute labels of an answer from before 2026-05-06, moved to what they are called since."""
    early = pl.col("known_at_utc") < RELABELLED
    names = ("stamp_utc", "interval_start_utc", "interval_end_utc")
    moved = rows.with_columns(
        pl.when(early).then(pl.col(name) - _STEP).otherwise(pl.col(name)) for name in names
    )
    return moved.with_columns(
        market_day_expr(EST, pl.col("interval_start_utc")).alias("market_day")
    )


def daily(
    publisher: Publisher, path: str, title: str, label: Label, *, typical_bytes: int = 30_000
) -> Report:
    """A report of the Data Exchange: one answer a market day, in pages."""
    product = "pricing/v1" if publisher is PRICING else "lgi/v1"
    code = path.replace("/{day:%Y-%m-%d}", "").removesuffix(HOURLY)
    column = "end" if label.kind == "end" else "start"
    return Report(
        publisher=publisher,
        code=f"{product}/{code}",
        title=title,
        at=DailyFile(path=f"{product}/{path}", pages="last_page", typical_bytes=typical_bytes),
        reads="json",
        listing=Listing(path=("data",)),
        label=replace(label, column=(column,)),
        unused=ENVELOPE,
        asked_day=True,
        reshape=timed,
        absence=FINAL,
        every=timedelta(hours=6),
        due=timedelta(days=1, hours=7),
        promised_within=timedelta(hours=12),
        settles_after=timedelta(days=2),
        established_by="doc: the operator's API description",
    )


ENVELOPE = (
    "interval",
    *(f"timeInterval.{name}" for name in ("resolution", "start", "end", "value")),
)

_PRICES = (
    Column("location_id", ("node",)),
    Column("location_name", ("node",)),
    Column("price_per_mwh", ("lmp",), "number"),
    Column("energy_per_mwh", ("mec",), "number"),
    Column("congestion_per_mwh", ("mcc",), "number"),
    Column("loss_per_mwh", ("mlc",), "number"),
)
_PRICE_HEADER = (("node",), ("lmp",), ("mcc",), ("mec",), ("mlc",))


def _prices(path: str, title: str, label: Label, market: str) -> Report:
    size = 160_000_000 if label is FIVE_MINUTES else 13_000_000
    return replace(
        daily(PRICING, path, title, label, typical_bytes=size),
        columns=_PRICES,
        header=_PRICE_HEADER,
        constants=(("market", market), ("currency", "USD")),
    )


_SAID = Column("print", ("preliminaryFinal",), required=False)
DA_EXPOST = replace(
    _prices("day-ahead/{day:%Y-%m-%d}/lmp-expost", "Day-ahead ex-post LMP, keyed", HOUR_END, "DAM"),
    due=timedelta(hours=-10),
)
DA_EXANTE = replace(
    _prices(
        "day-ahead/{day:%Y-%m-%d}/lmp-exante",
        "Day-ahead ex-ante LMP, keyed",
        HOUR_END,
        "DAM_EXANTE",
    ),
    due=timedelta(hours=-10),
)
RT_EXANTE = replace(
    _prices(
        "real-time/{day:%Y-%m-%d}/lmp-exante",
        "Real-time ex-ante LMP, keyed",
        FIVE_MINUTES,
        "RT5_EXANTE",
    ),
    derive=relabelled,
)
RT_HOURLY = replace(
    _prices("real-time/{day:%Y-%m-%d}/lmp-expost", "Real-time LMP, keyed, hourly", HOUR_END, "RTH"),
    columns=(*_PRICES, _SAID),
    settles_after=timedelta(days=7),
)
RT_FIVE = replace(
    _prices(
        "real-time/{day:%Y-%m-%d}/lmp-expost?timeResolution=5min",
        "Real-time LMP, keyed, five minutes",
        FIVE_MINUTES,
        "RT5",
    ),
    columns=(*_PRICES, _SAID),
    derive=relabelled,
    entities=grid.hubs("RT5"),
    settles_after=timedelta(days=7),
)
