"""Random lives of one feed, landed by the real flow, and the log of what was seen in them.

The lake is asked through `select`; the log answers from whole observations by the rules as people say
them (`tests/fold/oracle.py`) and knows nothing of fold, parts or SQL. From the lake it takes only what
was done: which observation was read by which recipe under which sequence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Literal

import polars as pl

from tests.fold.looks import Cell, Key, Look
from tieline.assemble import declare, house_of, lake_of, opened, settings_of
from tieline.datasets import fields as f
from tieline.feeds import (
    FINAL,
    GROWING,
    ROLLING,
    Absence,
    Column,
    DailyFile,
    Feed,
    Label,
    Publisher,
    Report,
    snapshot,
)
from tieline.flow import House, day_slice, merge_report, replay, replayable
from tieline.flow.keeping import keep
from tieline.flow.landing import land
from tieline.flow.receiving import read_arrival
from tieline.schema import Dataset
from tieline.select import Lake, Revisions
from tieline.values import Document, Known, Payload, Window

MINUTE = timedelta(minutes=1)
MIDNIGHT = datetime(2026, 3, 3, 5, tzinfo=UTC)
DAYS = (date(2026, 3, 3), date(2026, 3, 4))
DAY_MINUTES = 24 * 60
KNOWN = MIDNIGHT + timedelta(days=4)
LATEST_KNOWN = 6
STAMPS = (5, 10, 12, 15, 20, 25)
AREAS = ("v", "w", "x", "y", "z")
RECIPES = 3
SPAN = 100_000
REVISIONS: tuple[Revisions, ...] = ("latest", "first", "all")

FLAT = Dataset(
    "flat", "Flat", "One number by area.", key=(f.AREA_ID,), values=(f.AREA_NAME, f.LOAD)
)
VINTAGES = replace(FLAT, name="vintages", key=(f.AREA_ID, f.VINTAGE))
NOWHERE = Publisher(
    id="nowhere", name="Nowhere", zone="America/New_York", clock="UTC", base_url="http://x/"
)

Answer = tuple[object, ...]
Kind = Literal["start", "end", "instant"]


def by_name(rows: pl.DataFrame) -> pl.DataFrame:
    """The print that the row itself says."""
    said = pl.col("area_name").replace_strict({"p": "preliminary", "f": "final"})
    return rows.with_columns(print=said)


def report_of(code: str, absence: Absence, kind: Kind, *, days: int, forecast: bool) -> Report:
    return Report(
        publisher=NOWHERE,
        code=code,
        title=code,
        at=DailyFile(path=f"{code}/{{day:%Y%m%d}}.csv"),
        every=5 * MINUTE,
        promised_within=10 * MINUTE,
        established_by="doc",
        label=Label(
            kind=kind,
            column=("Time",),
            formats=("%m/%d/%Y %H:%M",),
            zone=NOWHERE.zone,
            grid=None if kind == "instant" else "PT5M",
            repeated="known_time",
        ),
        columns=(
            Column("area_id", ("Area",)),
            Column("area_name", ("Print",)),
            *_values(0),
        ),
        derive=by_name,
        absence=absence,
        days=days,
        vintage="day" if forecast else None,
        reject_share=1.0,
    )


def _values(recipe: int) -> tuple[Column, ...]:
    return (Column("load_mw", (f"V{recipe}",), kind="number"),)


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: minute of the stamp, area (blank: cannot be read), print, a cell a recipe."""

    stamp: int
    area: str
    print: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation as it was brought in."""

    report: str
    day: int
    known: int
    fetched: int
    content: str
    lines: tuple[Line, ...]


def printed(lines: tuple[Line, ...]) -> bytes:
    rows = [",".join(("Time", "Area", "Print", *(f"V{n}" for n in range(RECIPES))))]
    for line in lines:
        at = MIDNIGHT + line.stamp * MINUTE - timedelta(hours=5)
        rows.append(f"{at:%m/%d/%Y %H:%M},{line.area},{line.print},{','.join(line.cells)}")
    return "\n".join(rows).encode()


@dataclass
class Life:
    """A home with one feed, and the log of everything that happened to it."""

    house: House
    feed: Feed
    lake: Lake
    random: Random
    kind: Kind
    forecast: bool
    recipes: dict[str, int]
    recipe_numbers: dict[str, int] = field(default_factory=dict)
    precedences: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    looks: list[tuple[int, Look]] = field(default_factory=list)
    seen: dict[int, Seen] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    written: int = 0

    @property
    def absences(self) -> dict[str, Absence]:
        return {report.name: report.absence for report in self.feed.reports}

    def report(self, name: str) -> Report:
        """The report as its recipe of today reads it."""
        row = self.feed.report(name)
        recipe = self.recipes[name]
        now = replace(row, columns=(*row.columns[:2], *_values(recipe)))
        self.recipe_numbers[now.recipe_id] = recipe
        return now

    def bring(self, made: Seen) -> None:
        """Land one observation, in whatever order it comes."""
        report = self.report(made.report)
        slice = day_slice(report, DAYS[made.day])
        data = printed(made.lines)
        fetched = KNOWN + made.fetched * MINUTE
        known = Known(KNOWN + made.known * MINUTE, "modified")
        payload = Payload(data, f"http://x/{self.written}", fetched, fetched)
        keep(self.house, report, slice, payload, known, origin="collect", stated=True)
        arrival = read_arrival(
            self.house, self.feed, report, slice, Document(data), payload, known, "collect"
        )
        landed = land(self.house, self.feed, report, [arrival], kind="collect")
        self.seen[landed.entries[0].observation_id] = made
        self._note(landed.sequence)

    def read_again(self, name: str) -> None:
        """Some or all of a report's bytes by another recipe, in one transaction."""
        self.recipes[name] = self.random.randrange(RECIPES)
        report = self.report(name)
        entries = replayable(self.house, report, Window(MIDNIGHT, MIDNIGHT + timedelta(days=9)))
        if entries:
            chosen = self.random.sample(entries, self.random.randint(1, len(entries)))
            landed = replay(self.house, self.feed, report, chosen).landed
            self._note(landed.sequence if landed else 0)
            self.happened["replays"] += 1

    def order(self, names: tuple[str, ...]) -> None:
        """Another order of precedence from here on."""
        self.feed = replace(self.feed, reports=tuple(self.feed.report(name) for name in names))
        self.house = replace(self.house, feeds=(self.feed,))
        self.lake = replace(self.lake, feeds=(self.feed,))
        declare(self.lake.ledger, (self.feed,))
        self.precedences.append((self.lake.ledger.sequence(), names))

    def merge(self) -> None:
        for report in self.feed.reports:
            self.happened["merged"] += merge_report(self.house, self.feed.id, report.name)

    def _note(self, sequence: int) -> None:
        """What the ledger says was read under a sequence, as looks of the log."""
        for entry in self.lake.ledger.entries(since_sequence=sequence - 1, at_sequence=sequence):
            if entry.state == "failed" and entry.error != "Shrunk":
                self.happened[f"refused {entry.error}"] += 1
                continue
            self.happened["shrunk"] += entry.state == "failed"
            made = self.seen[entry.observation_id]
            look = look_of(
                made, entry.observation_id, self.recipe_numbers[entry.recipe],
                self.kind, self.feed.reports[0].days,
            )  # fmt: skip
            self.looks.append((sequence, look))
        self.written += 1


