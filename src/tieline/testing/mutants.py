"""Is the battery itself any good? Report rows with one fact wrong, each of which it must find.

A mutant differs from its report in one field. What could not matter makes none: a zone whose clock
agrees with the report's throughout 2015 to 2035, the facts of dated files on a static one, the
clock of archives where there is none, a day more of a file that reaches beyond its day and promises
no count, a printed vintage that no column of the dataset repeats, a grid of instants that keep none
and have no length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from tieline.feeds import Column, DailyFile, Entity, Feed, Grid, Label, Report
from tieline.markettime import Clocked, Convention, Numbered
from tieline.markettime.changes import changes_in
from tieline.testing.battery import first_finding
from tieline.testing.clock import FIRST, LAST
from tieline.testing.finding import Finding
from tieline.testing.writing import Writer

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Halifax",
    "America/Havana",
    "America/Phoenix",
    "America/Port-au-Prince",
    "Etc/GMT+5",
    "Europe/London",
    "UTC",
)
"""Zones of markets; and near misses: Havana changes at midnight, Port-au-Prince not in 2016."""

_KINDS: tuple[Literal["start", "end", "instant"], ...] = ("start", "end", "instant")
_GRIDS: tuple[Grid | None, ...] = ("PT5M", "PT1H", None)
_REPEATED: tuple[Literal["zone_column", "row_order", "known_time", "convention"], ...] = (
    "zone_column",
    "row_order",
    "known_time",
    "convention",
)
_WORDS = (("EST", -300), ("EDT", -240))
TELLING_DAYS = (
    date(2026, 11, 1),
    date(2026, 3, 8),
    date(2026, 7, 15),
    date(2026, 1, 14),
    date(2016, 6, 30),
    date(2016, 11, 6),
    date(2020, 2, 29),
    date(2026, 3, 9),
)
"""A change day of each kind, a day of each season, a year with other habits, and the day after a
change: most shows here."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A report with one fact wrong: `field` is where, `now` what stands there instead."""

    feed: Feed
    report: Report
    field: str
    now: str

    @property
    def name(self) -> str:
        return f"{self.report.name} {self.field} = {self.now}"


@dataclass(frozen=True, slots=True)
class Hunted:
    """A mutant, and what gave it away; None if it survived."""

    mutant: Mutant
    finding: Finding | None


def mutants(feed: Feed, report: Report, zones: Iterable[str] = ZONES) -> list[Mutant]:
    """Every mutant of a report's conventions of time, sign and absence of value.

    `zones` are those that its label is moved to; they must disagree with its own at some hour.
    """
    made = [*_of_report(feed, report), *_of_columns(report)]
    if report.label is not None:
        made += [
            (
                f"label.{field}",
                _short(now),
                replace(report, label=_changed(report.label, field, now)),
            )
            for field, now in _of_label(report.label, zones, alone=report.absence.kind == "rolling")
        ]
    return [Mutant(_with(feed, row), row, field, now) for field, now, row in made if row != report]


def hunt(
    found: Iterable[Mutant], writer: Writer, days: Iterable[date] = TELLING_DAYS
) -> Iterator[Hunted]:
    """Run the battery on each mutant, day after day, until something is found.

    Put days on which much shows first, as `TELLING_DAYS` does.
    """
    listed = [day for day in days if day >= writer.expectation.since]
    for mutant in found:
        if mutant.field == "days" and writer.expectation.elsewhere:
            # No stray row can be written where the stamp does not stand in the row.
            continue
        findings = (first_finding(mutant.report, mutant.feed, day, writer) for day in listed)
        yield Hunted(mutant, next((finding for finding in findings if finding), None))


def _changed(label: Label, field: str, now: Any) -> Label:
    """The label with another value; one that is to read a zone column gets one to read."""
    if now == "zone_column":
        label = replace(label, zone_column=("Time Zone",), zone_words=_WORDS)
    return replace(label, **{field: now})


