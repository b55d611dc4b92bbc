"""A report and a feed: the rows that say how data come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import polars as pl

from tieline.feeds.layout import Layout
from tieline.feeds.listing import Listing
from tieline.feeds.locator import DailyFile, Locator
from tieline.feeds.probing import PATIENT, Probing
from tieline.feeds.reading import Absence, Column, Entity, Label, Published
from tieline.schema import Dataset

Print = Literal["advisory", "preliminary", "final"]
PRINT_RANK: dict[str, int] = {"advisory": 0, "preliminary": 1, "final": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who sends.

    `zone` is the market zone, `clock` the zone in which archive members carry their times.
    `access` says what its requests must carry from the settings: nothing, `basic` (user and
    password), or the name of the header that takes the key, and behind a blank the product
    that the key opens, where there are several.
    Politeness: at most `requests_per_second` and `connections` at once to its host, by all feeds.
    """

    id: str
    name: str
    zone: str
    clock: str
    base_url: str
    requests_per_second: float = 1.0
    connections: int = 2
    licence: str = ""
    access: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One way in which a feed is published; see the style page for an example.

    reads:     which decoder reads the bytes: `csv`, `typed_csv` (lines marked C, H, D, T), `json`,
               `sheet` (a workbook), `matrix` (JSON of headers and rows without names), or `raw` for
               a report nobody can decode yet
    layout:    where the table stands in a file with banners and notes
    published: where a document says when it was made, if it does
    listing:   where the rows of a JSON answer stand
    reshape:   turns a strange table into one row a fact, before columns and times are read; it gets
               and gives tables of text with `source_row`, and may set rows aside as `derive` does
    lines:     which lines the values of one row stand on, where `reshape` makes it of several: gets the
               table as it was read and the row's `source_row`, gives their `source_row`
    numbers:   printed columns that `reshape` gets as f64 where every cell of the file is a number
    derive:    computes canonical values that are not printed, and sets rows aside as advisory: gets
               the canonical rows plus `known_at_utc`, gives them with a text column `aside` (null:
               keep; else the reason)
    columns:   printed column to canonical column; one that becomes `print` says it of each row
    header:    printed columns that must stand in the file, each with its other names, where
               `reshape` makes the columns; empty: those of `label` and `columns`
    unused:    printed columns that nothing here has a place for, so that they are not called new
    open_ended: True where every further column is a fact under its printed name, so that none is new
    others:    names and headers of other reports, so that a file of theirs is not taken for drift; in
               a file of marked lines words that stand in their comments
    final_newline: True where every complete file ends with a newline: a last line without one was
               cut off and is rejected, however whole it looks
    asked_day: True where rows do not say their day: `reshape` gets that of the slice, a column
               `asked_day`
    vintage:   `day` where one forecast is one file: `vintage_utc` is the start of the file's market
               day, `issued_at_utc` the known time; `printed` where each row says when it was issued,
               in the column that becomes `vintage_utc`; None for what is no forecast
    days:      market days that one dated file covers, from its own day on
    own_days:  True where rows say days of their own, whatever the file's: none is a stray
    ahead:     days by which its first row lies after the file's own day
    codes:     canonical column and the codes known in it; another one is kept and warned of
    foreign:   canonical column and codes that another report of the same columns lists; a table of
               nothing else is that one's
    constants: canonical columns that the report implies
    entities:  what a grid expects; empty where no count can be expected
    every, offset: poll slots stand at multiples of `every` after midnight UTC, plus `offset`
    promised_within: how soon its row is promised after an interval's end, or after `due` or the
               vintage where the file has one
    settles_after: how long after its market day ended a dated file is still polled
    due:       time of the market day's own clock from which a dated file exists; negative is the
               day before
    probing:   when holes of a closed day are asked for again
    since:     first market day that the publisher has; days before it are never asked for
    reject_share: more unreadable rows than this share refuse the payload
    established_by: the sample, code or doc that the row was written from
    """

    publisher: Publisher
    code: str
    title: str
    at: Locator
    every: timedelta
    promised_within: timedelta
    established_by: str
    reads: Literal["csv", "typed_csv", "json", "sheet", "matrix", "raw"] = "csv"
    layout: Layout | None = None
    published: Published | None = None
    listing: Listing | None = None
    label: Label | None = None
    columns: tuple[Column, ...] = ()
    header: tuple[tuple[str, ...], ...] = ()
    unused: tuple[str, ...] = ()
    open_ended: bool = False
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()
    final_newline: bool = False
    asked_day: bool = False
    vintage: Literal["day", "printed"] | None = None
    days: int = 1
    own_days: bool = False
    ahead: int = 0
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    foreign: tuple[tuple[str, tuple[str, ...]], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    reshape: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    lines: Callable[[pl.DataFrame, int], list[int]] | None = None
    numbers: tuple[str, ...] = ()
    derive: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    absence: Absence = field(default_factory=lambda: Absence("rolling"))
    print: Print = "final"
    entities: tuple[Entity, ...] = ()
    offset: timedelta = timedelta(seconds=30)
    settles_after: timedelta = timedelta(hours=6)
    due: timedelta = timedelta(0)
    probing: Probing = PATIENT
    since: date | None = None
    reject_share: float = 0.02
    recipe: int = 1

    @property
    def name(self) -> str:
        return f"{self.publisher.id}:{self.code}"

    @property
    def printed_columns(self) -> tuple[tuple[str, ...], ...]:
        """Columns that must stand in the file, each with the names it goes or went by."""
        if self.header:
            return self.header
        time: tuple[tuple[str, ...], ...] = ()
        if self.label is not None:
            time = self.label.columns
            if self.label.repeated == "zone_column":
                time = (*time, self.label.zone_column)
        return (*time, *(column.printed for column in self.columns if column.required))

    @property
    def known_columns(self) -> frozenset[str]:
        """Every printed name that the report has a use for."""
        names = {name for names in self.printed_columns for name in names} | set(self.unused)
        for column in self.columns:
            names.update(column.printed, column.otherwise)
        return frozenset(names)

    @property
    def is_vintage_a_file(self) -> bool:
        """Whether each of its files is a vintage of its own, so that files share stamps and no identities.

        A display that overwrites itself is not: all that it shows within a day is one vintage.
        """
        return self.vintage == "day" and isinstance(self.at, DailyFile)

    @property
    def recipe_id(self) -> str:
        """Version of the code and row that decode: rises by hand with `recipe`, and by itself when
        a declared fact of the row changes."""
        facts = repr(
            (
                self.publisher.clock,
                self.reads,
                self.listing,
                self.layout,
                self.published,
                self.label,
                self.columns,
                self.constants,
                self.print,
                self.absence,
                self.vintage,
                self.final_newline,
            )
        )
        return f"{self.recipe}-{hashlib.sha256(facts.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Feed:
    """One publisher's stream of one grain into one dataset; reports in order of precedence.

    `dataset` is None for a report without a decoder: its bytes are kept and watched, no rows.
    """

    id: str
    dataset: Dataset | None
    reports: tuple[Report, ...]

    @property
    def publisher(self) -> Publisher:
        return self.reports[0].publisher

    def report(self, name: str) -> Report:
        for report in self.reports:
            if name in (report.name, report.code):
                return report
        raise KeyError(name)
