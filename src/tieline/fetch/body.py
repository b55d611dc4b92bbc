"""Reading the body of an answer: counted, unpacked, and never shorter than it says."""

from __future__ import annotations

import zlib

import httpx2

from tieline.errors import Refused, Truncated, Unreachable

_GZIP = 31
_GZIP_BEGINS = b"\x1f\x8b"
_ERROR_BODY = 4096


async def read_body(response: httpx2.Response, *, shown: str, largest: int) -> bytes:
    """Give the plain bytes of an answer.

    gzip is undone here, because the client's own decoder takes a stream that is cut inside for
    whole, and rows would be lost without a word.

    Raises:  Truncated if there are fewer bytes than Content-Length says, or the gzip stream does not
             end; Refused above `largest` plain bytes; Unreachable if the encoding cannot be undone.
    """
    if response.is_stream_consumed:
        body = response.content
        if len(body) > largest:
            raise _too_large(shown, largest)
        return body if _coding(response) else _checked(body, len(body), response, shown)
    unpack = _Unpacking(_coding(response), shown, largest)
    received = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        unpack.take(chunk)
    return _checked(unpack.finish(), received, response, shown)


async def read_excerpt(response: httpx2.Response) -> bytes:
    """Give the beginning of an answer that is no file."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) >= _ERROR_BODY:
            break
    return bytes(body[:_ERROR_BODY])


def _coding(response: httpx2.Response) -> str:
    coding = response.headers.get("content-encoding", "").strip().lower()
    return "" if coding == "identity" else coding


def _checked(body: bytes, received: int, response: httpx2.Response, shown: str) -> bytes:
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and received < int(announced):
        raise Truncated(f"{shown} ended after {received} of {announced} bytes")
    return body


def _too_large(shown: str, largest: int) -> Refused:
    return Refused(
        f"{shown} sends more than {largest} bytes; raise the largest body if this is right"
    )


class _Unpacking:
    """The plain bytes so far, and the gzip stream they come from if there is one."""

    def __init__(self, coding: str, shown: str, largest: int) -> None:
        if coding not in ("", "gzip", "x-gzip"):
            raise Unreachable(f"{shown} is encoded as {coding!r}, which was not asked for")
        self._stream = zlib.decompressobj(_GZIP) if coding else None
        self._plain = bytearray()
        self._begun = False
        self._shown = shown
        self._largest = largest

    def take(self, chunk: bytes) -> None:
        self._begun |= bool(chunk)
        if self._stream is None:
            self._plain += chunk
        else:
            self._stream = self._inflate(self._stream, chunk)
        if len(self._plain) > self._largest:
            raise _too_large(self._shown, self._largest)

    def finish(self) -> bytes:
        if self._stream is not None and not self._stream.eof and self._begun:
            raise Truncated(f"{self._shown}: its gzip stream ended too early")
        return bytes(self._plain)

    def _inflate(self, stream: zlib._Decompress, chunk: bytes) -> zlib._Decompress:
        """Unpack one chunk, going on to the next member of the stream where one begins."""
        while chunk and len(self._plain) <= self._largest:
            if stream.eof:
                if not chunk.startswith(_GZIP_BEGINS):
                    break
                stream = zlib.decompressobj(_GZIP)
            try:
                self._plain += stream.decompress(chunk, self._largest + 1 - len(self._plain))
            except zlib.error as error:
                raise Unreachable(f"{self._shown} is no sound gzip: {error}") from error
            chunk = stream.unused_data if stream.eof else b""
        return stream
