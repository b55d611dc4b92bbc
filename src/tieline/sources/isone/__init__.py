"""New England's independent system operator: web services and the tree of CSV files."""

from tieline.sources.isone.feeds import FEEDS

__all__ = ["FEEDS"]
