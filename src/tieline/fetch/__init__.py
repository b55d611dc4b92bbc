"""The outside: HTTP, politeness, retries. The only room beside `serve` that knows async."""

from tieline.fetch.http import (
    Deadlines,
    Fetcher,
    OnTry,
    Retries,
    Validators,
    how_to_open,
    opening,
)
from tieline.fetch.known import known_time
from tieline.fetch.pages import fetch_pages
from tieline.fetch.politeness import Clock, Politeness, Sleep

__all__ = [
    "Clock",
    "Deadlines",
    "Fetcher",
    "OnTry",
    "Politeness",
    "Retries",
    "Sleep",
    "Validators",
    "fetch_pages",
    "how_to_open",
    "known_time",
    "opening",
]
