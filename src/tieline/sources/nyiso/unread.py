"""Reports of NYISO that have no decoder, and why: their bytes are kept as they come once a line of
the user's table names them."""

from __future__ import annotations

_NO_HEADER = "no file and no working client shows its header"
UNREAD: dict[str, str] = {
    "P-8A": _NO_HEADER,
    "P-14": "a document for people; P-14B is the same as a table",
    "P-18": "rows are outages with the capability they leave; how their times are written is not known",
    "P-29": "a document for people",
    "P-38": "one file a month, whose days no name tells",
    "P-45": _NO_HEADER,
    "P-46": _NO_HEADER,
    "P-53A": "a text whose layout is not known",
    "P-60": "a page for people, packed by the month",
    "P-70C": "which days a file's stamps name is not known",
}
"""By code: what is missing."""
