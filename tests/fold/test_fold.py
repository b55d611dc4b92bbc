"""What one observation does: counts, rows and verdicts."""

from __future__ import annotations

import pytest

from tieline.datasets.rows import stored_schema
from tieline.feeds import FINAL, GROWING, ROLLING, Absence, snapshot
from tieline.fold import Observation, Refolded, empty, fold, narrow, order_key, refold
from tieline.fold.observation import Closed
from tieline.values import Window

from .looks import TINY, Cell, Identity, Key, Look, at, chain_of, minute_of, observation_of

A: Cell = (1.0, 9)
B: Cell = (2.0, 9)


def saw(
    number: int,
    cells: dict[int, Cell],
    *,
    window: tuple[int, int] | None = (0, 10),
    named: str = "final",
    rejected: frozenset[Identity] = frozenset(),
    blind: bool = False,
    closed: Closed = "left",
) -> Observation:
    """The observation known at `number` with these stamps of one area."""
    keyed: dict[Key, Cell] = {(stamp, "x", named): cell for stamp, cell in cells.items()}
    return observation_of(
        Look("R", number, number, number, str(number), window, keyed, rejected, blind, closed)
    )


def folded(absence: Absence, *observations: Observation) -> Refolded:
    chain = chain_of("R", absence)
    return refold(chain, empty(chain), observations)


def rows_of(result: Refolded) -> list[tuple[int, int | None, str, float | None]]:
    return [
        (row["observation_id"], minute_of(row["stamp_utc"]), row["state"], row["load_mw"])
        for row in result.rows.rows(named=True)
    ]


def test_rows_are_counted_and_carry_their_observation() -> None:
    result = folded(ROLLING, saw(1, {0: A, 1: A}), saw(2, {0: A, 1: B, 2: A}))
    step = result.steps[1]
    assert (step.new, step.revised, step.unchanged, step.gone, step.shrunk) == (1, 1, 1, 0, 0)
    assert step.rows.schema == stored_schema(TINY)
    row = step.rows.row(0, named=True)
    assert (row["feed"], row["publisher"], row["report"]) == ("test.tiny", "nowhere", "R")
    assert (row["entry_id"], row["observation_id"], row["source_row"]) == (2, 2, 3)
    assert (row["known_at_utc"], row["known_basis"]) == (at(2), "modified")
    assert (row["fetched_at_utc"], row["content_sha256"]) == (at(2), "2")


def test_values_are_compared_null_safe_and_minus_zero_is_zero() -> None:
    zero, minus, none = (0.0, 9), (-0.0, 9), (None, 9)
    result = folded(ROLLING, saw(1, {0: zero, 1: none}), saw(2, {0: minus, 1: none}))
    assert result.steps[1].unchanged == 2
    assert folded(ROLLING, saw(1, {0: none}), saw(2, {0: zero})).steps[1].revised == 1
    assert folded(ROLLING, saw(1, {0: zero}), saw(2, {0: none})).steps[1].revised == 1


def test_another_interval_is_a_revision() -> None:
    assert folded(ROLLING, saw(1, {0: (1.0, 5)}), saw(2, {0: (1.0, 4)})).steps[1].revised == 1


def test_a_gone_row_says_where_it_was_and_nothing_else() -> None:
    (row,) = folded(FINAL, saw(1, {0: A}), saw(2, {})).steps[1].rows.rows(named=True)
    assert (row["state"], row["load_mw"], row["source_row"]) == ("gone", None, None)
    assert (minute_of(row["interval_start_utc"]), minute_of(row["interval_end_utc"])) == (0, 9)
    assert row["market_day"] is not None
    assert (row["observation_id"], row["known_at_utc"]) == (2, at(2))


def test_what_returns_after_it_was_gone_is_new() -> None:
    result = folded(FINAL, saw(1, {0: A}), saw(2, {}), saw(3, {}), saw(4, {0: A}))
    assert [step.gone for step in result.steps] == [0, 1, 0, 0]
    assert (result.steps[3].new, result.steps[3].revised) == (1, 0)


def test_an_empty_observation_is_folded() -> None:
    assert folded(ROLLING, saw(1, {})).rows.is_empty()
    assert folded(GROWING, saw(1, {}), saw(2, {0: A})).steps[1].new == 1


@pytest.mark.parametrize("closed, gone", [("left", [0, 1]), ("right", [1, 2])])
def test_only_stamps_in_the_window_can_be_missing(closed: Closed, gone: list[int]) -> None:
    everything = saw(1, {0: A, 1: A, 2: A, 3: A})
    result = folded(FINAL, everything, saw(2, {}, window=(0, 2), closed=closed))
    assert [stamp for _, stamp, state, _ in rows_of(result) if state == "gone"] == gone


def test_entities_without_a_stamp_lie_in_every_window() -> None:
    first = Look("R", 1, 1, 1, "1", (0, 1), {(None, "x", "final"): (1.0, None)})
    second = Look("R", 2, 2, 2, "2", (5, 6), {})
    result = folded(snapshot(1), observation_of(first), observation_of(second))
    assert [step.gone for step in result.steps] == [0, 1]


