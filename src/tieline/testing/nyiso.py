"""NYISO's reports, as the emulator prints them, with the operator's rules written down by hand.

From the operator's pages and real files: wall time of New York, month first. P-24A and P-63 mark the
end of the interval, P-58B, P-58C and P-7 the start, P-32 the instant. P-58B, P-58C and P-63 print EST
or EDT beside the stamp; elsewhere the order of rows tells the repeated hour. Five-minute files carry
stamps off the grid besides those on it. P-63 promises no count, and now and then lacks its last stamp;
P-32 now and then lacks one. Both spellings of a stamp, with seconds and without, occur over the years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import polars as pl

from tieline.emulate.nyiso import Nyiso, truth
from tieline.emulate.nyiso.site import growing
from tieline.testing.clock import EASTERN
from tieline.testing.writing import Expectation, Printed, Spelling

SEED = 4
_CABLE = date(2026, 2, 1)
"""First day on which the emulator lists the nineteenth interface."""
_REWRITTEN = timedelta(days=2)
"""After the end of a day the emulator's files are no longer corrected."""
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


def _spelled(form: str, *, quoted: bool, words: bool) -> Spelling:
    """A stamp's cell, with the cell of its zone word where there is one."""
    mark = '"' if quoted else ""

    def spell(wall: datetime, summer: bool) -> str:
        cell = f"{mark}{wall.strftime(form)}{mark},"
        word = "EDT" if summer else "EST"
        return f"{cell}{mark}{word}{mark}," if words else cell

    return spell


_SECONDS, _MINUTES = "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"
_REAL_TIME = Expectation(
    clock=EASTERN,
    marks="end",
    minutes=5,
    twice="order",
    spelled=_spelled(_SECONDS, quoted=True, words=False),
    also=_spelled(_MINUTES, quoted=True, words=False),
    odd=True,
)


def _fuel_mix_stamp(wall: datetime, summer: bool) -> str:
    """Without seconds until the end of 2016; the midnight that ends the year is of its last day."""
    early = wall <= datetime(2017, 1, 1)  # noqa: DTZ001 a wall clock's reading
    return _spelled(_MINUTES if early else _SECONDS, quoted=False, words=True)(wall, summer)


@dataclass(frozen=True, slots=True)
class _Page:
    """One report as its page describes it, and how its printed numbers become tieline's."""

    expectation: Expectation
    path: str
    facts: tuple[pl.Expr, ...]


def _limit(name: str, sign: int) -> pl.Expr:
    """A limit as a positive number, null where the printed one says that there is none."""
    number = pl.col(name)
    return pl.when(~number.abs().is_in([9999.0, 9899.0])).then(number * sign + 0.0)


