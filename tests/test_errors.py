"""The table of errors, written down a second time by hand and compared."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest

from tieline import errors

Row = tuple[str, str, str | None, str | None, int]

TABLE: tuple[Row, ...] = (
    # class, again, state of the entry, cause of the gap, exit code
    ("TielineError", "never", None, None, 1),
    ("Unconfigured", "never", None, None, 2),
    ("UsageError", "never", None, None, 2),
    ("SourceError", "never", "failed", None, 1),
    ("Unreachable", "later", "failed", "fetch_failed", 3),
    ("RateLimited", "later", "failed", "fetch_failed", 3),
    ("Refused", "never", "failed", "fetch_failed", 3),
    ("Unreadable", "new_recipe", "failed", "quarantined", 4),
    ("ErrorPage", "new_recipe", "failed", "quarantined", 4),
    ("Truncated", "new_recipe", "failed", "quarantined", 4),
    ("WrongReport", "new_recipe", "failed", "quarantined", 4),
    ("Shrunk", "new_recipe", "failed", "quarantined", 4),
    ("DriftFound", "new_recipe", "failed", "quarantined", 4),
    ("AmbiguousTime", "new_recipe", "failed", "quarantined", 4),
    ("ImpossibleTime", "new_recipe", "failed", "quarantined", 4),
    ("NotYetPublished", "next_slot", "failed", "not_yet_due", 5),
    ("EmptyAnswer", "next_slot", "failed", "empty_200", 5),
    ("Gone", "never", "failed", "missing_upstream", 5),
    ("RowsRejected", "new_recipe", "completed", "quarantined", 0),
    ("UnitMismatch", "never", None, None, 2),
    ("UnknownZone", "never", None, None, 2),
    ("UnknownName", "never", None, None, 2),
    ("StoreError", "never", None, None, 7),
    ("StorageFailed", "later", None, None, 7),
    ("LedgerUnavailable", "later", None, None, 7),
    ("LedgerConflict", "at_once", None, None, 7),
    ("Damaged", "never", None, None, 8),
    ("SinkError", "never", None, None, 7),
    ("SinkUnavailable", "later", None, None, 7),
    ("SinkRefused", "never", None, None, 7),
    ("OutcomeUnknown", "reconcile", None, None, 7),
)

PARENTS = {
    "RateLimited": "Unreachable",
    "ErrorPage": "Unreadable",
    "Truncated": "Unreadable",
    "WrongReport": "Unreadable",
    "Shrunk": "Unreadable",
    "LedgerConflict": "StoreError",
    "Damaged": "StoreError",
    "OutcomeUnknown": "SinkError",
    "DriftFound": "SourceError",
    "Gone": "SourceError",
}


def classes() -> dict[str, type[errors.TielineError]]:
    return {
        name: kind
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.TielineError)
    }


def test_the_table_has_every_class_and_no_other() -> None:
    assert sorted(row[0] for row in TABLE) == sorted(classes())


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_a_class_answers_as_the_table_says(row: Row) -> None:
    name, retry, state, cause, exit_code = row
    kind = classes()[name]
    assert (kind.retry, kind.state, kind.cause, kind.exit_code) == (
        retry,
        state,
        cause,
        exit_code,
    )


@pytest.mark.parametrize(("child", "parent"), PARENTS.items())
def test_the_tree_stands_as_drawn(child: str, parent: str) -> None:
    assert classes()[child].__bases__ == (classes()[parent],)


def test_every_class_stands_in_the_drawing() -> None:
    drawn = errors.__doc__ or ""
    groups = {"SourceError", "StoreError", "SinkError", "TielineError"}
    assert [name for name in {*classes(), *groups} if name not in drawn] == []


def test_the_text_names_feed_window_and_payload() -> None:
    error = errors.Truncated("The zip is cut.", payload="ab12", wait=timedelta(seconds=3))
    assert error.about(feed="nyiso:P-32", window="2026-11-01", payload="other") is error
    assert str(error) == "The zip is cut. [feed nyiso:P-32, window 2026-11-01, payload ab12]"
    assert error.wait == timedelta(seconds=3)


def test_without_names_the_text_stands_alone() -> None:
    assert str(errors.UnknownName("No such feed: x.")) == "No such feed: x."
