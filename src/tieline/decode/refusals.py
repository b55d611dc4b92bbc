"""Answers with status 200 that are no data: error pages, login pages, error messages."""

from __future__ import annotations

import re

from tieline.errors import ErrorPage, Gone

_HTML = re.compile(
    rb"\s*(<\?xml\b[^>]*\?>\s*)?(<!--.*?-->\s*)*"
    rb"<(!doctype\s+html|html|head|body|script|noscript|meta|title|h1|p|div)\b",
    re.I | re.S,
)
_XML_ERROR = re.compile(
    rb"<(\w+:)?(err_code|err_desc|error|errors|errormessage|fault|exception|accessdenied)\b", re.I
)
_JSON_ERROR = re.compile(
    rb'^[\[{]\s*"(error|errors|fault|message|errormessage|statuscode|title)"\s*:', re.I
)
_PLAIN_ERROR = re.compile(
    rb"(error|exception|not found|file not found|404|403|500|502|503|504|access (is )?denied|forbidden"
    rb"|request rejected|service (temporarily )?unavailable|bad gateway|gateway time-?out"
    rb"|internal server error|invalid request|no data)\b",
    re.I,
)
_RETIRED = re.compile(
    r"\bretired\b|\bdecommissioned\b|\bno longer (available|supported)\b|\breplaced by\b"
    r'|^\{\s*"error".*https?://',
    re.I | re.S,
)
_NOTHING = re.compile(rb"\W*no data exists for this period\W*", re.I)
_WITHOUT_WORDS = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>?", re.I | re.S)
_LOOK = 4096
_WORDS = 300


def published_error(data: bytes) -> str | None:
    """The publisher's own words if these bytes are an error or a page for people; else None.

    HTML is never data here; XML and JSON are an error only where they say so; plain text is one if
    its first line begins like an error and has no second field.
    """
    head = data[:_LOOK].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.match(head) or (head.startswith(b"<") and _XML_ERROR.search(head)):
        return _words(data)
    if _JSON_ERROR.match(head):
        return _words(data)
    first = head.split(b"\n", 1)[0]
    if b"," not in first and _PLAIN_ERROR.match(first):
        return _words(data)
    return None


def refusal(place: str, words: str) -> ErrorPage | Gone:
    """The error that a publisher's words stand for: one that points to another place is gone for good."""
    if _RETIRED.search(words):
        return Gone(f"{place}: the address is retired, it says: {words}")
    return ErrorPage(f"{place}: an error page came instead of data, it says: {words}")


def published_nothing(data: bytes) -> bool:
    """Whether the answer is the sentence by which a publisher says that it has no file for a day."""
    return len(data) < _WORDS and _NOTHING.fullmatch(data) is not None


def _words(data: bytes) -> str:
    """Text of a page without its markup, shortened."""
    text = data[: 16 * _LOOK].decode("utf-8", "replace")
    words = " ".join(_WITHOUT_WORDS.sub(" ", text).split())
    if not words:
        words = " ".join(text.split())
    return words if len(words) <= _WORDS else words[:_WORDS] + " ..."
