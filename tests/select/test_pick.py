"""The pick against an oracle, in random worlds; and the cases of known time about asking."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.select.oracle import picked
from tests.select.world import FLOWS, FORECAST, OUTAGES, T0, World, report
from tieline.feeds import Feed, StaticFile
from tieline.select import Question, Revisions, answer

MINUTE = timedelta(minutes=1)
REPORTS = ("nyiso:P-32", "nyiso:P-32-CURRENT")


def flow(
    stamp: int, known: int, value: float, *, report: str = REPORTS[0], **more: object
) -> dict[str, object]:
    return {
        "report": report,
        "stamp_utc": T0 + stamp * MINUTE,
        "interval_end_utc": T0 + (stamp + 5) * MINUTE,
        "known_at_utc": T0 + known * MINUTE,
        "interface_id": "a",
        "flow_mw": value,
        "observation_id": known,
        "content_sha256": str(known),
        **more,
    }


def values(world: World, column: str = "flow_mw", **asked: object) -> list[object]:
    question = Question(**{"dataset": "interface_flow", **asked})  # type: ignore[arg-type]
    return answer(world.lake, question).polars().get_column(column).to_list()


def random_world(seed: int, folder: Path, feed: Feed) -> tuple[World, list[dict[str, object]]]:
    """Observations in random order of arrival, replays of some, marks, withdrawals, merges."""
    dice = random.Random(seed)
    world = World(folder, (FLOWS, FORECAST, OUTAGES))
    world.contract(feed)
    reports = [report.name for report in feed.reports]
    rows: list[dict[str, object]] = []
    observations: list[dict[str, object]] = []
    for _ in range(dice.randint(3, 9)):
        replayed = bool(observations) and dice.random() < 0.3
        if replayed:
            base = {**dice.choice(observations), "known_at_utc": T0 + dice.randint(1, 6) * MINUTE}
        else:
            known = dice.randint(1, 3)
            base = {
                "report": dice.choice(reports),
                "observation_id": len(observations) + 1,
                "known_at_utc": T0 + known * MINUTE,
                "fetched_at_utc": T0 + (known + dice.choice((0, 0, 1))) * MINUTE,
                "content_sha256": f"{dice.randint(0, 9)}{len(observations)}",
            }
            observations.append(base)
        states = ("live", "live", "gone", "same") if replayed else ("live", "live", "gone")
        commit: list[dict[str, object]] = []
        for stamp in (0, 5):
            for print_ in ("preliminary", "final"):
                if dice.random() < 0.6:
                    commit.append(
                        {
                            **base,
                            "stamp_utc": T0 + stamp * MINUTE,
                            "print": print_,
                            "state": dice.choice(states),
                            **_fact(feed, dice, len(rows) + len(commit)),
                        }
                    )
        if commit:
            sequence = world.put(feed, commit)
            rows += [{**row, "sequence": sequence} for row in commit]
        if dice.random() < 0.3:
            world.merge(feed, lambda part: dice.random() < 0.6)
    return world, rows


def _fact(feed: Feed, dice: random.Random, number: int) -> Mapping[str, object]:
    if feed is FORECAST:
        vintage = T0 + dice.randint(0, 2) * 60 * MINUTE
        return {"area_id": "A", "vintage_utc": vintage, "load_mw": float(number)}
    return {"interface_id": dice.choice("ab"), "flow_mw": float(number)}


@pytest.mark.parametrize("feed", [FLOWS, FORECAST], ids=["flows", "forecast"])
@pytest.mark.parametrize("seed", range(12))
def test_every_knob_agrees_with_the_oracle(seed: int, feed: Feed, tmp_path: Path) -> None:
    world, rows = random_world(seed, tmp_path, feed)
    assert feed.dataset is not None
    identity = ("stamp_utc", *feed.dataset.key_names)
    number = feed.dataset.value_names[1 if feed is FLOWS else 2]
    dice = random.Random(seed)
    revisions: tuple[Revisions, ...] = ("latest", "first", "all")
    for _ in range(12):
        as_of = dice.choice([None, T0 + dice.randint(0, 7) * MINUTE])
        at_sequence = dice.choice([None, dice.randint(1, world.ledger.last)])
        print_ = dice.choice([None, "preliminary", "final"])
        vintage = dice.choice(["latest", "all"])
        kind = dice.choice(revisions)
        question = Question(
            dataset=feed.id,
            as_of=as_of,
            at_sequence=at_sequence,
            print=print_,
            revisions=kind,
            vintage=vintage,  # type: ignore[arg-type]
        )
        got = answer(world.lake, question).polars().get_column(number).to_list()
        right = picked(
            rows,
            identity,
            tuple(report.name for report in feed.reports),
            at_sequence=world.ledger.last if at_sequence is None else at_sequence,
            as_of=as_of,
            revisions=kind,
            print=print_,
            newest_vintage=feed is FORECAST and vintage == "latest",
        )
        assert sorted(got) == sorted(row[number] for row in right), question  # type: ignore[type-var]


def test_an_outage_that_moved_does_not_answer_with_its_old_state(world: World) -> None:
    def outage(day: int, known: int) -> dict[str, object]:
        return {
            "report": "nyiso:OUT",
            "outage_id": "7",
            "known_at_utc": T0 + known * MINUTE,
            "interval_start_utc": T0 + timedelta(days=day),
            "interval_end_utc": T0 + timedelta(days=day + 1),
            "observation_id": known,
        }

    world.put(OUTAGES, [outage(1, 1)])
    world.put(OUTAGES, [outage(5, 2)])
    window = {"start": T0 + timedelta(days=1), "end": T0 + timedelta(days=2)}
    assert values(world, "outage_id", dataset="outage_event", **window) == []
    assert values(world, "outage_id", dataset="outage_event", as_of=T0 + MINUTE, **window) == ["7"]


def test_an_interval_that_was_cut_does_not_answer_for_its_old_length(world: World) -> None:
    def ending(stamp: int, start: int, known: int) -> dict[str, object]:
        return flow(stamp, known, float(stamp), interval_start_utc=T0 + start * MINUTE)

    world.put(FLOWS, [ending(5, 0, 1)])
    world.put(FLOWS, [ending(2, 0, 2), ending(5, 2, 2)])
    assert values(world, start=T0, end=T0 + 2 * MINUTE) == [2.0]
    assert values(world, start=T0, end=T0 + 2 * MINUTE, as_of=T0 + MINUTE) == [5.0]


def forecast(vintage: int, known: int, value: float) -> dict[str, object]:
    return {
        "report": "nyiso:P-7",
        "stamp_utc": T0 + timedelta(days=3),
        "known_at_utc": T0 + known * MINUTE,
        "vintage_utc": T0 + timedelta(days=vintage),
        "issued_at_utc": T0 + (known - 1) * MINUTE,
        "area_id": "A",
        "load_mw": value,
        "observation_id": known,
    }


def test_a_forecast_is_seen_when_it_is_known_not_when_it_is_issued(world: World) -> None:
    world.put(FORECAST, [forecast(0, 9, 1.0)])
    asked = {"dataset": "load_forecast", "column": "load_mw"}
    assert values(world, as_of=T0 + 8 * MINUTE, **asked) == []
    assert values(world, as_of=T0 + 9 * MINUTE, **asked) == [1.0]


def test_the_greatest_vintage_answers_even_if_an_older_one_is_issued_again(world: World) -> None:
    world.put(FORECAST, [forecast(0, 1, 1.0)])
    world.put(FORECAST, [forecast(1, 2, 2.0)])
    world.put(FORECAST, [forecast(0, 3, 3.0)])
    asked = {"dataset": "load_forecast", "column": "load_mw"}
    assert values(world, **asked) == [2.0]
    assert values(world, vintage=T0, **asked) == [3.0]
    assert values(world, vintage=T0.date(), **asked) == [3.0]
    assert set(values(world, vintage="all", **asked)) == {2.0, 3.0}


def test_first_is_the_better_report_of_those_known_first(world: World) -> None:
    world.contract(FLOWS)
    world.put(FLOWS, [flow(0, 1, 1.0, report=REPORTS[1])])
    world.put(FLOWS, [flow(0, 1, 2.0, report=REPORTS[0], observation_id=9)])
    assert values(world, revisions="first") == [2.0]


def test_an_old_answer_keeps_the_order_of_reports_that_it_was_given_under(world: World) -> None:
    world.contract(FLOWS)
    world.put(FLOWS, [flow(0, 1, 1.0, report=REPORTS[1])])
    before = world.put(FLOWS, [flow(0, 1, 2.0, report=REPORTS[0], observation_id=9)])
    world.contract(FLOWS, reports=tuple(reversed(REPORTS)))
    assert values(world, at_sequence=before) == [2.0]
    assert values(world) == [1.0]


def test_an_assumed_known_time_is_the_promise(world: World) -> None:
    world.put(FLOWS, [flow(0, 60 * 24 * 9, 1.0), flow(5, 15, 2.0)])
    asked = T0 + 20 * MINUTE
    assert values(world, as_of=asked) == [2.0]
    assert values(world, as_of=asked, known="assumed") == [1.0, 2.0]
    assert values(world, "known_basis", as_of=asked, known="assumed") == ["assumed", "fetched"]
    assert values(world, "known_at_utc", as_of=asked, known="assumed")[0] == T0 + 15 * MINUTE


@pytest.mark.parametrize(
    ("facts", "promised"),
    [
        ({"due": timedelta(hours=-14)}, timedelta(hours=-14)),
        ({"due": timedelta(days=5)}, timedelta(days=5)),
        ({"due": timedelta(hours=9), "days": 6, "ahead": 1}, timedelta(hours=9 - 24)),
        ({"due": timedelta(days=1), "promised_within": timedelta(days=3)}, timedelta(days=1)),
    ],
)
def test_a_file_with_a_time_of_its_own_is_assumed_by_its_market_day(
    tmp_path: Path, facts: dict[str, object], promised: timedelta
) -> None:
    feed = replace(FLOWS, reports=(report("P-32", **facts),))
    world = World(tmp_path, (feed,))
    within = feed.reports[0].promised_within
    row = flow(60, 60 * 24 * 30, 1.0, market_day=T0.date())
    on_time = T0 + promised + max(timedelta(days=2), within)
    world.put(feed, [row, flow(65, 0, 2.0, market_day=T0.date(), known_at_utc=on_time)])
    assert values(world, "known_at_utc", known="assumed") == [T0 + promised + within, on_time]


@pytest.mark.parametrize(
    ("facts", "promised"),
    [
        ({"vintage": "day", "due": timedelta(hours=7), "days": 6}, timedelta(hours=7)),
        ({"vintage": "printed", "days": 8}, timedelta(0)),
        ({"vintage": "printed", "due": timedelta(days=-5)}, timedelta(0)),
        ({"vintage": "printed", "due": timedelta(hours=31)}, timedelta(days=3, hours=31)),
        ({"vintage": "day", "at": StaticFile(path="now.csv")}, timedelta(days=1)),
    ],
)
def test_a_forecast_is_assumed_by_its_vintage(
    tmp_path: Path, facts: dict[str, object], promised: timedelta
) -> None:
    feed = replace(FORECAST, reports=(report("P-7", **facts),))
    world = World(tmp_path, (feed,))
    row = forecast(0, 60 * 24 * 30, 1.0)
    start = T0 + timedelta(days=3)
    row |= {"stamp_utc": start, "market_day": start.date(), "vintage_utc": T0}
    world.put(feed, [row])
    asked = {"dataset": "load_forecast", "known": "assumed"}
    right = T0 + promised + timedelta(minutes=10)
    assert values(world, "known_at_utc", **asked) == [right]
    assert values(world, "load_mw", as_of=right - MINUTE, **asked) == []
