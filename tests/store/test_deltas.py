"""Bodies of versions: whatever was written is read back, and nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.days import made_up
from tieline.errors import Damaged
from tieline.store import deltas

NEARLY_ALIKE = st.lists(st.sampled_from([b"a", b"ab", b"row,1\r\n", b"row,2\r\n"]), max_size=40)


@given(NEARLY_ALIKE, NEARLY_ALIKE)
def test_a_delta_gives_back_its_bytes(data: list[bytes], base: list[bytes]) -> None:
    plain, old = b"".join(data), b"".join(base)
    assert deltas.decode(deltas.encode_delta(plain, old), old) == plain


@given(st.binary(max_size=500), st.binary(max_size=500))
def test_a_delta_between_strangers_too(data: bytes, base: bytes) -> None:
    assert deltas.decode(deltas.encode_delta(data, base), base) == data
    assert deltas.decode(deltas.encode_whole(data), None) == data


@given(NEARLY_ALIKE, NEARLY_ALIKE)
def test_what_is_shared_is_as_long_as_can_be(data: list[bytes], base: list[bytes]) -> None:
    one, other = b"".join(data), b"".join(base)
    prefix = deltas.common_prefix(one, other)
    assert one[:prefix] == other[:prefix]
    assert one[prefix : prefix + 1] != other[prefix : prefix + 1] or prefix == min(
        len(one), len(other)
    )
    longest = min(len(one), len(other)) - prefix
    suffix = deltas.common_suffix(one, other, longest)
    assert one[len(one) - suffix :] == other[len(other) - suffix :]
    if suffix < longest:
        assert one[len(one) - suffix - 1] != other[len(other) - suffix - 1]


@given(st.integers(0, 2**70), st.binary(max_size=3))
def test_a_number_is_read_where_it_was_written(number: int, after: bytes) -> None:
    written = deltas.varint(number)
    assert deltas.take_varint(b"x" + written + after, 1) == (number, 1 + len(written))


def test_new_rows_cost_about_their_own_information() -> None:
    versions = made_up(versions=40)
    body = deltas.encode_delta(versions[-1], versions[-2])
    assert len(body) < 150
    assert deltas.middle_length(body) < 1100


def test_one_changed_row_in_the_middle_costs_little() -> None:
    whole = made_up()[-1]
    at = whole.index(b"12:00")
    changed = whole[:at] + b"12:01,corrected\r\n" + whole[at + 30 :]
    body = deltas.encode_delta(changed, whole)
    assert len(body) < 40
    assert deltas.decode(body, whole) == changed


def test_many_small_changes_are_found_by_the_dictionary() -> None:
    whole = made_up()[-1]
    changed = whole.replace(b"12:0", b"13:0")
    body = deltas.encode_delta(changed, whole)
    assert len(body) < len(deltas.encode_whole(changed)) / 5
    assert deltas.decode(body, whole) == changed


def test_a_megabyte_of_noise_survives() -> None:
    noise = random.Random(7).randbytes(1_000_000)
    longer = noise[:500_000] + b"in between" + noise[500_000:]
    body = deltas.encode_delta(longer, noise)
    assert len(body) < 100
    assert deltas.decode(body, noise) == longer


@pytest.mark.parametrize("keep", [1, 2, 3, 6])
def test_a_cut_body_is_damaged(keep: int) -> None:
    versions = made_up(versions=3)
    for body, base in (
        (deltas.encode_whole(versions[2]), None),
        (deltas.encode_delta(versions[2], versions[1]), versions[1]),
    ):
        with pytest.raises(Damaged):
            deltas.decode(body[:keep], base)


def test_a_body_needs_its_own_base() -> None:
    versions = made_up(versions=3)
    body = deltas.encode_delta(versions[1], versions[2])
    with pytest.raises(Damaged):
        deltas.decode(body, b"")
    with pytest.raises(Damaged):
        deltas.decode(body, None)
    with pytest.raises(Damaged, match="kind 9"):
        deltas.decode(b"\x09" + body[1:], versions[2])