def look_of(made: Seen, id: int, recipe: int, kind: Kind, days: int) -> Look:
    """What a reader of the recipe sees in the printed lines."""
    cells: dict[Key, Cell] = {}
    rejected = set()
    blind = False
    for line in made.lines:
        if not line.area:
            blind = True
            continue
        cell = line.cells[recipe]
        if cell == "?":
            rejected.add((line.stamp, line.area))
            continue
        others = [one.stamp for one in made.lines if one.area == line.area]
        start, end = _interval(kind, line.stamp, others)
        value = None if cell == "" else float(cell) + 0.0
        named = {"p": "preliminary", "f": "final"}[line.print]
        cells[line.stamp, line.area, named] = (value, start * SPAN + end)
    first = made.day * DAY_MINUTES
    return Look(
        report=made.report,
        id=id,
        known=made.known,
        fetched=made.fetched,
        content=made.content,
        window=(first, first + days * DAY_MINUTES),
        cells=cells,
        rejected=frozenset(rejected),
        blind=blind,
        closed="right" if kind == "end" else "left",
    )


def _interval(kind: Kind, stamp: int, others: list[int]) -> tuple[int, int]:
    """The neighbouring label or the five-minute grid, whichever is nearer."""
    if kind == "instant":
        return stamp, stamp
    if kind == "start":
        return stamp, min([stamp - stamp % 5 + 5, *(one for one in others if one > stamp)])
    return max([(stamp - 1) - (stamp - 1) % 5, *(one for one in others if one < stamp)]), stamp


