"""What comes with an answer: cut, packed, empty, or a page for people."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.fetch.test_http import Answer, ask, in_turn
from tieline.errors import (
    EmptyAnswer,
    Refused,
    Truncated,
    Unreachable,
)


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def test_a_body_shorter_than_announced_is_truncated() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=pieces(b"half"), headers={"Content-Length": "8"})

    with pytest.raises(Truncated, match="4 of 8"):
        ask(answer)


def test_a_connection_cut_in_the_body_is_truncated() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.RemoteProtocolError(
            "peer closed connection without sending complete message body (incomplete chunked read)"
        )

    with pytest.raises(Truncated):
        ask(answer)


def test_a_body_is_counted_while_it_comes() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=pieces(*[b"x" * 600] * 3))

    assert len(ask(answer, largest_body=1800).data) == 1800
    with pytest.raises(Refused, match="more than 1000 bytes"):
        ask(answer, largest_body=1000)


def test_gzip_is_undone_and_its_length_is_that_of_the_wire() -> None:
    plain = b"row\r\n" * 1000
    packed = gzip.compress(plain)

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200,
            content=pieces(packed),
            headers={"Content-Encoding": "gzip", "Content-Length": str(len(packed))},
        )

    assert ask(answer).data == plain


def gzipped(packed: bytes) -> Answer:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200,
            content=pieces(*[packed[at : at + 7] for at in range(0, len(packed), 7)]),
            headers={"Content-Encoding": "gzip", "Content-Length": str(len(packed))},
        )

    return answer


@pytest.mark.parametrize("cut", [1, 8, 9, 20])
def test_a_gzip_stream_cut_inside_is_truncated_even_if_the_length_fits(cut: int) -> None:
    plain = bytes(range(256)) * 100
    with pytest.raises(Truncated, match="too early"):
        ask(gzipped(gzip.compress(plain)[:-cut]))


def test_a_gzip_stream_of_several_members_is_one_body() -> None:
    packed = gzip.compress(b"one\r\n") + gzip.compress(b"two\r\n") + b"\0\0\0"
    assert ask(gzipped(packed)).data == b"one\r\ntwo\r\n"


def test_a_small_gzip_that_becomes_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="more than 1000 bytes"):
        ask(gzipped(gzip.compress(b"0" * 1_000_000)), largest_body=1000)


def test_a_transport_may_hand_over_a_whole_gzip_body() -> None:
    packed = gzip.compress(b"x")
    answer, _ = in_turn(httpx2.Response(200, content=packed, headers={"Content-Encoding": "gzip"}))
    assert ask(answer).data == b"x"


def test_an_encoding_nobody_asked_for_is_unreachable() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=pieces(b"x"), headers={"Content-Encoding": "br"})

    with pytest.raises(Unreachable, match="'br'"):
        ask(answer)


def test_garbled_gzip_is_unreachable() -> None:
    def garbled(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200, content=pieces(b"no gzip at all"), headers={"Content-Encoding": "gzip"}
        )

    with pytest.raises(Unreachable):
        ask(garbled)


def test_nothing_with_200_is_an_empty_answer() -> None:
    with pytest.raises(EmptyAnswer):
        ask(in_turn(httpx2.Response(200, content=b""))[0])


def test_an_html_page_with_200_is_kept_for_others_to_judge() -> None:
    assert ask(in_turn(httpx2.Response(200, content=b"<html>"))[0]).data == b"<html>"
