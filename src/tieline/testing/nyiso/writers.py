"""NYISO's reports, as the emulator prints them, with the operator's rules written down by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import polars as pl

from tieline.emulate.nyiso import Nyiso, truth
from tieline.emulate.nyiso.roster import MAINTENANCE_DAYS, maintenance
from tieline.emulate.nyiso.site import growing
from tieline.testing.clock import EASTERN
from tieline.testing.nyiso import pages
from tieline.testing.nyiso.pages import Page
from tieline.testing.nyiso.sheets import PLAIN
from tieline.testing.writing import Expectation, Printed, Writer

SEED = 4
MAINTENANCE = "Forecasted Generation Outage (MW)"
PAGES = {**pages.PAGES, **PLAIN}
_REWRITTEN = timedelta(days=2)
"""After the end of a day the emulator's files are no longer corrected."""


@dataclass(frozen=True, slots=True)
class DailyWriter:
    """A dated file of NYISO as it stands two days after its day has ended."""

    code: str
    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return PAGES[self.code].expectation

    def printed(self, day: date) -> Sequence[Printed]:
        return _daily(self.seed, self.code, day)


@dataclass(frozen=True, slots=True)
class CurrentWriter:
    """The static file of P-32's newest stamp, asked at moments of a day: every thirteen minutes
    from before the change of the clock until after it, and some hours of the rest."""

    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return replace(PAGES["P-32"].expectation, twice="newest", places=None, holes=0)

    def printed(self, day: date) -> Sequence[Printed]:
        return _current(self.seed, day)


@dataclass(frozen=True, slots=True)
class MaintenanceWriter:
    """The static file of P-15: one number a day, from the day on which it is written on."""

    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return Expectation(
            clock=EASTERN,
            marks="instant",
            minutes=None,
            regular=False,
            twice="order",
            spelled=lambda wall, _: f'"{wall:%m/%d/%Y}"',
            days=MAINTENANCE_DAYS,
        )

    def printed(self, day: date) -> Sequence[Printed]:
        known = EASTERN.bounds(day)[0] + timedelta(hours=12)
        path = "public/csv/genmaint/gen_maint_report.csv"
        file = Nyiso(self.seed).file(path, int(known.timestamp()))
        if file is None:
            return ()
        told = pl.DataFrame(
            [
                (2 + n, EASTERN.bounds(one)[0], MAINTENANCE, float(mw))
                for n, (one, mw) in enumerate(maintenance(self.seed, day))
            ],
            schema={
                "line": pl.Int64,
                "stamp_utc": pl.Datetime("us", "UTC"),
                "item": pl.String,
                "value": pl.Float64,
            },
            orient="row",
        )
        return (Printed(file.body, path, None, known, told),)


WRITERS: dict[str, Writer] = {
    **{f"nyiso:{code}": DailyWriter(code) for code in PAGES},
    "nyiso:P-32-CURRENT": CurrentWriter(),
    "nyiso:P-15": MaintenanceWriter(),
}
"""Every report of NYISO that has a decoder, by its name."""

SURVIVORS: dict[str, str] = {}
"""Mutants of these reports that no file of 2015 to 2035 gives away, by name, each with the reason."""


@lru_cache(maxsize=256)
def _daily(seed: int, code: str, day: date) -> tuple[Printed, ...]:
    page = PAGES[code]
    path = page.path.format(day=day)
    known = EASTERN.bounds(day)[1] + _REWRITTEN
    file = Nyiso(seed).file(path, int(known.timestamp()))
    if file is None:
        return ()
    modified = None if file.modified is None else datetime.fromtimestamp(file.modified, UTC)
    told = _told(seed, code, day, page)
    return (Printed(file.body, path, day, known, told, modified),)


def _told(seed: int, code: str, day: date, page: Page) -> pl.DataFrame:
    """The world's numbers in tieline's words, with the line in which each stands."""
    table = truth(seed, page.played or code, day)
    lined = table.with_columns(line=2 + pl.int_range(pl.len(), dtype=pl.Int64) // page.beside)
    facts = page.turned(lined) if page.turned else lined
    return facts.select("line", "stamp_utc", *page.facts)


@lru_cache(maxsize=64)
def _current(seed: int, day: date) -> tuple[Printed, ...]:
    start, end = EASTERN.bounds(day)
    hour, changing = timedelta(hours=1), end - start != timedelta(hours=24)
    moments = [start + n * timedelta(minutes=13) for n in range(4, 16)] if changing else []
    moments += [start + n * hour for n in (4, 9, 14, 19)]
    told = _told(seed, "P-32", day, PAGES["P-32"])
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
