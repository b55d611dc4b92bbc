"""What a spoiled world lacks in truth, held against what the lake tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import polars as pl

from tests.flow.conftest import Bench
from tests.flow.mutilated import LATER, Spoiled, World, Wound, dated, root
from tests.flow.worlds import fetcher_over, living
from tieline.assemble import lake_of
from tieline.feeds import Feed, Report
from tieline.flow import House, Job, SteppedClock, collect, due_days, plans
from tieline.flow.cost import weight_of
from tieline.flow.plan import asks_for
from tieline.ledger import Cause, Gap
from tieline.markettime import day_window
from tieline.select import Question, answer
from tieline.validate import coverage
from tieline.validate.completeness import expected

Missing = Counter[tuple[datetime, str]]
"""Rows that are missing, by stamp and cause; a day that cannot be counted is one row at its start."""


@dataclass
class Score:
    """What is missing in truth and what is told, by stamps and by rows."""

    truth: int = 0
    told: int = 0
    found: int = 0
    caused: int = 0
    rows_truth: int = 0
    rows_told: int = 0
    rows_found: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, truth: Missing, told: set[tuple[datetime, str]]) -> None:
        """Compare the stamps of one day. Where a stamp lacks rows for two causes, either is right."""
        right, said = _by_stamp(truth), _by_stamp(told)
        self.truth += len(right)
        self.told += len(said)
        self.found += len(right.keys() & said.keys())
        self.caused += sum(not said[s].isdisjoint(right[s]) for s in right.keys() & said.keys())
        for stamp in sorted(right.keys() | said.keys()):
            if right.get(stamp, set()).isdisjoint(said.get(stamp, set())):
                self.wrong.append(f"{name} {stamp}: {right.get(stamp)}, told {said.get(stamp)}")

    def add_rows(self, name: str, truth: int, told: int) -> None:
        """Compare the missing rows of a whole report."""
        self.rows_truth += truth
        self.rows_told += told
        self.rows_found += min(truth, told)
        if truth != told:
            self.wrong.append(f"{name}: {truth} rows are missing, told {told}")

    def plus(self, other: Score) -> None:
        for name in ("truth", "told", "found", "caused", "rows_truth", "rows_told", "rows_found"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wrong += other.wrong

    @property
    def recall(self) -> float:
        return min(_share(self.found, self.truth), _share(self.rows_found, self.rows_truth))

    @property
    def precision(self) -> float:
        return min(_share(self.found, self.told), _share(self.rows_found, self.rows_told))

    @property
    def causes(self) -> float:
        return _share(self.caused, self.found)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _by_stamp(missing: Iterable[tuple[datetime, str]]) -> dict[datetime, set[str]]:
    told: dict[datetime, set[str]] = {}
    for stamp, cause in missing:
        told.setdefault(stamp, set()).add(cause)
    return told


async def collected(bench: Bench, world: World) -> tuple[House, Spoiled]:
    """Collect the world's days, then follow the schedule of its holes for some days."""
    clock = SteppedClock(world.begins)
    house = living(bench.home, bench, clock)
    transport = Spoiled(world, clock.now)
    bases = {
        report.publisher.id: f"http://world/{report.publisher.id}/{root(report)}"
        for _, report in world.pairs
    }
    keys = {
        f"{report.publisher.id} {report.publisher.access}": {"Authorization": "of this world"}
        for _, report in world.pairs
        if report.publisher.access
    }
    async with fetcher_over(transport, clock, tries=1, credentials=keys) as fetcher:

        async def run(jobs: Sequence[Job]) -> None:
            await collect(house, fetcher, jobs, concurrency=1, done=lambda outcome: None)

        for feed, report in world.pairs:
            days = world.asked_days(report)
            if not days:
                continue
            for made in plans(house, [(feed, report)], days[0], days[-1], bases):
                await run(made.jobs)
        end = world.begins + LATER
        while clock.now() < end:
            await clock.sleep_until(clock.now() + timedelta(hours=3))
            for feed, report in world.pairs:
                due = due_days(house.ledger, feed, report, clock.now())
                days = [day for day in due if day in world.asked_days(report)]
                weight = weight_of(house.ledger, report)
                asks = asks_for(feed, report, days, weight, clock.now(), bases)
                await run([ask.job for ask in asks])
    return house, transport