@contextmanager
def life(seed: int, folder: Path) -> Iterator[Life]:
    """The life of a seed, lived to its end."""
    random = Random(seed)
    kind: Kind = random.choice(("instant", "end", "start"))
    forecast = random.random() < 0.25
    days = 2 if forecast or random.random() < 0.4 else 1
    codes = ("R0", "R1")[: random.choice((1, 2, 2))]
    absences = (GROWING, GROWING, ROLLING, FINAL, snapshot(1), snapshot(2), snapshot(3))
    feed = Feed(
        "test.flat.nowhere",
        VINTAGES if forecast else FLAT,
        tuple(
            report_of(code, random.choice(absences), kind, days=days, forecast=forecast)
            for code in codes
        ),
    )
    with opened(settings_of(folder)) as home:
        home = replace(home, feeds=(feed,))
        now = KNOWN + timedelta(days=30)
        house = house_of(home, now=lambda: now, record=lambda happening: None)
        declare(home.ledger, (feed,))
        names = tuple(report.name for report in feed.reports)
        one = Life(
            house, feed, lake_of(home, lambda: now), random, kind, forecast,
            dict.fromkeys(names, 0), precedences=[(home.ledger.sequence(), names)],
        )  # fmt: skip
        maker = _Maker(random, days)
        for _ in range(random.randint(6, 14)):
            _happen(one, maker, names)
        yield one


def _happen(one: Life, maker: _Maker, names: tuple[str, ...]) -> None:
    chance = one.random.random()
    if chance < 0.15:
        one.read_again(one.random.choice(names))
    elif chance < 0.20 and len(names) == 2:
        one.order(tuple(one.random.sample(names, 2)))
    elif chance < 0.28:
        one.merge()
    else:
        made = maker.observation(one.random.choice(names))
        if made is not None:
            one.bring(made)


class _Maker:
    """Draws observations; an earlier one's bytes come again now and then."""

    def __init__(self, random: Random, days: int) -> None:
        self.random = random
        self.days = days
        self.rich = random.choice((0.6, 0.85, 0.97))
        self.faulty = random.choice((0.0, 0.0, 0.15))
        self.prints = random.choice((("f",), ("f",), ("p",), ("p", "f")))
        self.made: list[Seen] = []

    def observation(self, report: str) -> Seen | None:
        random = self.random
        day = random.choice((0, 0, 1))
        known = random.randint(0, LATEST_KNOWN)
        fetched = known + random.randint(0, 2)
        before = [one for one in self.made if one.report == report and one.day == day]
        chance = random.random()
        lines = self._lines(day, self.rich)
        if before and chance < 0.25:
            lines = random.choice(before).lines
        elif before and chance < 0.55:
            lines = self._grown(random.choice(before).lines, day)
        elif before and chance < 0.75:
            lines = self._shrunk(random.choice(before).lines)
        content = Document(printed(lines)).sha256
        made = Seen(report, day, known, fetched, content, lines)
        if any((made.content, known) == (one.content, one.known) for one in before):
            return None
        self.made.append(made)
        return made

    def _lines(self, day: int, rich: float) -> tuple[Line, ...]:
        random = self.random
        reach = range(day, min(day + self.days, len(DAYS)))
        return tuple(
            self._line(d * DAY_MINUTES + stamp, area, named)
            for d in reach
            for stamp in STAMPS
            if d == day or random.random() < 0.5
            for area in AREAS
            for named in self.prints
            if random.random() < rich
        )

    def _grown(self, lines: tuple[Line, ...], day: int) -> tuple[Line, ...]:
        """The same lines, some with other numbers, and some more."""
        random = self.random
        kept = {
            (line.stamp, line.area, line.print): line
            if random.random() < 0.8 or not line.area
            else self._line(line.stamp, line.area, line.print)
            for line in lines
        }
        more = {(line.stamp, line.area, line.print): line for line in self._lines(day, 0.3)}
        return tuple(line for _, line in sorted({**more, **kept}.items()))

    def _shrunk(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The same lines without those of an area or without some."""
        area = self.random.choice((None, *AREAS))
        return tuple(
            line for line in lines if (line.area != area if area else self.random.random() < 0.7)
        )

    def _line(self, stamp: int, area: str, named: str) -> Line:
        random = self.random
        cells = tuple(random.choice(("", "0", "-0", "1", "2", "3")) for _ in range(RECIPES))
        if random.random() < self.faulty:
            cells = ("?",) * RECIPES
        elif random.random() < self.faulty / 10:
            area = ""
        return Line(stamp, area, named, cells)
