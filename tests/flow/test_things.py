"""States of things over files, days and processes: one history, whoever reads the next listing."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench, bench_of, p32
from tieline.assemble import opened, settings_of
from tieline.emulate.nyiso.outages import HEADERS
from tieline.feeds import Report
from tieline.flow import House, import_file, merge_report, rebuild_all, replay, replayable
from tieline.flow.house import Memory
from tieline.flow.verifying import derive, groups
from tieline.markettime import day_window
from tieline.select import read
from tieline.values import Window

ACTUAL, SCHEDULED, LIST, CURRENT = "nyiso:P-54B", "nyiso:P-54A", "nyiso:P-14B", "nyiso:P-32-CURRENT"
FEEDS = {
    ACTUAL: "iso.events.outage.nyiso",
    SCHEDULED: "iso.events.outage_scheduled.nyiso",
    LIST: "iso.events.outage_schedule.nyiso",
}
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def keep(house: House) -> None:
    """The same process goes on."""


def forget(house: House) -> None:
    """Another process: it remembers nothing."""
    house.memory.forget(ACTUAL)
    house.memory.forget(SCHEDULED)
    house.memory.forget(LIST)


Between = Callable[[House], None]
processes = pytest.mark.parametrize("between", [keep, forget])


def listing(day: int, *moments: tuple[str, tuple[int, ...]]) -> bytes:
    """P-54B: which elements are out at each moment of the day, each since the first of March."""
    lines = [
        f"03/{day:02}/2026 {at}:00,{ptid},LINE {ptid},03/01/2026 06:00:00"
        for at, ptids in moments
        for ptid in ptids
    ]
    return "\r\n".join(["Timestamp,PTID,Equipment Name,Outage Date/Time", *lines, ""]).encode()


def planned(day: int, at: str, *spans: tuple[int, int, int]) -> bytes:
    """P-54A: elements, and from which day of March at six to which they are out."""
    lines = [
        f"03/{day:02}/2026 {at}:00,{ptid},LINE {ptid},03/{first:02}/2026 06:00:00,03/{last:02}/2026 06:00:00"
        for ptid, first, last in spans
    ]
    head = "Timestamp,PTID,Equipment Name,Scheduled Out Date/Time,Scheduled In Date/Time"
    return "\r\n".join([head, *lines, ""]).encode()


def schedule(*ptids: int) -> bytes:
    """P-14B, a static file without a day."""
    lines = [
        f"{ptid},{ptid},LINE {ptid},LINE,03/09/2026,07:00,03/10/2026,07:00,,OUT,,,\r\n"
        for ptid in ptids
    ]
    return HEADERS["P-14B"] + "".join(lines).encode()


def bring(bench: Bench, report: str, day: int | None, at: datetime, data: bytes) -> int:
    """Import a version; gives how many rows it stored."""
    path = bench.folder / "listing.csv"
    path.write_bytes(data)
    feed, row = bench.house.report(report)
    told = None if day is None else date(2026, 3, day)
    done = import_file(bench.house, feed, row, path, day=told, fetched_at=at)
    assert done.landed is not None
    return done.landed.rows


def clock(day: int, hour: int, minute: int = 0) -> datetime:
    return MARCH + timedelta(days=day - 1, hours=hour, minutes=minute)


def listed(bench: Bench, report: str = ACTUAL, as_of: datetime | None = None) -> list[str]:
    rows = read(bench.lake(), FEEDS[report], as_of=as_of).polars()
    return sorted(rows["resource_id"].to_list())


@processes
def test_what_stands_in_the_listing_is_new_once(bench: Bench, between: Between) -> None:
    first = ("07:00", (25001, 25002))
    assert bring(bench, ACTUAL, 3, clock(3, 12, 1), listing(3, first)) == 2
    between(bench.house)
    again = listing(3, first, ("07:05", (25001, 25002)))
    assert bring(bench, ACTUAL, 3, clock(3, 12, 6), again) == 0
    between(bench.house)
    assert bring(bench, ACTUAL, 4, clock(4, 12), listing(4, first)) == 0


@processes
def test_two_listings_without_it_take_an_outage_off_the_list(
    bench: Bench, between: Between
) -> None:
    first, later = ("07:00", (25001, 25002)), ("07:05", (25001,))
    bring(bench, ACTUAL, 3, clock(3, 12, 1), listing(3, first))
    between(bench.house)
    bring(bench, ACTUAL, 3, clock(3, 12, 6), listing(3, first, later))
    assert listed(bench) == ["25001", "25002"]
    between(bench.house)
    bring(bench, ACTUAL, 3, clock(3, 12, 11), listing(3, first, later, ("07:10", (25001,))))
    assert listed(bench) == ["25001"]
    assert listed(bench, as_of=clock(3, 12, 10)) == ["25001", "25002"]


@processes
def test_the_next_day_goes_on_where_the_last_one_ended(bench: Bench, between: Between) -> None:
    bring(bench, ACTUAL, 3, clock(3, 12), listing(3, ("07:00", (25001, 25002))))
    between(bench.house)
    bring(bench, ACTUAL, 4, clock(4, 12), listing(4, ("00:00", (25001,))))
    assert listed(bench) == ["25001", "25002"]
    between(bench.house)
    bring(bench, ACTUAL, 4, clock(4, 12, 5), listing(4, ("00:00", (25001,)), ("00:05", (25001,))))
    assert listed(bench) == ["25001"]


@processes
def test_an_outage_that_was_over_is_not_missed(bench: Bench, between: Between) -> None:
    """The listing of a day says nothing of what was planned to end before it."""
    bring(bench, SCHEDULED, 3, clock(3, 12), planned(3, "07:00", (25001, 2, 3), (25002, 2, 9)))
    for minute in (0, 5, 10):
        between(bench.house)
        bring(bench, SCHEDULED, 4, clock(4, 12, minute), planned(4, f"07:{minute:02}", (9, 4, 5)))
    assert listed(bench, SCHEDULED) == ["25001", "9"]


@processes
def test_a_list_without_a_day_loses_what_two_versions_lack(bench: Bench, between: Between) -> None:
    assert bring(bench, LIST, None, clock(3, 12), schedule(25001, 25002, 25003)) == 3
    between(bench.house)
    assert bring(bench, LIST, None, clock(3, 13), schedule(25001, 25002)) == 0
    between(bench.house)
    assert bring(bench, LIST, None, clock(3, 14), schedule(25001)) == 1
    assert listed(bench, LIST) == ["25001", "25002"]


@processes
def test_an_old_listing_learnt_late_takes_nobody_off(bench: Bench, between: Between) -> None:
    bring(bench, ACTUAL, 9, clock(9, 12), listing(9, ("07:00", (25001,))))
    for day in (3, 4, 5):
        between(bench.house)
        bring(bench, ACTUAL, day, clock(9, 12 + day), listing(day, ("07:00", (25002,))))
    assert listed(bench) == ["25001", "25002"]


def test_a_listing_that_nobody_can_read_any_more_listed_what_is_stored_of_it(bench: Bench) -> None:
    """Under a recipe that knows another header the older listing stands by its rows."""
    bring(bench, ACTUAL, 3, clock(3, 12), listing(3, ("07:00", (25001, 25002))))

    def other(report: Report) -> Report:
        columns = tuple(
            replace(one, printed=("Element",)) if one.name == "resource_name" else one
            for one in report.columns
        )
        return replace(
            report, columns=columns, header=(*report.header[:2], ("Element",), *report.header[3:])
        )

    feeds = tuple(
        replace(
            feed, reports=tuple(other(one) if one.name == ACTUAL else one for one in feed.reports)
        )
        for feed in bench.house.feeds
    )
    for minute, gone in ((5, False), (10, True)):
        bench.house = replace(bench.house, feeds=feeds, memory=Memory())
        data = listing(3, ("07:00", (25001,)), (f"07:{minute:02}", (25001,)))
        bring(bench, ACTUAL, 3, clock(3, 12, minute), data.replace(b"Equipment Name", b"Element"))
        assert listed(bench) == (["25001"] if gone else ["25001", "25002"])


VERSIONS = [
    (3, clock(3, 12), listing(3, ("07:00", (1, 2, 3)))),
    (3, clock(3, 13), listing(3, ("07:00", (1, 2, 3)), ("08:00", (1, 2)))),
    (4, clock(4, 12), listing(4, ("07:00", (1, 2, 4)))),
    (4, clock(4, 13), listing(4, ("07:00", (1, 2, 4)), ("08:00", (1,)))),
    (5, clock(5, 12), listing(5, ("07:00", (1, 5)))),
    (5, clock(5, 13), listing(5, ("07:00", (1, 5)), ("08:00", (1, 2, 5)))),
]
MOMENTS = (None, *(at for _, at, _ in VERSIONS))


def answers(bench: Bench) -> list[pl.DataFrame]:
    """What every way of asking gives, without the numbers of a ledger."""
    found = []
    for moment in MOMENTS:
        for revisions in ("latest", "first", "all"):
            told = read(bench.lake(), FEEDS[ACTUAL], as_of=moment, revisions=revisions).polars()
            rows = told.drop("entry_id", "row_sequence", strict=False)
            found.append(rows.sort("outage_id", "known_at_utc", "state"))
    return found


def test_listings_in_any_order_and_process_give_the_same(tmp_path: Path) -> None:
    told = []
    for seed in range(6):
        order, chance = list(VERSIONS), random.Random(seed)
        if seed:
            chance.shuffle(order)
        folder = tmp_path / str(seed)
        folder.mkdir()
        with opened(settings_of(folder / "home")) as home:
            bench = bench_of(home, folder)
            for version in order:
                if chance.random() < 0.5:
                    bench.house = replace(bench.house, memory=Memory())
                bring(bench, ACTUAL, *version)
            told.append(answers(bench))
    assert all(
        one.equals(other) for others in told for one, other in zip(told[0], others, strict=True)
    )
    assert [len(one) for one in told[0][:3]] == [3, 5, 9]


def test_a_list_is_the_same_after_replay_merge_and_rebuild(tmp_path: Path) -> None:
    with opened(settings_of(tmp_path / "home")) as home:
        bench = bench_of(home, tmp_path)
        for version in VERSIONS:
            bring(bench, ACTUAL, *version)
        before = answers(bench)
        feed, report = bench.house.report(ACTUAL)
        month = Window(*day_window("America/New_York", date(2026, 3, 3)))
        span = Window(month.start, month.end + timedelta(days=5))
        bench.house = replace(bench.house, memory=Memory())
        replay(bench.house, feed, report, replayable(bench.house, report, span))
        assert merge_report(bench.house, feed.id, ACTUAL) > 1
        assert any(one.merged for one in home.ledger.parts(report=ACTUAL))
        for one, other in zip(before, answers(bench), strict=True):
            assert one.equals(other)
        assert [derive(bench.house, one).damage for one in groups(bench.house, None)] == [()]
    for path in (tmp_path / "home").glob("ledger.sqlite*"):
        path.unlink()
    shutil.rmtree(tmp_path / "home" / "parts")
    with opened(settings_of(tmp_path / "home")) as home:
        fresh = bench_of(home, tmp_path)
        assert not [
            done.damage for done in rebuild_all(fresh.house, 1, lambda: None) if done.damage
        ]
        for one, other in zip(before, answers(fresh), strict=True):
            assert one.equals(other)


def test_every_poll_of_a_static_file_is_derived_again(bench: Bench) -> None:
    """Rows of one that its bytes do not say are found, whichever poll brought it."""
    for minute in range(0, 30, 5):
        data = p32([f"12:{minute:02}"], lambda stamp, point: 1, day="03/03/2026")
        at = clock(3, 17, minute)
        path = bench.folder / "currentExternalLimitsFlows.csv"
        path.write_bytes(data)
        feed, report = bench.house.report(CURRENT)
        import_file(bench.house, feed, report, path, fetched_at=at)
    stored = bench.stored(CURRENT).height
    done = [derive(bench.house, one) for one in groups(bench.house, None)]
    assert sum(one.rows for one in done) == stored == 6 * 3
    assert not any(one.damage for one in done)
    part = bench.home.ledger.parts(report=CURRENT)[3]
    rows = bench.house.parts.read(feed.dataset, [(part.path, 1)]).drop("row_sequence").collect()  # type: ignore[arg-type]
    forged = bench.house.parts.write(
        feed.dataset,  # type: ignore[arg-type]
        rows.with_columns(pl.col("flow_mw") + 1000),
    )
    shutil.copy(bench.house.parts.folder / forged.path, bench.house.parts.folder / part.path)
    done = [derive(bench.house, one) for one in groups(bench.house, None)]
    assert sum(len(one.damage) for one in done) == 1
