"""The daemon's housekeeping forgets old attempts that brought nothing, and says how many."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.flow.conftest import Bench
from tests.flow.operator import flat, scene_of
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
