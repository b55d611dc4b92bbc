"""The grammar of a row: feed, report, locator, label, columns, absence."""

from tieline.feeds.address import day_in_name, report_in_name, url_of
from tieline.feeds.feed import PRINT_RANK, Feed, Print, Publisher, Report
from tieline.feeds.known import document_known, member_known, published_in
from tieline.feeds.layout import Layout
from tieline.feeds.listing import Listing
from tieline.feeds.locator import DailyFile, Locator, StaticFile
from tieline.feeds.probing import Probing
from tieline.feeds.reading import (
    FINAL,
    GROWING,
    ROLLING,
    Absence,
    Column,
    Entity,
    Grid,
    Label,
    Published,
    snapshot,
)

__all__ = [
    "FINAL",
    "GROWING",
    "PRINT_RANK",
    "ROLLING",
    "Absence",
    "Column",
    "DailyFile",
    "Entity",
    "Feed",
    "Grid",
    "Label",
    "Layout",
    "Listing",
    "Locator",
    "Print",
    "Probing",
    "Published",
    "Publisher",
    "Report",
    "StaticFile",
    "day_in_name",
    "document_known",
    "member_known",
    "published_in",
    "report_in_name",
    "snapshot",
    "url_of",
]
