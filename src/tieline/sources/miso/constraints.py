"""Binding constraints, day ahead and in real time.

Files are named after the day on which they were made: the day before the market day for the day-ahead
market, the day after for real time. The displays say the end of the interval, `Period`; shadow prices
of real time are negative. When nothing binds, one row of the words `None` stands there, which is no
constraint. Workbooks print the hour of occurrence as a number (day ahead) or as HH:MM (real time), the
yearly csv files their prices in accounting form, `($20.93)`. No flow and no limit is published.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import BINDING_CONSTRAINT
from tieline.feeds import (
    FINAL,
    ROLLING,
    Column,
    DailyFile,
    Feed,
    Layout,
    Listing,
    Report,
    StaticFile,
)
from tieline.sources.miso.publisher import (
    FIVE_MINUTES,
    HOUR_END,
    NOTHING,
    REPORTS,
    SHOWN,
    WITH_T,
    shown,
)
from tieline.sources.miso.shapes import clock_of, date_of, hour_end

FIVE_END = replace(FIVE_MINUTES, kind="end", regular=False)
PERIOD = replace(FIVE_END, column=("Period",), formats=WITH_T)
HOUR = replace(HOUR_END, regular=False)
HOUR_NAMES = ("Hour of Occurrence", "Hour of  Occurrence")
_DATE = (
    r"\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d\d-\d\d|[A-Za-z]{3,9} \d{1,2}, \d{4}|\d{1,2}-[A-Za-z]{3}-\d{4}"
)
_CURVE = ("OVERRIDE", "CURVETYPE", "BP1", "PC1", "BP2", "PC2")
_MORE = ("REASON", "BP3", "PC3", "BP4", "PC4", "Description")
_BRANCH = "Branch Name ( Branch Type / From CA / To CA )"


def _where_some_bind(table: pl.DataFrame) -> pl.DataFrame:
    """Without the row that says that nothing binds, in words or without any."""
    name, price = pl.col("Name"), pl.col("Price")
    return table.filter(name.ne_missing(NOTHING) & (name.is_not_null() | price.is_not_null()))


def _shown(name: str, title: str, market: str) -> Report:
    return replace(
        SHOWN,
        code=f"BindingConstraints/{name}",
        title=title,
        at=StaticFile(path=f"api/BindingConstraints/{name}", typical_bytes=5_000),
        listing=Listing(path=("Constraint",), empty=True),
        label=PERIOD,
        columns=(
            Column("constraint_id", ("Name",)),
            Column("constraint_name", ("Name",)),
            shown("shadow_price_per_mwh", "Price"),
        ),
        header=(("Name",), ("Period",), ("Price",)),
        unused=(*_CURVE, *_MORE),
        constants=(("market", market), ("contingency", ""), ("currency", "USD")),
        reshape=_where_some_bind,
        absence=ROLLING,
        established_by=f"sample miso/public-api/markets-displays-getbindingconstraints{name.lower()}.json",
    )


def _at(hour: str, *, numbered: bool) -> pl.Expr:
    """The end of the interval from the banner's or the row's market date and the hour."""
    day = date_of("Market Date", "%m/%d/%Y", "%Y-%m-%d", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")
    if numbered:
        return hour_end(day, pl.col(hour))
    clock = clock_of(pl.col(hour).str.extract(r"(\d\d?:\d\d)"))
    # An interval that ends at midnight is the day's last.
    last = pl.when(clock == pl.duration()).then(pl.duration(days=1)).otherwise(clock)
    return day.cast(pl.Datetime("us")) + last


def _hour(table: pl.DataFrame) -> str:
    return next(name for name in HOUR_NAMES if name in table.columns)


_CONTINGENCY = "Contingency Description"


def _day_ahead(table: pl.DataFrame) -> pl.DataFrame:
    return _placed(table, _at(_hour(table), numbered=True))


def _real_time(table: pl.DataFrame) -> pl.DataFrame:
    return _placed(table, _at(_hour(table), numbered=False))


def _placed(table: pl.DataFrame, stamp: pl.Expr) -> pl.DataFrame:
    """With its instant; a constraint without a contingency binds in the base case."""
    case = [pl.col(_CONTINGENCY).fill_null("")] if _CONTINGENCY in table.columns else []
    return table.with_columns(*case, stamp=stamp)


_NAMES = (
    Column("constraint_id", ("Constraint_ID", "Constraint ID")),
    Column("constraint_name", ("Constraint Name",)),
    Column("contingency", (_CONTINGENCY,)),
)
_REST = ("Flowgate NERC ID", "Flowgate NERCID", _BRANCH, "Constraint Description", "Override")
_POINTS = ("Curve Type", "BP1", "PC1", "BP2", "PC2", "Reason")


DA = Report(
    publisher=REPORTS,
    code="da_bc",
    title="Day-ahead binding constraints",
    at=DailyFile(path="marketreports/{day:%Y%m%d}_da_bc.xls", shift=-1, typical_bytes=150_000),
    reads="sheet",
    layout=Layout(
        header=("Constraint Name", "Contingency Description", "Shadow Price"),
        said=(("Market Date", rf"(?i)market da(?:te|y)\s*:?[\s,]*({_DATE})"),),
    ),
    label=HOUR,
    columns=(
        *_NAMES[:2],
        replace(_NAMES[2], otherwise=("Constraint Description",)),
        Column("shadow_price_per_mwh", ("Shadow Price",), "accounting"),
    ),
    header=(
        ("Constraint_ID", "Constraint ID"),
        ("Constraint Name",),
        ("Contingency Description",),
        HOUR_NAMES,
        ("Shadow Price",),
    ),
    unused=(*_REST, *_POINTS),
    constants=(("market", "DAM"), ("currency", "USD")),
    reshape=_day_ahead,
    absence=FINAL,
    every=timedelta(hours=1),
    due=timedelta(hours=-10),
    promised_within=timedelta(hours=8),
    settles_after=timedelta(0),
    established_by="code: public clients",
)
RT = replace(
    DA,
    code="rt_bc",
    title="Real-time binding constraints",
    at=DailyFile(path="marketreports/{day:%Y%m%d}_rt_bc.xls", shift=1, typical_bytes=250_000),
    layout=replace(
        DA.layout or Layout(header=()),
        header=("Constraint Name", "Contingency Description", "Preliminary Shadow Price"),
    ),
    label=FIVE_END,
    columns=(
        *_NAMES[:2],
        replace(_NAMES[2], otherwise=("Constraint Description",)),
        Column("shadow_price_per_mwh", ("Preliminary Shadow Price",), "accounting"),
    ),
    header=(
        ("Constraint ID", "Constraint_ID"),
        ("Constraint Name",),
        ("Contingency Description",),
        HOUR_NAMES,
        ("Preliminary Shadow Price",),
    ),
    constants=(("market", "RT5"), ("currency", "USD")),
    reshape=_real_time,
    print="preliminary",
    due=timedelta(days=1, hours=2),
    promised_within=timedelta(hours=10),
    settles_after=timedelta(days=1),
)
RT_YEAR = replace(
    RT,
    code="rt_bc_HIST",
    title="Real-time binding constraints of the year so far",
    at=StaticFile(path="marketreports/{day:%Y}_rt_bc_HIST.csv", shift=-1, typical_bytes=60_000_000),
    reads="csv",
    layout=Layout(
        header=("Market Date", "Constraint_ID", "Preliminary Shadow Price"),
        notes=r"(?i)^\W*(note|miso makes|disclaimer)",
    ),
    unused=(*RT.unused, "Market Date"),
    absence=ROLLING,
    every=timedelta(days=1),
    settles_after=timedelta(hours=6),
    established_by="doc: the header, verbatim from a file of 2026",
)
REAL_TIME = _shown("RealTime", "Binding constraints, newest interval", "RT5")
SUBREGIONAL = _shown("SubRegional", "Power balance between the regions", "RT5")
RESERVE = _shown("Reserve", "Binding reserve constraints", "RT5")

FEEDS = (
    Feed("iso.da.binding_constraint.miso", BINDING_CONSTRAINT, (DA,)),
    Feed("iso.rt.binding_constraint.miso", BINDING_CONSTRAINT, (RT, REAL_TIME, RT_YEAR)),
    Feed("iso.rt.binding_constraint_subregional.miso", BINDING_CONSTRAINT, (SUBREGIONAL,)),
    Feed("iso.rt.binding_constraint_reserve.miso", BINDING_CONSTRAINT, (RESERVE,)),
)