class TestGrowing:
    def test_a_refused_payload_names_what_it_lacks_and_stores_nothing(self) -> None:
        step = folded(GROWING, saw(1, {0: A, 1: A}), saw(2, {1: B})).steps[1]
        assert (step.shrunk, step.new, step.revised, step.unchanged) == (1, 0, 0, 0)
        assert step.rows.is_empty()
        assert step.missing.rows() == [(at(0), "x", "final")]

    def test_an_accepted_payload_with_the_key_clears_the_suspicion(self) -> None:
        full = {0: A, 1: A}
        steps = folded(GROWING, saw(1, full), saw(2, {1: A}), saw(3, full), saw(4, {1: A})).steps
        assert [step.shrunk for step in steps] == [0, 1, 0, 1]

    def test_another_missing_key_is_not_confirmed(self) -> None:
        full = {0: A, 1: A, 2: A}
        steps = folded(GROWING, saw(1, full), saw(2, {1: A, 2: A}), saw(3, {2: A})).steps
        assert [step.shrunk for step in steps] == [0, 1, 2]

    def test_a_slice_does_not_confirm_what_another_lacked(self) -> None:
        result = folded(
            GROWING,
            saw(1, {0: A, 5: A}),
            saw(2, {}, window=(0, 5)),
            saw(3, {}, window=(5, 10)),
            saw(4, {5: A}, window=(5, 10)),
            saw(5, {}, window=(0, 5)),
        )
        assert [step.shrunk for step in result.steps] == [0, 1, 1, 0, 0]
        assert rows_of(result)[2:] == [(5, 0, "gone", None)]

    def test_a_blind_payload_is_accepted_and_neither_confirms_nor_clears(self) -> None:
        result = folded(
            GROWING,
            saw(1, {0: A, 1: A}),
            saw(2, {1: A}),
            saw(3, {1: B}, blind=True),
            saw(4, {1: B}),
        )
        assert [step.shrunk for step in result.steps] == [0, 1, 0, 0]
        assert [step.gone for step in result.steps] == [0, 0, 0, 1]

    def test_a_rejected_row_is_not_missing(self) -> None:
        rejected = frozenset({(0, "x")})
        result = folded(GROWING, saw(1, {0: A, 1: A}), saw(2, {1: B}, rejected=rejected))
        assert (result.steps[1].shrunk, result.steps[1].revised) == (0, 1)


class TestSnapshot:
    def test_a_rejected_or_blind_listing_neither_counts_nor_resets(self) -> None:
        rejected = frozenset({(0, "x")})
        result = folded(
            snapshot(2),
            saw(1, {0: A}),
            saw(2, {}),
            saw(3, {}, rejected=rejected),
            saw(4, {}, blind=True),
            saw(5, {}),
        )
        assert [step.gone for step in result.steps] == [0, 0, 0, 0, 1]

    def test_a_listing_resets_even_if_blind(self) -> None:
        result = folded(
            snapshot(2), saw(1, {0: A}), saw(2, {}), saw(3, {0: A}, blind=True), saw(4, {})
        )
        assert [step.gone for step in result.steps] == [0, 0, 0, 0]


@pytest.mark.parametrize("absence", [GROWING, FINAL, snapshot(1)])
def test_a_final_print_does_not_take_the_preliminary_one_back(absence: Absence) -> None:
    early, late = saw(1, {0: A}, named="preliminary"), saw(2, {0: B})
    step = folded(absence, early, late).steps[1]
    assert (step.new, step.gone, step.shrunk) == (1, 0, 0)


def test_a_final_print_lists_the_preliminary_one_too() -> None:
    result = folded(
        snapshot(2),
        saw(1, {0: A}, named="preliminary"),
        saw(2, {}),
        saw(3, {0: A}, named="final"),
        saw(4, {}),
        saw(5, {}),
    )
    assert [step.gone for step in result.steps] == [0, 0, 0, 0, 2]


def test_a_lower_print_does_not_stand_for_the_final_one() -> None:
    step = folded(FINAL, saw(1, {0: A}), saw(2, {0: B}, named="preliminary")).steps[1]
    assert (step.new, step.gone) == (1, 1)


def test_a_narrow_state_refuses_what_it_does_not_know() -> None:
    chain = chain_of("R", GROWING)
    state = narrow(folded(GROWING, saw(1, {0: A, 5: A})).state, Window(at(0), at(5)))
    assert fold(chain, state, saw(2, {0: B}, window=(0, 5))).revised == 1
    with pytest.raises(ValueError, match="resume it over both"):
        fold(chain, state, saw(2, {0: A, 5: A}))


def test_observations_are_ordered_by_known_time_then_fetch_then_content() -> None:
    def seen(known: int, fetched: int, content: str, window: tuple[int, int] | None) -> Observation:
        return observation_of(Look("R", 1, known, fetched, content, window, {}))

    ordered = [
        seen(1, 9, "z", None),
        seen(2, 3, "z", None),
        seen(2, 4, "a", None),
        seen(2, 4, "b", None),
        seen(2, 4, "b", (0, 1)),
        seen(2, 4, "b", (0, 2)),
    ]
    backwards = ordered[::-1]
    assert sorted(backwards, key=order_key) == ordered
