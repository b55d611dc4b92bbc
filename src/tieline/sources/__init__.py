"""One room a publisher: its feeds as rows, and small pure functions."""

from tieline.sources.documents import UrlTable, feeds_from_documents
from tieline.sources.registry import FEEDS, feed, report

__all__ = ["FEEDS", "UrlTable", "feed", "feeds_from_documents", "report"]
