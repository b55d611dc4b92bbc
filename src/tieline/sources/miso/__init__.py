"""The Midcontinent ISO: its public API, its market reports, its keyed Data Exchange."""

from tieline.sources.miso.feeds import FEEDS

__all__ = ["FEEDS"]
