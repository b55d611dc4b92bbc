"""What an answer that is no file means, in the house's errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tieline.errors import (
    EmptyAnswer,
    Gone,
    NotYetPublished,
    RateLimited,
    Refused,
    SourceError,
    Unreachable,
)

EXCERPT = 200

_SECRET = re.compile(r"key|token|secret|password|signature", re.IGNORECASE)


def error_of(
    status: int, headers: Mapping[str, str], body: bytes, *, url: str, now: datetime
) -> SourceError:
    """Give the error that a status other than 200 and 304 stands for.

    404 is NotYetPublished: whether it is early, late or missing, the promise decides. A code that
    says the request itself is wrong is Refused: asking again would not help.
    """
    text = f"{status} from {url}: {excerpt(body) or 'no text'}"
    wait = retry_after(headers, now)
    if status == 429:
        return RateLimited(f"asked too often, {text}", wait=wait)
    if status in (408, 425) or status >= 500:
        return Unreachable(f"the server cannot answer, {text}", wait=wait)
    if status == 404:
        return NotYetPublished(f"not there, {text}")
    if status == 410:
        return Gone(f"gone for good, {text}; find where the publisher has moved it")
    if status == 204:
        return EmptyAnswer(f"an answer without content, {text}")
    if 400 <= status < 500:
        return Refused(f"refused, {text}; check address, key and terms of use")
    return Unreachable(f"an answer nobody expected, {text}")


def error_of_redirect(status: int, *, url: str, target: str) -> SourceError:
    """Give the error for a redirect that leads away from the publisher's own host."""
    text = f"{status} from {url} leads to {target or 'nowhere'}, which is not followed"
    if status in (301, 308):
        return Gone(f"moved away, {text}; check the new place and change the report's address")
    return Unreachable(f"sent elsewhere, {text}; a login or maintenance page, or a new place")


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read Retry-After: seconds, or an HTTP date measured against the server's own Date."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return timedelta(seconds=int(text))
    until = http_date(text)
    if until is None:
        return None
    asked_at = http_date(headers.get("date", "")) or now
    return max(until - asked_at, timedelta(0))


def http_date(text: str) -> datetime | None:
    """Read an HTTP date; None if it is none. Naive if it names no zone, else in UTC."""
    try:
        instant = parsedate_to_datetime(text)
        return instant if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, IndexError, OverflowError):
        return None


def excerpt(body: bytes) -> str:
    """The first printable characters of a body, for the text of an error."""
    text = body[: 4 * EXCERPT].decode("utf-8", errors="replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:EXCERPT]


def public_url(url: str) -> str:
    """The address without passwords and keys, fit for logs, errors and sidecars."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if not _SECRET.search(parts.query):
        return urlunsplit(parts._replace(netloc=host))
    shown = [
        (name, "***" if _SECRET.search(name) else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    return urlunsplit(parts._replace(netloc=host, query=urlencode(shown, safe="*:,/")))