_ENERGY = pl.col("lbmp") - pl.col("losses") + pl.col("congestion")
_FLOWS = (
    pl.col("id").alias("interface_id"),
    pl.col("flow").alias("flow_mw"),
    _limit("positive", 1).alias("import_limit_mw"),
    _limit("negative", -1).alias("export_limit_mw"),
)
_LOADS = (pl.col("id").alias("area_id"), pl.col("load").alias("load_mw"))
_PAGES: dict[str, _Page] = {
    "P-32": _Page(
        replace(
            _REAL_TIME,
            marks="instant",
            spelled=_spelled(_MINUTES, quoted=False, words=False),
            also=_spelled(_SECONDS, quoted=False, words=False),
            places=lambda day: 19 if day >= _CABLE else 18,
            holes=1,
            cutovers=(date(2020, 1, 1), _CABLE),
        ),
        "public/csv/ExternalLimitsFlows/{day:%Y%m%d}ExternalLimitsFlows.csv",
        _FLOWS,
    ),
    "P-58B": _Page(
        replace(
            _REAL_TIME,
            marks="start",
            twice="words",
            spelled=_spelled(_SECONDS, quoted=True, words=True),
            also=_spelled(_MINUTES, quoted=True, words=True),
            places=lambda _: 11,
            cutovers=(date(2022, 1, 1),),
        ),
        "public/csv/pal/{day:%Y%m%d}pal.csv",
        _LOADS,
    ),
    "P-58C": _Page(
        replace(
            _REAL_TIME,
            marks="start",
            minutes=60,
            twice="words",
            spelled=_spelled(_SECONDS, quoted=True, words=True),
            also=_spelled(_MINUTES, quoted=True, words=True),
            places=lambda _: 11,
            odd=False,
            cutovers=(date(2022, 1, 1),),
        ),
        "public/csv/palIntegrated/{day:%Y%m%d}palIntegrated.csv",
        _LOADS,
    ),
    "P-24A": _Page(
        replace(_REAL_TIME, places=lambda _: 15),
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
    "P-63": _Page(
        replace(
            _REAL_TIME,
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
    "P-7": _Page(
        replace(
            _REAL_TIME,
            marks="start",
            minutes=60,
            spelled=_spelled(_MINUTES, quoted=True, words=False),
            also=_spelled(_SECONDS, quoted=True, words=False),
            places=lambda _: 12,
            odd=False,
            days=6,
        ),
        "public/csv/isolf/{day:%Y%m%d}isolf.csv",
        (
            pl.col("id").str.to_uppercase().replace_strict(_PTIDS).alias("area_id"),
            pl.col("load").alias("load_mw"),
        ),
    ),
}
_PRODUCTS = {
    "spin": "spinning_10",
    "slow": "non_spinning_10",
    "thirty": "operating_30",
    "regulation": "regulation_capacity",
    "movement": "regulation_movement",
}


def _lbmp(market: str) -> tuple[pl.Expr, ...]:
    return (pl.lit(market).alias("market"), *_PAGES["P-24A"].facts[1:])


def _hourly_page(market: str, stem: str, places: int | None) -> _Page:
    """Prices by the hour: the start is marked, without a zone word and without quotation marks."""
    return _Page(
        replace(
            _REAL_TIME,
            marks="start",
            minutes=60,
            spelled=_spelled(_MINUTES, quoted=False, words=False),
            also=_spelled(_SECONDS, quoted=False, words=False),
            places=None if places is None else lambda _: places,
            odd=False,
        ),
        f"public/csv/{stem.partition('_')[0]}/{{day:%Y%m%d}}{stem}.csv",
        _lbmp(market),
    )


def _ancillary_page(base: Expectation, market: str, stem: str, products: int) -> _Page:
    return _Page(
        replace(
            base,
            twice="words",
            places=lambda _: 11 * products,
        ),
        f"public/csv/{stem}/{{day:%Y%m%d}}{stem}.csv",
        (
            pl.lit(market).alias("market"),
            pl.col("id").alias("region"),
            pl.col("product").replace_strict(_PRODUCTS).alias("product"),
            pl.col("price").alias("price_per_mw_h"),
        ),
    )


_PAGES |= {
    "P-2A": _hourly_page("DAM", "damlbmp_zone", 15),
    "P-2B": _hourly_page("DAM", "damlbmp_gen", None),
    "P-4A": _hourly_page("RTH", "rtlbmp_zone", 15),
    "P-4B": _hourly_page("RTH", "rtlbmp_gen", None),
    "P-24B": _Page(
        replace(_REAL_TIME, places=None),
        "public/csv/realtime/{day:%Y%m%d}realtime_gen.csv",
        _lbmp("RT5"),
    ),
    "P-5": _ancillary_page(
        replace(
            _REAL_TIME,
            marks="start",
            minutes=60,
            odd=False,
            spelled=_spelled(_MINUTES, quoted=False, words=True),
            also=_spelled(_SECONDS, quoted=False, words=True),
        ),
        "DAM",
        "damasp",
        4,
    ),
    "P-6B": _ancillary_page(
        replace(
            _REAL_TIME,
            spelled=_spelled(_SECONDS, quoted=False, words=True),
            also=_spelled(_MINUTES, quoted=False, words=True),
        ),
        "RT5",
        "rtasp",
        5,
    ),
}
_MELTED = {"P-5": 4, "P-6B": 5}
"""How many numbers of a line are facts of their own."""
_ROWS_OF_A_LINE = {"P-7": len(_PTIDS), **_MELTED}
"""Facts that stand side by side in one line of a wide file."""


@dataclass(frozen=True, slots=True)
class DailyWriter:
    """A dated file of NYISO as it stands two days after its day has ended."""

    code: str
    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return _PAGES[self.code].expectation

    def printed(self, day: date) -> Sequence[Printed]:
        return _daily(self.seed, self.code, day)


@dataclass(frozen=True, slots=True)
class CurrentWriter:
    """The static file of P-32's newest stamp, asked at moments of a day: every thirteen minutes
    from before the change of the clock until after it, and some hours of the rest."""

    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return replace(_PAGES["P-32"].expectation, twice="newest", places=None, holes=0)

    def printed(self, day: date) -> Sequence[Printed]:
        return _current(self.seed, day)


WRITERS = {f"nyiso:{code}": DailyWriter(code) for code in _PAGES} | {
    "nyiso:P-32-CURRENT": CurrentWriter()
}
"""Every report of NYISO that has a decoder, by its name."""

SURVIVORS: dict[str, str] = {}
"""Mutants of these reports that no file of 2015 to 2035 gives away, by name, each with the reason."""


@lru_cache(maxsize=256)
def _daily(seed: int, code: str, day: date) -> tuple[Printed, ...]:
    page = _PAGES[code]
    path = page.path.format(day=day)
    known = EASTERN.bounds(day)[1] + _REWRITTEN
    file = Nyiso(seed).file(path, int(known.timestamp()))
    if file is None:
        return ()
    modified = None if file.modified is None else datetime.fromtimestamp(file.modified, UTC)
    told = _told(seed, code, day, page.facts)
    return (Printed(file.body, path, day, known, told, modified),)


def _told(seed: int, code: str, day: date, facts: tuple[pl.Expr, ...]) -> pl.DataFrame:
    """The world's numbers in tieline's words, with the line in which each stands."""
    table = truth(seed, code, day)
    if code in _MELTED:
        products = table.columns[2:]
        table = (
            table.with_row_index("row")
            .unpivot(
                products,
                index=["row", "stamp_utc", "id"],
                variable_name="product",
                value_name="price",
            )
            .sort("row", maintain_order=True)
        )
    side_by_side = _ROWS_OF_A_LINE.get(code, 1)
    return table.select(
        (2 + pl.int_range(pl.len(), dtype=pl.Int64) // side_by_side).alias("line"),
        "stamp_utc",
        *facts,
    )


@lru_cache(maxsize=64)
def _current(seed: int, day: date) -> tuple[Printed, ...]:
    start, end = EASTERN.bounds(day)
    hour, changing = timedelta(hours=1), end - start != timedelta(hours=24)
    moments = [start + n * timedelta(minutes=13) for n in range(4, 16)] if changing else []
    moments += [start + n * hour for n in (4, 9, 14, 19)]
    told = _told(seed, "P-32", day, _FLOWS)
    stamps = told["stamp_utc"].unique().sort()
    file = growing(seed, "P-32", day)
    place = {file.header + block[-1].text: n for n, block in enumerate(file.blocks)}
    path = "public/csv/ExternalLimitsFlows/currentExternalLimitsFlows.csv"
    printed = []
    for moment in moments:
        found = Nyiso(seed).file(path, int(moment.timestamp()))
        # A value that is still to be corrected is not in the truth, which knows the last one.
        if found is None or found.body not in place:
            continue
        rows = told.filter(pl.col("stamp_utc") == stamps[place[found.body]])
        lines = rows.with_columns(line=2 + pl.int_range(pl.len(), dtype=pl.Int64))
        printed.append(Printed(found.body, path, None, moment, lines))
    return tuple(printed)
