"""Asking a lake: the pick rules, the certificate, lineage, SQL."""

from tieline.select.answer import Answer, Scan, answer, scan
from tieline.select.certificate import Certificate, gap_as_json
from tieline.select.face import Moment, asked, moment, parsed, read
from tieline.select.gaps import gaps_of, grid_report, whole_days
from tieline.select.lake import Lake
from tieline.select.lineage import LineageRow, lineage
from tieline.select.question import KnownRule, Question, Revisions, Value, Wanted
from tieline.select.scope import close, declared, find
from tieline.select.sql import connect, query

__all__ = [
    "Answer",
    "Certificate",
    "KnownRule",
    "Lake",
    "LineageRow",
    "Moment",
    "Question",
    "Revisions",
    "Scan",
    "Value",
    "Wanted",
    "answer",
    "asked",
    "close",
    "connect",
    "declared",
    "find",
    "gap_as_json",
    "gaps_of",
    "grid_report",
    "lineage",
    "moment",
    "parsed",
    "query",
    "read",
    "scan",
    "whole_days",
]