def _of_label(label: Label, zones: Iterable[str], *, alone: bool) -> Iterator[tuple[str, Any]]:
    """`alone`: a file has one stamp of each key, so without a grid no stamp has a length."""
    yield from (("zone", zone) for zone in zones if zone != label.zone)
    if label.grid or not alone:
        yield from (("kind", kind) for kind in _KINDS if kind != label.kind)
    if label.grid or label.regular or label.kind != "instant":
        yield from (("grid", grid) for grid in _GRIDS if grid != label.grid)
    # Where no clock changes, or stamps are days, one rule is as good as another.
    timed = any("%d" not in form or "%H" in form or "%I" in form for form in label.formats)
    rules = _REPEATED if _changes(label.zone) and timed else ("zone_column",)
    yield from (("repeated", rule) for rule in rules if rule != label.repeated)
    if label.grid:
        yield "regular", not label.regular
    yield "column", ("Interval End",)
    yield "formats", tuple(_swapped(form, "%m", "%d") for form in label.formats)
    yield "formats", tuple(_swapped(form, "%H", "%M") for form in label.formats)
    yield "formats", tuple(form.replace("%Y", "%y") for form in label.formats)
    for one in label.formats if len(label.formats) > 1 else ():
        yield "formats", tuple(form for form in label.formats if form != one)
    if label.convention is not None:
        yield "convention", None
        yield from (("convention", other) for other in _conventions(label.convention))
    if label.zone_column:
        yield "zone_column", ("Zone",)
    words = dict(label.zone_words)
    if len(words) == 2:
        (winter, west), (summer, east) = words.items()
        yield "zone_words", ((winter, east), (summer, west))
        yield "zone_words", ((winter, west), (summer, west))
        yield "zone_words", ((winter, east), (summer, east))
        yield "zone_words", ((winter, west - 60), (summer, east - 60))
        yield "zone_words", ((winter, -west), (summer, -east))
        yield "zone_words", ((winter, west),)
        yield "zone_words", ((summer, east),)


def _conventions(convention: Convention) -> Iterator[Convention]:
    """Near misses of a convention: another end, another count of hours, another mark of a pass."""
    if convention.label != "instant" and isinstance(convention.text, Numbered):
        yield replace(convention, label="start" if convention.label == "end" else "end")
        for numbers in ("clock", "clock_end", "count"):
            if numbers != convention.text.numbers and numbers != "count":
                yield replace(convention, text=replace(convention.text, numbers=numbers))
        first: Literal[0, 1] = 0 if convention.text.first else 1
        yield replace(convention, text=replace(convention.text, first=first))
        if convention.suffix:
            yield replace(convention, suffix="*")
            yield replace(convention, suffix="", repeated="refused")
    if isinstance(convention.text, Clocked) and convention.text.offset:
        yield replace(convention, text=replace(convention.text, offset=""), repeated="refused")


def _of_report(feed: Feed, report: Report) -> Iterator[tuple[str, str, Report]]:
    issued = feed.dataset is None or "issued_at_utc" in feed.dataset.value_names
    if report.vintage == "day" or (report.vintage and issued):
        yield "vintage", "None", replace(report, vintage=None)
    if report.entities and isinstance(report.at, DailyFile):
        yield "entities", "without the first", replace(report, entities=report.entities[1:])
        more = (*report.entities, _stranger(report.entities[0]))
        yield "entities", "with a stranger", replace(report, entities=more)
    if isinstance(report.at, DailyFile):
        if report.absence.kind != "rolling" and (report.days == 1 or report.entities):
            yield "days", str(report.days + 1), replace(report, days=report.days + 1)
        if not report.own_days:
            yield "ahead", str(report.ahead + 1), replace(report, ahead=report.ahead + 1)
        path = _swapped(report.at.path, "%m", "%d")
        yield "at", path, replace(report, at=replace(report.at, path=path))
        for field in ("zone", "clock") if report.at.archive else ("zone",):
            for zone in ("America/Phoenix", "Etc/GMT+5", "UTC"):
                publisher = replace(report.publisher, **{field: zone})  # type: ignore[arg-type]
                yield f"publisher.{field}", zone, replace(report, publisher=publisher)


def _of_columns(report: Report) -> Iterator[tuple[str, str, Report]]:
    for at, column in enumerate(report.columns):
        if column.kind != "number":
            continue
        others: list[Column] = [replace(column, sign=-1 if column.sign == 1 else 1)]
        if column.sentinels:
            others.append(replace(column, sentinels=()))
        for other in others:
            columns = (*report.columns[:at], other, *report.columns[at + 1 :])
            now = f"sign {other.sign}" if other.sign != column.sign else "no sentinels"
            yield f"columns.{column.name}", now, replace(report, columns=columns)


def _stranger(entity: Entity) -> Entity:
    """An entity that no file lists."""
    (name, _), *others = reversed(entity.key)
    return Entity(key=(*reversed(others), (name, "stranger")))


def _changes(zone: str) -> bool:
    return any(changes_in(zone, year) for year in range(FIRST, LAST + 1))


def _swapped(form: str, one: str, other: str) -> str:
    """A pattern with two of its directives in each other's place."""
    return other.join(part.replace(other, one) for part in form.split(one))


def _with(feed: Feed, report: Report) -> Feed:
    reports = tuple(report if one.code == report.code else one for one in feed.reports)
    return replace(feed, reports=reports)


def _short(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
