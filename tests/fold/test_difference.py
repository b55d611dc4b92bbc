"""What is written when the past changes, how far it reaches, and how a state is read back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tieline.datasets.rows import stored_schema
from tieline.feeds import FINAL, GROWING, ROLLING, Absence, snapshot
from tieline.fold import (
    Observation,
    affected,
    at_or_after,
    clip,
    difference,
    empty,
    point,
    reach,
    refold,
    resume,
    span,
    touches,
    visible,
)
from tieline.values import Window

from .looks import TINY, Cell, Key, Look, at, chain_of, observation_of

NOTHING = pl.DataFrame(schema=stored_schema(TINY))


def saw(
    number: int, cells: dict[int, float], window: tuple[int, int] | None = (0, 10)
) -> Observation:
    keyed: dict[Key, Cell] = {(stamp, "x", "final"): (value, 9) for stamp, value in cells.items()}
    return observation_of(Look("R", number, number, number, str(number), window, keyed))


def rows(*observations: Observation, absence: Absence = ROLLING) -> pl.DataFrame:
    chain = chain_of("R", absence)
    return refold(chain, empty(chain), observations).rows


def numbered(frame: pl.DataFrame, sequence: int) -> pl.DataFrame:
    return frame.with_columns(pl.lit(sequence, pl.Int64).alias("row_sequence"))


def test_what_is_stored_already_is_not_written_again() -> None:
    stored = rows(saw(1, {0: 1.0}), saw(2, {0: 2.0}))
    assert difference(TINY, stored, stored.reverse()).is_empty()
    by_another_recipe = stored.with_columns(pl.lit(77, pl.Int64).alias("entry_id"))
    assert difference(TINY, stored, by_another_recipe).is_empty()


@pytest.mark.parametrize(
    "changed",
    [
        {"load_mw": 9.0},
        {"load_mw": None},
        {"known_at_utc": at(7)},
        {"known_basis": "published"},
        {"interval_end_utc": at(3)},
        {"source_row": 99},
    ],
)
def test_a_row_that_differs_is_written_again(changed: dict[str, object]) -> None:
    stored = rows(saw(1, {0: 1.0}))
    needed = stored.with_columns(
        pl.lit(value, stored.schema[name]).alias(name) for name, value in changed.items()
    )
    assert_frame_equal(difference(TINY, stored, needed), needed)


def test_a_mark_lies_where_its_row_lies_and_says_nothing() -> None:
    stored = rows(saw(1, {0: 1.0}))
    (mark,) = difference(TINY, stored, NOTHING).rows(named=True)
    (row,) = stored.rows(named=True)
    silent = {"state": "same", "load_mw": None, "source_row": None}
    assert mark == {**row, **silent}


def test_the_highest_sequence_holds_and_marks_are_dropped() -> None:
    first = rows(saw(1, {0: 1.0}))
    second = first.with_columns(load_mw=pl.lit(2.0))
    mark = difference(TINY, second, NOTHING)
    written = pl.concat([numbered(first, 1), numbered(second, 2), numbered(mark, 3)]).reverse()
    assert visible(TINY, written, 0).is_empty()
    assert visible(TINY, written, 1)["load_mw"].to_list() == [1.0]
    assert visible(TINY, written, 2)["load_mw"].to_list() == [2.0]
    assert visible(TINY, written, 3).is_empty() and visible(TINY, written).is_empty()


def test_union_law() -> None:
    """Whatever was visible, what is appended makes visible what is needed."""
    random = Random(11)
    for _ in range(20):
        written = numbered(NOTHING, 0)
        for sequence in range(1, 5):
            needed = _any_rows(random)
            appended = difference(TINY, visible(TINY, written).select(NOTHING.columns), needed)
            written = pl.concat([written, numbered(appended, sequence)])
            assert_frame_equal(
                visible(TINY, written).select(needed.columns).drop("entry_id"),
                needed.drop("entry_id"),
                check_row_order=False,
                check_exact=True,
            )


def _any_rows(random: Random) -> pl.DataFrame:
    """Rows as a fold might give them, with entities that have no stamp among them."""
    looks = [
        Look(
            "R",
            number,
            random.randint(0, 2),
            3,
            str(number),
            None,
            {
                (stamp, area, "final"): (random.choice((None, 0.0, 1.0)), None)
                for stamp in (None, 0, 1)
                for area in "xy"
                if random.random() < 0.5
            },
            entry=random.randint(1, 99),
        )
        for number in range(1, 4)
    ]
    chain = chain_of("R", snapshot(1))
    return refold(chain, empty(chain), map(observation_of, looks)).rows


class TestReach:
    def test_it_covers_the_window_and_the_rows(self) -> None:
        growing, rolling = chain_of("R", GROWING), chain_of("R", ROLLING)
        tick = at(0).resolution
        assert reach(growing, saw(1, {3: 1.0}, (0, 2))) == Window(at(0), at(3) + tick)
        assert reach(rolling, saw(1, {3: 1.0}, (0, 2))) == Window(at(3), at(3) + tick)
        assert reach(growing, saw(1, {3: 1.0}, None)) is None
        right = replace(saw(1, {}, (0, 2)), closed="right")
        assert reach(growing, right) == Window(at(0) + tick, at(2) + tick)

    def test_days_of_end_labels_do_not_touch(self) -> None:
        chain = chain_of("R", GROWING)
        one, other = (
            reach(chain, replace(saw(1, {}, window), closed="right")) for window in ((0, 5), (5, 9))
        )
        assert not touches(one, other)

    def test_saying_nothing_touches_nothing(self) -> None:
        silent = reach(chain_of("R", ROLLING), saw(1, {}))
        assert not touches(silent, None)
        assert not touches(silent, Window(at(0), at(99)))
        assert span(silent, Window(at(0), at(5))) == Window(at(0), at(5))
        assert span(silent, None) is None

    def test_a_growing_change_spreads_over_what_touches(self) -> None:
        windows = [Window(at(a), at(b)) for a, b in ((8, 12), (4, 9), (3, 5), (20, 30))]
        changed = Window(at(0), at(4))
        assert affected(chain_of("R", GROWING), changed, windows) == Window(at(0), at(12))
        assert affected(chain_of("R", GROWING), changed, [*windows, None]) is None
        assert affected(chain_of("R", FINAL), changed, windows) == changed

    def test_a_clipped_observation_speaks_about_some_stamps(self) -> None:
        clipped = clip(saw(1, {1: 1.0, 5: 1.0}, None), Window(at(4), at(6)))
        assert clipped.rows["stamp_utc"].to_list() == [at(5)]
        assert clipped.window == Window(at(4), at(6))
        apart = clip(saw(1, {1: 1.0}, (0, 2)), Window(at(4), at(6)))
        assert apart.rows.is_empty() and apart.window == Window(at(4), at(4))


@pytest.mark.parametrize(
    "absence, drawn", [(ROLLING, 0), (FINAL, 0), (GROWING, 1), (snapshot(1), 0), (snapshot(3), 2)]
)
def test_a_state_is_read_back_from_few_observations(absence: Absence, drawn: int) -> None:
    history = [saw(number, {0: 1.0, 1: 1.0}) for number in range(1, 9)]
    if absence.kind == "snapshot":
        history.append(saw(9, {0: 1.0}))
    asked: list[Observation] = []

    def newest_first() -> Iterator[Observation]:
        for observation in reversed(history):
            asked.append(observation)
            yield observation

    chain = chain_of("R", absence)
    whole = refold(chain, empty(chain), history)
    state = resume(chain, whole.rows, newest_first())
    assert_frame_equal(state.heads, whole.state.heads, check_row_order=False)
    assert len(asked) == drawn


def test_at_or_after_is_the_known_order() -> None:
    observations = [saw(number, {number: 1.0}) for number in range(1, 4)]
    stored = rows(*observations)
    for number, observation in enumerate(observations):
        later = stored.filter(at_or_after(point(observation)))
        assert later["observation_id"].to_list() == [1, 2, 3][number:]
    place = point(observations[1])
    level = stored.with_columns(
        pl.lit(place[0]).alias("known_at_utc").cast(stored.schema["known_at_utc"])
    )
    assert level.filter(at_or_after(place))["observation_id"].to_list() == [2, 3]
