"""New York's independent system operator: its public market files."""

from tieline.sources.nyiso.feeds import FEEDS

__all__ = ["FEEDS"]
