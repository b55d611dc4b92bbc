"""NYISO's reports, as the emulator prints them, with the operator's rules written down by hand.

From the operator's pages and real files: wall time of New York, month first. P-24A and P-63 mark the
end of the interval, P-58B, P-58C and P-7 the start, P-32 the instant. P-58B, P-58C and P-63 print EST
or EDT beside the stamp; elsewhere the order of rows tells the repeated hour. Five-minute files carry
stamps off the grid besides those on it. P-63 promises no count, and now and then lacks its last stamp;
P-32 now and then lacks one. Both spellings of a stamp, with seconds and without, occur over the years.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl

from tieline.testing.clock import EASTERN
from tieline.testing.writing import Expectation, Spelling

_CABLE = date(2026, 2, 1)
"""First day on which the emulator lists the nineteenth interface."""
_PTIDS = {
    "CAPITL": "61757",
    "CENTRL": "61754",
    "DUNWOD": "61760",
    "GENESE": "61753",
    "HUD VL": "61758",
    "LONGIL": "61762",
    "MHK VL": "61756",
    "MILLWD": "61759",
    "N.Y.C.": "61761",
    "NORTH": "61755",
    "WEST": "61752",
    "NYISO": "NYISO",
}


def spelled(form: str, *, quoted: bool, words: bool) -> Spelling:
    """A stamp's cell, with the cell of its zone word where there is one."""
    mark = '"' if quoted else ""

    def spell(wall: datetime, summer: bool) -> str:
        cell = f"{mark}{wall.strftime(form)}{mark},"
        word = "EDT" if summer else "EST"
        return f"{cell}{mark}{word}{mark}," if words else cell

    return spell


SECONDS, MINUTES = "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"
REAL_TIME = Expectation(
    clock=EASTERN,
    marks="end",
    minutes=5,
    twice="order",
    spelled=spelled(SECONDS, quoted=True, words=False),
    also=spelled(MINUTES, quoted=True, words=False),
    odd=True,
)


def _fuel_mix_stamp(wall: datetime, summer: bool) -> str:
    """Without seconds until the end of 2016; the midnight that ends the year is of its last day."""
    early = wall <= datetime(2017, 1, 1)  # noqa: DTZ001 a wall clock's reading
    return spelled(MINUTES if early else SECONDS, quoted=False, words=True)(wall, summer)


@dataclass(frozen=True, slots=True)
class Page:
    """One report as its page describes it, and how its printed numbers become tieline's."""

    expectation: Expectation
    path: str
    facts: tuple[pl.Expr, ...]
    played: str = ""
    """The report whose numbers the emulator plays for it, where that is another one's file."""
    turned: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    """From a row a line (with `line`) to a row a fact, where several stand side by side."""
    beside: int = 1
    """Rows of the truth that stand in one line."""


def _limit(name: str, sign: int) -> pl.Expr:
    """A limit as a positive number, null where the printed one says that there is none."""
    number = pl.col(name)
    return pl.when(~number.abs().is_in([9999.0, 9899.0])).then(number * sign + 0.0)


_ENERGY = pl.col("lbmp") - pl.col("losses") + pl.col("congestion")
FLOWS = (
    pl.col("id").alias("interface_id"),
    pl.col("flow").alias("flow_mw"),
    _limit("positive", 1).alias("import_limit_mw"),
    _limit("negative", -1).alias("export_limit_mw"),
)
_LOADS = (pl.col("id").alias("area_id"), pl.col("load").alias("load_mw"))
PAGES: dict[str, Page] = {
    "P-32": Page(
        replace(
            REAL_TIME,
            marks="instant",
            spelled=spelled(MINUTES, quoted=False, words=False),
            also=spelled(SECONDS, quoted=False, words=False),
            places=lambda day: 19 if day >= _CABLE else 18,
            holes=1,
            cutovers=(date(2020, 1, 1), _CABLE),
        ),
        "public/csv/ExternalLimitsFlows/{day:%Y%m%d}ExternalLimitsFlows.csv",
        FLOWS,
    ),
    "P-58B": Page(
        replace(
            REAL_TIME,
            marks="start",
            twice="words",
            spelled=spelled(SECONDS, quoted=True, words=True),
            also=spelled(MINUTES, quoted=True, words=True),
            places=lambda _: 11,
            cutovers=(date(2022, 1, 1),),
        ),
        "public/csv/pal/{day:%Y%m%d}pal.csv",
        _LOADS,
    ),
    "P-58C": Page(
        replace(
            REAL_TIME,
            marks="start",
            minutes=60,
            twice="words",
            spelled=spelled(SECONDS, quoted=True, words=True),
            also=spelled(MINUTES, quoted=True, words=True),
            places=lambda _: 11,
            odd=False,
            cutovers=(date(2022, 1, 1),),
        ),
        "public/csv/palIntegrated/{day:%Y%m%d}palIntegrated.csv",
        _LOADS,
    ),
    "P-24A": Page(
        replace(REAL_TIME, places=lambda _: 15),
        "public/csv/realtime/{day:%Y%m%d}realtime_zone.csv",
        (
            pl.lit("RT5").alias("market"),
            pl.col("id").alias("location_id"),
            pl.col("lbmp").alias("price_per_mwh"),
            pl.col("losses").alias("loss_per_mwh"),
            (0.0 - pl.col("congestion")).alias("congestion_per_mwh"),
            _ENERGY.round(4).alias("energy_per_mwh"),
        ),
    ),
    "P-63": Page(
        replace(
            REAL_TIME,
            twice="words",
            spelled=_fuel_mix_stamp,
            also=None,
            regular=False,
            holes=1,
            since=date(2015, 12, 9),
            cutovers=(date(2017, 1, 1), date(2020, 4, 30), date(2021, 4, 30)),
        ),
        "public/csv/rtfuelmix/{day:%Y%m%d}rtfuelmix.csv",
        (
            pl.lit("NYCA").alias("area_id"),
            pl.col("id").alias("fuel_printed"),
            pl.col("generation").alias("generation_mw"),
        ),
    ),
    "P-7": Page(
        replace(
            REAL_TIME,
            marks="start",
            minutes=60,
            spelled=spelled(MINUTES, quoted=True, words=False),
            also=spelled(SECONDS, quoted=True, words=False),
            places=lambda _: 12,
            odd=False,
            days=6,
        ),
        "public/csv/isolf/{day:%Y%m%d}isolf.csv",
        (
            pl.col("id").str.to_uppercase().replace_strict(_PTIDS).alias("area_id"),
            pl.col("load").alias("load_mw"),
        ),
        beside=len(_PTIDS),
    ),
}
