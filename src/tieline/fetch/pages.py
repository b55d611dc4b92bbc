"""An answer that comes in pages, asked for one after the other and kept as one payload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec

from tieline.errors import Truncated
from tieline.fetch.http import Fetcher
from tieline.values import Payload

PAGE = b"\x1e"
"""Stands before each page: a JSON text sequence (RFC 7464)."""
MOST = 5000
"""So many pages are asked for before it is said that there is no end."""


class _Page(msgspec.Struct, rename="camel"):
    last_page: bool = True
    total_elements: int | None = None


class _Envelope(msgspec.Struct):
    page: _Page | None = None


async def fetch_pages(
    fetcher: Fetcher,
    url: str,
    *,
    publisher: str,
    access: str = "",
    deadline: timedelta | None = None,
) -> Payload:
    """Get every page at an address, `pageNumber` from 1 until `page.lastPage`.

    Gives:   the first answer with the bytes of all pages, as they came, each behind `PAGE`; one page
             alone stays as it is. It was fetched when the last page was.
    Raises:  what `fetch` raises; Truncated if the count of all rows changes between two pages, or the
             pages have no end.
    """
    pages: list[Payload] = []
    totals = set()
    between = "&" if "?" in url else "?"
    while len(pages) < MOST:
        asked = f"{url}{between}pageNumber={len(pages) + 1}"
        pages.append(
            await fetcher.fetch(asked, publisher=publisher, access=access, deadline=deadline)
        )
        said = _page_of(pages[-1].data)
        if said is None:
            return _joined(url, pages)
        totals.add(said.total_elements)
        if len(totals) > 1:
            raise Truncated(f"{publisher}: {url} changed between two of its pages; ask again")
        if said.last_page:
            return _joined(url, pages)
    raise Truncated(f"{publisher}: {url} has more than {MOST} pages")


def _page_of(data: bytes) -> _Page | None:
    """What an answer says of its page; None where it is no such answer, which decoding refuses."""
    try:
        return msgspec.json.decode(data, type=_Envelope).page
    except msgspec.DecodeError:
        return None


def _joined(url: str, pages: Sequence[Payload]) -> Payload:
    if len(pages) == 1:
        return replace(pages[0], url=url)
    kept = {
        name: value
        for name, value in pages[-1].headers.items()
        if name not in ("etag", "last-modified", "content-length")
    }
    return replace(
        pages[-1],
        data=b"".join(PAGE + page.data + b"\n" for page in pages),
        url=url,
        requested_at_utc=pages[0].requested_at_utc,
        headers=kept,
        sha256="",
    )