def told_gaps(bench: Bench, house: House, world: World, feed: Feed, report: Report) -> list[Gap]:
    """What the lake says is missing: by the certificate, or by what is written of one report."""
    days = world.all_days
    start = day_window(report.publisher.zone, days[0])[0]
    end = day_window(report.publisher.zone, days[-1])[1]
    if by_report(feed, report):
        written = house.ledger.gaps(feeds=[feed.id])
        return [gap for gap in written if gap.report == report.name and gap.day in days]
    question = Question(dataset=feed.id, start=start, end=end, columns=("report",), limit=0)
    certificate = answer(lake_of(bench.home, house.now), question).certificate
    missing = sum(gap.missing for gap in certificate.gaps)
    if certificate.expected is not None:
        assert certificate.received + missing == certificate.expected
    return list(certificate.gaps)


def truth_of(world: World, feed: Feed, report: Report, day: date) -> Missing:
    """Expected stamps of a day that lack rows at the end: how many, and why."""
    clean = world.clean(feed, report, day)
    assert clean is not None
    wound = world.wounds.get((report.name, day))
    whole = _whole_cause(world, report, day, wound)
    rows = clean.rows
    found: Missing = Counter()
    if coverage(report, day, rows).expected is None:
        if whole is not None:
            found[(day_window(report.publisher.zone, day)[0], whole)] += 1
        return found
    if whole is not None:
        _count(found, coverage(report, day, rows.clear()).missing, whole)
        return found
    natural = coverage(report, day, rows).missing
    _count(found, natural, "missing_upstream")
    if wound is not None and wound.until is None:
        for lines, cause in ((wound.lines, "missing_upstream"), (wound.cells, "quarantined")):
            struck = rows.filter(pl.col("source_row").is_in(list(lines)))
            _count(found, _expected(report, day, rows, struck), cause)
    return found


def _whole_cause(world: World, report: Report, day: date, wound: Wound | None) -> Cause | None:
    """Why a whole day is missing, if it is."""
    if day not in world.known_days(report):
        return "not_collected"
    if report.name == world.down:
        return "fetch_failed"
    kinds: dict[str, Cause] = {
        "absent": "missing_upstream",
        "empty": "empty_200",
        "page": "quarantined",
    }
    return kinds.get(wound.kind) if wound is not None else None


def _expected(report: Report, day: date, rows: pl.DataFrame, struck: pl.DataFrame) -> pl.DataFrame:
    """Those of some rows that the grid of their day asks for."""
    grid = expected(report, day, rows)
    assert grid is not None
    places = grid.rows()
    return struck.join(places, on=places.columns, how="semi")


def _count(found: Missing, rows: pl.DataFrame, cause: str) -> None:
    for stamp, count in rows.group_by("stamp_utc").len().iter_rows():
        found[(stamp, cause)] += count


def told_of(report: Report, gaps: Sequence[Gap], day: date) -> set[tuple[datetime, str]]:
    """Stamps of a day that gaps say lack rows, and why."""
    label = report.label
    start, end = day_window(report.publisher.zone, day)
    told: set[tuple[datetime, str]] = set()
    for gap in gaps:
        if gap.missing == 0 or label is None or label.step is None:
            told |= {(start, gap.cause)} if gap.start_utc < end and start < gap.end_utc else set()
        elif report.vintage is None or gap.day == day:
            behind = 1 if label.kind == "end" else 0
            for place in range((gap.end_utc - gap.start_utc) // label.step):
                stamp = gap.start_utc + (place + behind) * label.step
                mine = start < stamp <= end if label.kind == "end" else start <= stamp < end
                if mine or report.vintage is not None:
                    told.add((stamp, gap.cause))
    return told


def by_report(feed: Feed, report: Report) -> bool:
    """Whether the feed's certificate does not speak of the report alone: forecasts, several reports."""
    return report.vintage is not None or len(dated(feed)) > 1


def scored(bench: Bench, house: House, world: World) -> Score:
    """What the lake says of every report of the world, held against the truth."""
    score = Score()
    for feed, report in world.pairs:
        gaps = told_gaps(bench, house, world, feed, report)
        truth = {day: truth_of(world, feed, report, day) for day in world.all_days}
        days = world.known_days(report) if by_report(feed, report) else world.all_days
        for day in days:
            name = f"{report.name} {day} {world.wounds.get((report.name, day), Wound('-')).kind}"
            score.add(name, truth[day], told_of(report, gaps, day))
        if coverage_is_known(world, feed, report):
            rows = sum(truth[day].total() for day in days)
            score.add_rows(report.name, rows, sum(gap.missing for gap in gaps))
    return score


def coverage_is_known(world: World, feed: Feed, report: Report) -> bool:
    clean = world.clean(feed, report, world.first)
    assert clean is not None
    return coverage(report, world.first, clean.rows).expected is not None
