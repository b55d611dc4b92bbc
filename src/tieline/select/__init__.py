"""Asking a lake: the pick rules, the certificate, lineage, SQL."""

from tieline.select.answer import Answer, Scan, Told, answer, scan
from tieline.select.aside import AskUnread
from tieline.select.causes import CAUSES
from tieline.select.certificate import METADATA_KEY, Certificate, gap_as_json, metadata_of
from tieline.select.changes import Difference, diff
from tieline.select.cursor import Cursor, decode_cursor
from tieline.select.face import (
    Moment,
    asked,
    moment,
    moments,
    parsed,
    read,
    turned,
)
from tieline.select.gaps import gaps_of, grid_report, whole_days
from tieline.select.grids import around
from tieline.select.history import History, history
from tieline.select.kept import unheld_days
from tieline.select.lake import Lake
from tieline.select.lineage import Lineage, LineageRow, lineage
from tieline.select.question import KnownRule, Question, Revisions, Value, Wanted
from tieline.select.reasons import speakers
from tieline.select.scope import close, declared, find, market_zones
from tieline.select.sql import Knobs, connect, query
from tieline.select.stated import state, zones_in
from tieline.select.unknown import unknown_codes

__all__ = [
    "CAUSES",
    "METADATA_KEY",
    "Answer",
    "AskUnread",
    "Certificate",
    "Cursor",
    "Difference",
    "History",
    "Knobs",
    "KnownRule",
    "Lake",
    "Lineage",
    "LineageRow",
    "Moment",
    "Question",
    "Revisions",
    "Scan",
    "Told",
    "Value",
    "Wanted",
    "answer",
    "around",
    "asked",
    "close",
    "connect",
    "declared",
    "decode_cursor",
    "diff",
    "find",
    "gap_as_json",
    "gaps_of",
    "grid_report",
    "history",
    "lineage",
    "market_zones",
    "metadata_of",
    "moment",
    "moments",
    "parsed",
    "query",
    "read",
    "scan",
    "speakers",
    "state",
    "turned",
    "unheld_days",
    "unknown_codes",
    "whole_days",
    "zones_in",
]
