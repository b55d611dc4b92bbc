"""Which lines of a report one row is made of."""

from __future__ import annotations

import polars as pl

from tieline.sources import FEEDS
from tieline.sources.miso.shapes import lines_of_node, prices_by_hour


def test_a_node_that_stands_there_twice_has_its_own_lines_each_time() -> None:
    lines = [("A", "LMP"), ("B", "LMP"), ("A", "MCC"), ("A", "LMP"), ("B", "MCC"), ("A", "MLC"),
             ("B", "MLC"), ("A", "MLC"), ("A", "MCC"), ("C", "LMP"), ("A", "note")]  # fmt: skip
    table = pl.DataFrame(
        {
            "Node": [node for node, _ in lines],
            "Type": "Hub",
            "Value": [kind for _, kind in lines],
            "Market Day": "07/14/2026",
            "HE 1": [str(place) for place in range(len(lines))],
            "source_row": range(len(lines)),
            "unread": [None] * len(lines),
        },
        schema_overrides={"unread": pl.String},
    )
    rows = prices_by_hour(table).filter(pl.col("unread").is_null())
    assert rows["source_row"].to_list() == [0, 1, 3]
    for row in rows.iter_rows(named=True):
        made_of = {row["LMP"], row["MCC"], row["MLC"]}
        assert made_of == {str(place) for place in lines_of_node(table, row["source_row"])}


def test_who_makes_a_row_of_several_lines_says_which() -> None:
    for feed in FEEDS:
        for report in feed.reports:
            joined = report.reshape is prices_by_hour
            assert report.lines is (lines_of_node if joined else None), report.name
