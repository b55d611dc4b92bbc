"""The daemon's housekeeping forgets old attempts that brought nothing, and says how many."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.flow.conftest import Bench, bench_of
from tests.flow.operator import flat, scene_of
from tieline.assemble import opened, settings_of
from tieline.flow import rebuild
from tieline.flow.house import House
from tieline.flow.housekeeping import Housekeeping
from tieline.ledger import Commit, Entry, State
from tieline.markettime import day_window
from tieline.select import Question, answer
from tieline.values import Window
from tieline.watch import AttemptsForgotten

DAY = date(2026, 3, 2)
TRIED = datetime(2026, 3, 3, 6, tzinfo=UTC)


def tidied(house: House, now: datetime) -> None:
    """One round of a daemon's housekeeping."""
    later = replace(house, now=lambda: now)

    async def round() -> None:
        async with Housekeeping(later) as keeping:
            keeping.begin([])

    asyncio.run(round())


def test_attempts_are_forgotten_after_their_time_and_gaps_stay(bench: Bench) -> None:
    ledger = bench.house.ledger
    first = ledger.allocate(3)
    entries = tuple(
        Entry(
            entry_id=first + number,
            observation_id=first + number,
            report="nyiso:P-32",
            window=Window(*day_window("America/New_York", DAY)),
            day=DAY,
            state="failed",
            origin="collect",
            recipe="1-x",
            fetched_at_utc=TRIED + timedelta(minutes=number),
            error="Unreachable",
            cause="fetch_failed",
        )
        for number in range(3)
    )
    ledger.commit(Commit(at_utc=TRIED, kind="check", report="nyiso:P-32", entries=entries))
    gaps = ledger.gaps()
    for days, left, told in ((89, 3, []), (91, 2, [1]), (91, 2, [1])):
        tidied(bench.house, TRIED + timedelta(days=days))
        assert len(ledger.entries()) == left
        found = [one.entries for one in bench.happenings if isinstance(one, AttemptsForgotten)]
        assert found == told
    assert ledger.gaps() == gaps
    assert [one.entries for one in ledger.forgotten()] == [1]


def test_what_was_said_of_a_day_at_any_moment_is_kept(bench: Bench) -> None:
    scene = scene_of(bench)
    scene.at(5, day=date(2026, 3, 3))
    for hour, status in ((6, 503), (7, 503), (8, 404), (9, 404), (10, 503), (11, 404), (16, 404)):
        scene.operator.puts("20260302ExternalLimitsFlows.csv", b"", status=status)
        scene.at(hour, day=date(2026, 3, 3)).takes(replace(scene.job(DAY), otherwise=None))
    scene.operator.puts("20260302ExternalLimitsFlows.csv", flat(1, ("00:00", "00:05")))
    scene.at(18, day=date(2026, 3, 3)).polls(DAY)
    start, end = day_window("America/New_York", DAY)
    question = Question(dataset="iso.rt.interface_flow.nyiso", start=start, end=end, limit=0)

    def said() -> list[list[tuple[str, int]]]:
        return [
            [
                (gap.cause, gap.missing)
                for gap in answer(
                    bench.lake(), replace(question, at_sequence=sequence)
                ).certificate.gaps
            ]
            for sequence in range(1, bench.house.ledger.sequence() + 1)
        ]

    before = said()
    assert len({cause for gaps in before for cause, _ in gaps}) > 2
    assert bench.house.ledger.forget_attempts(before=scene.clock.now() + timedelta(days=91)) > 0
    assert said() == before


def test_a_rebuild_brings_back_no_attempt_that_was_forgotten(bench: Bench) -> None:
    scene = scene_of(bench)
    name, morning = "20260302ExternalLimitsFlows.csv", date(2026, 3, 3)
    for hour in range(6, 20):
        status = 503 if hour % 5 else 404
        scene.operator.puts(name, b"", status=status)
        scene.at(hour, day=morning).takes(replace(scene.job(DAY), otherwise=None))
    bench.house = replace(scene.house, now=lambda: scene.clock.now() + timedelta(days=91))
    ledger = bench.home.ledger
    assert [one.tries for one in ledger.attempts()] == [14]

    def held() -> tuple[object, ...]:
        return ledger.entries(), ledger.forgotten(), ledger.attempts(), ledger.summaries()

    tidied(bench.house, bench.house.now())
    before = held()
    assert sum(one.entries for one in ledger.forgotten()) == 14 - len(ledger.entries()) > 5
    feed, report = bench.house.report("nyiso:P-32")
    for _ in range(3):
        done = rebuild(bench.house, feed, report, lambda: None)
        assert (done.notes, done.known, done.entries) == (14, 14, 0)
        tidied(bench.house, bench.house.now())
        assert held() == before


def test_a_lost_ledger_gets_every_attempt_back_and_forgets_it_once(bench: Bench) -> None:
    scene = scene_of(bench)
    scene.operator.puts("20260302ExternalLimitsFlows.csv", b"", status=503)
    for hour in range(6, 20):
        scene.at(hour, day=date(2026, 3, 3)).takes(replace(scene.job(DAY), otherwise=None))
    folder = bench.home.folder
    bench.home.ledger.close()
    for path in folder.glob("ledger.sqlite*"):
        path.unlink()
    with opened(settings_of(folder)) as home:
        now = scene.clock.now() + timedelta(days=91)
        house = replace(bench_of(home, bench.folder).house, now=lambda: now)
        feed, report = house.report("nyiso:P-32")
        assert rebuild(house, feed, report, lambda: None).entries == 14
        assert [one.tries for one in home.ledger.attempts()] == [14]
        for _ in range(2):
            tidied(house, now)
            assert len(home.ledger.entries()) == 2
            assert [one.entries for one in home.ledger.forgotten()] == [12]
            assert rebuild(house, feed, report, lambda: None).entries == 0
        assert [one.tries for one in home.ledger.attempts()] == [14]


def test_the_last_word_on_each_part_of_a_run_is_kept(bench: Bench) -> None:
    """What an outside program did with one part of a day says nothing of another's."""
    ledger = bench.house.ledger
    first = ledger.allocate(4)
    window = Window(*day_window("America/New_York", DAY))
    said: list[tuple[str, State]] = [
        ("zone-a", "failed"),
        ("zone-b", "failed"),
        ("zone-a", "failed"),
        ("zone-b", "completed"),
    ]
    entries = tuple(
        Entry(
            entry_id=first + number,
            observation_id=first + number,
            report="outside:loads",
            window=window,
            day=DAY,
            state=state,
            origin="import",
            recipe="",
            fetched_at_utc=TRIED + timedelta(minutes=number),
            member=member,
            error="Failed" if state == "failed" else None,
        )
        for number, (member, state) in enumerate(said)
    )
    ledger.commit(Commit(at_utc=TRIED, kind="check", report="outside:loads", entries=entries))
    tidied(bench.house, TRIED + timedelta(days=91))
    left = [(one.member, one.state) for one in ledger.entries(reports=["outside:loads"])]
    assert left == [("zone-a", "failed"), ("zone-b", "completed")]
