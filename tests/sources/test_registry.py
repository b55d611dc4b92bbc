"""Feeds and reports are found by every name they go by."""

from __future__ import annotations

import pytest

from tieline.errors import UnknownName
from tieline.sources import FEEDS, feed, report


def test_ids_and_names_are_unique() -> None:
    ids = [one.id for one in FEEDS]
    names = [one.name for row in FEEDS for one in row.reports]
    assert len(set(ids)) == len(ids)
    assert len(set(names)) == len(names)


def test_every_name_finds_its_feed_and_report() -> None:
    for row in FEEDS:
        assert feed(row.id) is row
        assert report(row.id) is row.reports[0]
        for one in row.reports:
            assert feed(one.name) is feed(one.code.lower()) is row
            assert report(one.name) is report(one.code) is one


def test_an_unknown_name_says_what_comes_close() -> None:
    with pytest.raises(UnknownName, match=r"iso\.rt\.load\.nyiso"):
        feed("iso.rt.laod.nyiso")
    with pytest.raises(UnknownName, match="nyiso:P-32-CURRENT"):
        report("nyiso:P-32-CURENT")
    with pytest.raises(UnknownName, match="feeds list"):
        report("qqqq")


def test_the_reports_of_a_feed_share_one_label_and_one_zone() -> None:
    for row in FEEDS:
        labels = {(one.label.kind, one.label.zone) for one in row.reports if one.label}
        assert len(labels) <= 1, row.id
        assert len({one.label is None for one in row.reports}) == 1, row.id
