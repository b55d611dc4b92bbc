"""The certificate: received + missing = expected, and every hole has the right cause."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal, cast

import polars as pl
import pytest

from tests.select.world import DAY, ENTITIES, FLOWS, OUTAGES, T0, ZONE, World, report
from tieline.feeds import DailyFile, Entity, Feed, Label
from tieline.ledger import Cause, Counts, Entry, Unread
from tieline.markettime import day_window
from tieline.select import Certificate, Question, answer, gaps_of
from tieline.select import certificate as judging
from tieline.select.grids import is_whole
from tieline.validate import coverage
from tieline.values import Window

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
GRID = FLOWS.reports[0]


def row(stamp: datetime, entity: str = "a", code: str = "nyiso:P-32") -> dict[str, object]:
    return {
        "report": code,
        "stamp_utc": stamp,
        "known_at_utc": stamp + MINUTE,
        "interface_id": entity,
    }


def whole(
    start: datetime, end: datetime, *, without: Sequence[datetime] = ()
) -> list[dict[str, object]]:
    stamps = [start + 5 * n * MINUTE for n in range((end - start) // (5 * MINUTE))]
    return [row(stamp, entity) for stamp in stamps if stamp not in without for entity in "ab"]


def entry(day: date, number: int = 1, **facts: object) -> Entry:
    window = Window(*day_window(ZONE, day))
    given: dict[str, object] = {
        "entry_id": number,
        "observation_id": number,
        "report": "nyiso:P-32",
        "window": window,
        "day": day,
        "state": "completed",
        "origin": "collect",
        "recipe": "1",
        "fetched_at_utc": window.start + number * MINUTE,
        "cover": window,
        "sequence": 1,
    }
    return Entry(**{**given, **facts})  # type: ignore[arg-type]


def certificate(world: World, start: datetime | None, end: datetime | None) -> Certificate:
    return answer(world.lake, Question(dataset=FLOWS.id, start=start, end=end)).certificate


def causes(found: Certificate) -> dict[str, int]:
    counted: dict[str, int] = {}
    for gap in found.gaps:
        counted[gap.cause] = counted.get(gap.cause, 0) + gap.missing
    return counted


@pytest.mark.parametrize("seed", range(8))
def test_received_and_missing_make_the_expected(seed: int, world: World) -> None:
    dice = random.Random(seed)
    first = datetime(2026, 3, 7, 5, tzinfo=UTC)
    days = 3
    rows = [
        row(first + n * MINUTE, entity)
        for n in range(days * 24 * 60)
        for entity in "abc"
        if dice.random() < (0.15 if n % 5 == 0 else 0.01)
    ]
    world.put(FLOWS, rows)
    for number, day in enumerate((date(2026, 3, 7), date(2026, 3, 8))):
        if dice.random() < 0.7:
            world.ledger.listed_entries.append(entry(day, number + 1))
    for _ in range(3):
        start = first + dice.randint(0, 60 * 24) * MINUTE
        end = start + dice.randint(1, 60 * 48) * MINUTE
        found = certificate(world, start, end)
        grid = [
            (start_, entity)
            for n in range(days * 288)
            for entity in "ab"
            if start <= (start_ := first + 5 * n * MINUTE) < end
        ]
        have = {(r["stamp_utc"], r["interface_id"]) for r in rows}
        inside = [r for r in rows if start <= cast(datetime, r["stamp_utc"]) < end]
        assert found.expected == len(grid)
        assert found.received == sum(place in have for place in grid)
        assert found.received + sum(gap.missing for gap in found.gaps) == found.expected
        assert found.extras == len(inside) - found.received
        assert found.complete is (not found.gaps)
        ends = [gap.end_utc for gap in found.gaps]
        assert all(a <= gap.start_utc for a, gap in zip(ends, found.gaps[1:], strict=False))


@pytest.mark.parametrize("without", [0, 1])
@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("span", [1, 2, 24, 50])
def test_one_place_at_every_stamp_is_told_quickly_and_the_same(
    monkeypatch: pytest.MonkeyPatch, world: World, without: int, more: int, span: int
) -> None:
    """Over the day on which clocks change; only what is whole is told without a comparison."""
    first = datetime(2026, 3, 7, 5, tzinfo=UTC)
    start = first + 7 * MINUTE
    end = start + span * HOUR
    rows = whole(first, first + 72 * HOUR, without=[first + 30 * MINUTE][:without])
    world.put(FLOWS, rows + [row(first + 31 * MINUTE)][:more])
    told: list[bool] = []

    def noting(*asked: object) -> bool:
        told.append(is_whole(*asked))  # type: ignore[arg-type]
        return told[-1]

    question = Question(dataset=FLOWS.id, start=start, end=end, where={"interface_id": "a"})
    monkeypatch.setattr(judging, "is_whole", noting)
    quick = answer(world.lake, question).certificate
    assert told == [not without and not more]
    monkeypatch.setattr(judging, "is_whole", lambda *asked: False)
    assert quick == answer(world.lake, question).certificate
    assert (quick.expected, quick.received, quick.extras) == (12 * span, 12 * span - without, more)


@pytest.mark.parametrize(
    ("minutes", "counts"),
    [
        ((10,), (2, 2, 0, True)),
        ((30,), (2, 0, 0, False)),
        ((10, 30), (4, 2, 0, False)),
        ((31,), (None, 0, 1, None)),
        ((10, 31), (2, 2, 1, True)),
        ((32,), (None, 0, 0, None)),
    ],
)
@pytest.mark.parametrize("around", [None, DAY])
def test_stamps_that_are_asked_for_are_all_that_is_expected(
    world: World,
    minutes: tuple[int, ...],
    counts: tuple[int | None, int, int, bool | None],
    around: date | None,
) -> None:
    """Of stamps on no grid nothing can be said."""
    world.put(FLOWS, [*whole(T0, T0 + HOUR, without=[T0 + 30 * MINUTE]), row(T0 + 31 * MINUTE)])
    window = (T0 - 20 * HOUR, T0 + 50 * HOUR) if around else (None, None)
    stamps = [T0 + minute * MINUTE for minute in minutes]
    question = Question(
        dataset=FLOWS.id, start=window[0], end=window[1], where={"stamp_utc": stamps}
    )
    found = answer(world.lake, question).certificate
    assert (found.expected, found.received, found.extras, found.complete) == counts
    assert all(gap.start_utc == T0 + 30 * MINUTE for gap in found.gaps)
    assert found.received + sum(gap.missing for gap in found.gaps) == (found.expected or 0)


@pytest.mark.parametrize(
    ("day", "stamps"),
    [(date(2026, 3, 8), 276), (date(2026, 3, 9), 288), (date(2026, 11, 1), 300)],
)
def test_a_change_day_has_its_own_count(world: World, day: date, stamps: int) -> None:
    start, end = day_window(ZONE, day)
    world.now = end + timedelta(days=30)
    world.put(FLOWS, whole(start, end))
    found = certificate(world, start, end)
    assert (found.expected, found.received, found.complete) == (2 * stamps, 2 * stamps, True)


END = T0 + 24 * HOUR
HOLE = T0 + 10 * HOUR


@pytest.mark.parametrize(
    ("entries", "now", "cause"),
    [
        ([], END + HOUR, "not_collected"),
        ([{}], HOLE + 14 * MINUTE, "not_yet_due"),
        ([{}], HOLE + 15 * MINUTE, "late_upstream"),
        ([{}], END + 5 * HOUR, "late_upstream"),
        ([{}], END + 6 * HOUR, "missing_upstream"),
        ([{}, {"state": "failed", "cause": "fetch_failed"}], END + 9 * HOUR, "fetch_failed"),
        ([{"state": "failed", "cause": "fetch_failed"}, {}], END + 9 * HOUR, "missing_upstream"),
        ([{"state": "failed", "cause": "quarantined"}], END + 9 * HOUR, "quarantined"),
        ([{"state": "failed", "cause": "empty_200"}], END + 9 * HOUR, "empty_200"),
        ([{"state": "failed", "cause": "not_yet_due"}], END + HOUR, "late_upstream"),
        ([{"state": "failed", "cause": "not_yet_due"}], END + 9 * HOUR, "missing_upstream"),
        ([{"state": "failed", "cause": "lost_by_us"}], END + 9 * HOUR, "lost_by_us"),
        ([{"counts": Counts(rejected=1)}], END + 9 * HOUR, "quarantined"),
        (
            [{"counts": Counts(rejected=1), "cover": Window(T0, T0 + HOUR)}],
            END + 9 * HOUR,
            "missing_upstream",
        ),
        ([{"state": "running"}], END + HOUR, "not_collected"),
        ([{"fetched_at_utc": HOLE}], HOLE + 19 * MINUTE, "not_yet_due"),
        ([{"fetched_at_utc": HOLE}], HOLE + 20 * MINUTE, "not_collected"),
        ([{"fetched_at_utc": HOLE}], END + 9 * HOUR, "not_collected"),
        ([{"fetched_at_utc": HOLE + HOUR}], END + 9 * HOUR, "late_upstream"),
    ],
)
def test_a_hole_has_its_cause(
    world: World, entries: list[Mapping[str, object]], now: datetime, cause: Cause
) -> None:
    listed = [
        entry(DAY, number + 1, **{"fetched_at_utc": now, **facts})
        for number, facts in enumerate(entries)
    ]
    world.ledger.listed_entries += listed
    world.now = now
    rows = whole(T0, END, without=(HOLE, HOLE + 5 * MINUTE))
    world.put(FLOWS, rows)
    found = certificate(world, T0 + 9 * HOUR, T0 + 11 * HOUR)
    missing = {gap.cause for gap in found.gaps if gap.start_utc == HOLE}
    assert missing == {cause}
    frame = pl.DataFrame([{k: r[k] for k in ("stamp_utc", "interface_id")} for r in rows])
    frame = frame.with_columns(pl.col("stamp_utc").dt.cast_time_unit("us"))
    told = gaps_of(FLOWS, GRID, DAY, frame, listed, now, world.ledger.unread)
    assert [g.cause for g in told if g.start_utc == HOLE] == [cause]
    assert sum(g.missing for g in told) == coverage(GRID, DAY, frame).missing.height


@pytest.mark.parametrize(
    ("stamp", "key", "aside"),
    [
        (HOLE, ("a",), [(HOLE, 5 * MINUTE, 1)]),
        (HOLE, None, [(HOLE, 5 * MINUTE, 2)]),
        (None, ("b",), [(HOLE, 10 * MINUTE, 2)]),
        (None, None, [(HOLE, 10 * MINUTE, 4)]),
        (HOLE + HOUR, ("a",), []),
        (HOLE, ("c",), []),
    ],
)
def test_only_what_an_unreadable_row_speaks_of_is_set_aside(
    world: World,
    stamp: datetime | None,
    key: tuple[str, ...] | None,
    aside: list[tuple[datetime, timedelta, int]],
) -> None:
    world.ledger.listed_entries.append(
        entry(DAY, 7, counts=Counts(rejected=1), fetched_at_utc=END + 9 * HOUR)
    )
    world.ledger.listed_unread.append(Unread(7, stamp, key))
    world.now = END + 9 * HOUR
    world.put(FLOWS, whole(T0, END, without=(HOLE, HOLE + 5 * MINUTE)))
    gaps = certificate(world, T0, END).gaps
    told = [gap for gap in gaps if gap.cause == "quarantined"]
    assert [(g.start_utc, g.end_utc - g.start_utc, g.missing) for g in told] == aside
    assert sum(gap.missing for gap in gaps) == 4
    assert {gap.cause for gap in gaps} <= {"quarantined", "missing_upstream"}


def test_neighbours_with_one_cause_are_one_gap(world: World) -> None:
    world.ledger.listed_entries.append(entry(DAY))
    holes = (HOLE, HOLE + 5 * MINUTE, HOLE + 15 * MINUTE)
    world.put(FLOWS, whole(T0, END, without=holes))
    gaps = certificate(world, T0, END).gaps
    assert [(g.start_utc, g.end_utc, g.missing) for g in gaps] == [
        (HOLE, HOLE + 10 * MINUTE, 4),
        (HOLE + 15 * MINUTE, HOLE + 20 * MINUTE, 2),
    ]


def test_a_hole_over_several_days_is_one_gap(world: World) -> None:
    gaps = certificate(world, T0, T0 + timedelta(days=3)).gaps
    assert [(g.cause, g.missing) for g in gaps] == [("not_collected", 3 * 2 * 288)]


def test_any_report_of_the_feed_fills_the_grid(world: World) -> None:
    world.ledger.listed_entries.append(entry(DAY))
    world.put(FLOWS, whole(T0, END, without=(HOLE,)))
    assert certificate(world, T0, END).complete is False
    world.put(FLOWS, [row(HOLE, entity, "nyiso:P-32-CURRENT") for entity in "ab"])
    assert certificate(world, T0, END).complete is True


def test_a_key_filter_narrows_what_is_expected_and_a_value_filter_does_not(world: World) -> None:
    world.put(FLOWS, whole(T0, END))
    for where, expected in (({"interface_id": "a"}, 288), ({"neighbour": "PJM"}, 576)):
        asked = Question(dataset=FLOWS.id, start=T0, end=END, where=where)
        found = answer(world.lake, asked).certificate
        assert (found.expected, found.received) == (expected, expected)


def test_what_was_not_known_then_is_missing_then(world: World) -> None:
    world.put(FLOWS, whole(T0, END))
    at = T0 + 10 * HOUR
    found = answer(world.lake, Question(dataset=FLOWS.id, start=T0, end=END, as_of=at)).certificate
    assert (found.received, found.as_of) == (2 * 120, at)
    assert causes(found) == {"not_yet_due": 2 * 168}


def test_an_open_window_reaches_over_the_days_that_were_collected(world: World) -> None:
    world.put(FLOWS, [row(T0 + HOUR), row(T0 + 50 * HOUR)])
    assert certificate(world, None, None).expected == 3 * 2 * 288
    assert certificate(world, T0 + 48 * HOUR, None).expected == 2 * 288


def test_an_empty_lake_is_not_called_complete(world: World) -> None:
    assert certificate(world, None, None).complete is None
    assert certificate(world, T0, END).complete is False


def test_entities_are_expected_from_their_day_on_and_uncertain_ones_if_listed(
    tmp_path: Path,
) -> None:
    entities = (
        *ENTITIES,
        Entity(key=(("interface_id", "new"),), since=DAY + timedelta(days=1)),
        Entity(key=(("interface_id", "old"),), until=DAY),
        Entity(key=(("interface_id", "perhaps"),), certain=DAY + timedelta(days=9)),
    )
    feed = replace(FLOWS, reports=(report("P-32", entities=entities),))
    world = World(tmp_path, (feed,))
    next_day = T0 + timedelta(days=1)
    assert certificate(world, T0, next_day).expected == 2 * 288
    assert certificate(world, next_day, next_day + timedelta(days=1)).expected == 3 * 288
    world.put(feed, [row(T0 + HOUR, "perhaps")])
    assert certificate(world, T0, next_day).expected == 3 * 288


def test_without_a_grid_the_count_is_unknown_and_days_not_asked_for_are_named(
    tmp_path: Path,
) -> None:
    assert GRID.label is not None
    irregular = replace(GRID, label=replace(GRID.label, regular=False))
    feed = replace(FLOWS, reports=(irregular,))
    world = World(tmp_path, (feed,))
    world.put(feed, [row(T0 + HOUR)])
    found = certificate(world, T0, END)
    assert (found.expected, found.complete, found.received, found.gaps) == (None, None, 1, ())
    found = certificate(world, T0, END + 24 * HOUR)
    assert (found.complete, [gap.cause for gap in found.gaps]) == (False, ["not_collected"])
    world.ledger.listed_entries.append(entry(DAY + timedelta(days=1)))
    assert certificate(world, T0, END + 24 * HOUR).gaps == ()


def test_an_end_label_belongs_to_the_interval_before_it(tmp_path: Path) -> None:
    label = Label(
        kind="end",
        column=("Time",),
        formats=("%Y",),
        zone=ZONE,
        grid="PT5M",
        repeated="row_order",
    )
    feed: Feed = replace(
        FLOWS,
        reports=(report("P-32", label=label, at=DailyFile(path="x"), entities=ENTITIES),),
    )
    world = World(tmp_path, (feed,))
    world.put(
        feed,
        [
            {**one, "interval_start_utc": cast(datetime, one["stamp_utc"]) - 5 * MINUTE}
            for one in whole(T0 + 5 * MINUTE, END + 5 * MINUTE)
        ],
    )
    found = certificate(world, T0, END)
    assert (found.expected, found.received, found.extras, found.complete) == (576, 576, 0, True)


def test_places_that_stand_in_a_report_each_are_all_expected(world: World) -> None:
    apart = Feed(
        FLOWS.id,
        FLOWS.dataset,
        reports=(
            replace(GRID, entities=ENTITIES[:1]),
            replace(GRID, code="P-32B", entities=ENTITIES),
        ),
    )
    world.feeds = (apart,)
    world.now = END + 9 * HOUR
    world.ledger.listed_entries.append(entry(DAY, fetched_at_utc=world.now))
    world.put(apart, [one for one in whole(T0, END) if one["interface_id"] == "a"])
    found = certificate(world, T0, END)
    assert (found.expected, found.received, found.complete) == (576, 288, False)
    assert [(gap.report, gap.cause, gap.missing) for gap in found.gaps] == [
        ("nyiso:P-32B", "not_collected", 288)
    ]
    alone = Question(dataset=FLOWS.id, start=T0, end=END, where={"interface_id": "b"})
    found = answer(world.lake, alone).certificate
    assert (found.expected, found.received, found.complete) == (288, 0, False)


def test_a_day_without_its_listing_is_told(world: World) -> None:
    listings = Feed(OUTAGES.id, OUTAGES.dataset, reports=(report("OUT", label=None),))
    world.feeds = (listings,)
    failed = entry(
        DAY + timedelta(days=1),
        2,
        report="nyiso:OUT",
        state="failed",
        cause="empty_200",
        cover=None,
    )
    world.ledger.listed_entries += [entry(DAY, report="nyiso:OUT"), failed]
    start, end = day_window(ZONE, DAY)[0], day_window(ZONE, DAY + timedelta(days=2))[1]
    question = Question(dataset=OUTAGES.id, start=start, end=end)
    found = answer(world.lake, question).certificate
    assert found.complete is False
    assert [(gap.start_utc, gap.cause, gap.missing) for gap in found.gaps] == [
        (day_window(ZONE, DAY + timedelta(days=1))[0], "empty_200", 0),
        (day_window(ZONE, DAY + timedelta(days=2))[0], "not_collected", 0),
    ]


@pytest.mark.parametrize("kind", ["start", "end", "instant"])
def test_a_gap_lies_where_its_intervals_do(
    tmp_path: Path, kind: Literal["start", "end", "instant"]
) -> None:
    assert GRID.label is not None
    label = replace(GRID.label, kind=kind)
    feed = replace(FLOWS, reports=(replace(GRID, label=label),))
    world = World(tmp_path, (feed,), END + 9 * HOUR)
    world.ledger.listed_entries.append(entry(DAY, fetched_at_utc=world.now))
    behind = 5 * MINUTE if kind == "end" else 0 * MINUTE
    world.put(
        feed,
        [
            {**one, "interval_start_utc": cast(datetime, one["stamp_utc"]) - behind}
            for one in whole(
                T0 + behind, END + behind, without=(HOLE + behind, END - 5 * MINUTE + behind)
            )
        ],
    )
    holes = [(HOLE, HOLE + 5 * MINUTE), (END - 5 * MINUTE, END)]
    found = certificate(world, T0, END)
    assert [(gap.start_utc, gap.end_utc, gap.missing) for gap in found.gaps] == [
        (*hole, 2) for hole in holes
    ]
    for start, end in holes:
        (gap,) = certificate(world, start, end).gaps
        assert (gap.start_utc, gap.end_utc) == (start, end)
