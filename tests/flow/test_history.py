"""Histories: events with their ids, and from when until when a thing was what it was."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest
from starlette.testclient import TestClient

from tests.flow.conftest import Bench
from tieline.errors import UsageError
from tieline.flow.keeping import keep
from tieline.flow.landing import land
from tieline.flow.plan import poll_slot
from tieline.flow.receiving import read_arrival
from tieline.select import Question, history, read
from tieline.serve.api import create_app
from tieline.values import Document, Known, Payload

GENERATORS = (
    "Generator Name,Generator PTID,Aggregation PTID,Subzone,Zone,Latitude,Longitude,Active\r\n"
)
HEADER = "Timestamp,PTID,Equipment Name,Outage Date/Time\r\n"


def roster(bench: Bench, at: str, *listed: tuple[str, str]) -> None:
    lines = (f"{name},{ptid},,WEST,WEST,42.0,-78.0,Y\r\n" for ptid, name in listed)
    data = (GENERATORS + "".join(lines)).encode()
    bench.bring(data, at, report="nyiso:P-19", name="generator.csv")


def landed(bench: Bench, name: str, *, fetched: datetime, known: datetime) -> None:
    """A roster of one generator, fetched later than it was known by its own word."""
    feed, report = bench.house.report("nyiso:P-19")
    data = f"{GENERATORS}{name},1,,WEST,WEST,42.0,-78.0,Y\r\n".encode()
    slice = poll_slot(report, fetched)
    payload = Payload(data, f"http://x/{name}", fetched, fetched)
    said = Known(known, "modified")
    keep(bench.house, report, slice, payload, said, origin="collect")
    arrival = read_arrival(
        bench.house, feed, report, slice, Document(data), payload, said, "collect"
    )
    land(bench.house, feed, report, [arrival], kind="collect")


def told(bench: Bench, dataset: str = "generator", **knobs: object) -> pl.DataFrame:
    return history(bench.lake(), Question(dataset=dataset, **knobs)).polars()  # type: ignore[arg-type]


def clock(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 3, hour, minute, tzinfo=UTC)


def grown(bench: Bench) -> None:
    """A is renamed at 13, B is missing from 13 on and gone at 14, C comes at 14."""
    roster(bench, "12:00", ("1", "A"), ("2", "B"))
    roster(bench, "13:00", ("1", "A NEW"))
    roster(bench, "14:00", ("1", "A NEW"), ("3", "C"))


def test_each_state_holds_from_when_it_was_known_until_the_next(bench: Bench) -> None:
    grown(bench)
    rows = told(bench).select(
        "generator_id", "generator_name", "state", "revision", "valid_from_utc", "valid_to_utc"
    )
    assert rows.rows() == [
        ("1", "A", "live", 1, clock(12), clock(13)),
        ("1", "A NEW", "live", 2, clock(13), None),
        ("2", "B", "live", 1, clock(12), clock(14)),
        ("2", None, "gone", 2, clock(14), None),
        ("3", "C", "live", 1, clock(14), None),
    ]


def test_an_event_keeps_its_id_when_an_older_listing_comes_in_late(bench: Bench) -> None:
    roster(bench, "12:00", ("1", "A"))
    roster(bench, "14:00", ("1", "A NEW"))
    before = dict(told(bench).select("event_id", "revision").rows())
    roster(bench, "13:00", ("1", "A OTHER"))
    after = dict(told(bench).select("event_id", "revision").rows())
    assert before.keys() < after.keys() and len(after) == 3
    assert sorted(before.values()) == [1, 2] and sorted(after.values()) == [1, 2, 3]
    assert all(len(event) == 64 for event in after)


def test_a_history_as_of_a_time_knows_no_later_state(bench: Bench) -> None:
    grown(bench)
    rows = told(bench, as_of=clock(13, 30))
    assert rows["generator_name"].to_list() == ["A", "A NEW", "B"]
    assert rows["valid_to_utc"].to_list() == [clock(13), None, None]
    only = told(bench, where={"generator_id": "2"})
    assert only["state"].to_list() == ["live", "gone"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("fetched", [(clock(15), clock(14)), (clock(15), clock(15))])
def test_of_two_looks_of_one_known_time_the_one_fetched_last_stands(
    bench: Bench, order: tuple[int, int], fetched: tuple[datetime, datetime]
) -> None:
    """In whatever order they came; fetched at once, their content decides."""
    for place in order:
        landed(bench, ("A", "B")[place], fetched=fetched[place], known=clock(12))
    rows = told(bench)
    stands = read(bench.lake(), "generator").polars()["generator_name"].to_list()
    assert rows.filter(pl.col("valid_to_utc").is_null())["generator_name"].to_list() == stands
    assert rows["generator_name"].to_list() == stands, "nobody ever saw the other"
    if fetched[0] > fetched[1]:
        assert stands == ["A"]


def test_what_one_report_no_longer_lists_stands_while_another_does(bench: Bench) -> None:
    """A node of P-20 is gone from it while P-66 lists the same id."""
    loads, nodes = "Load Name,PTID,Subzone,Zone\r\n", "Node Name,PTID,Subzone,Zone\r\n"
    other = "L9,9,X,X\r\n"
    bring = bench.bring
    bring((loads + "L1,1,X,X\r\n" + other).encode(), "12:00", report="nyiso:P-20", name="load.csv")
    bring((nodes + "N1,1,X,X\r\n").encode(), "12:30", report="nyiso:P-66", name="nodes.csv")
    for at in ("13:00", "14:00"):
        bring((loads + other).encode(), at, report="nyiso:P-20", name="load.csv")
    rows = told(bench, "location", where={"location_id": "1"})
    assert rows.select("location_name", "state", "valid_from_utc").rows() == [
        ("L1", "live", clock(12)),
        ("N1", "live", clock(14)),
    ]


def test_outages_have_a_history_over_http_and_a_window_is_refused(bench: Bench) -> None:
    for at, lines in (
        ("12:01", "03/03/2026 07:00:00,25001,LINE,03/03/2026 06:00:00\r\n"),
        ("12:06", "03/03/2026 07:05:00,25002,LINE B,03/03/2026 07:01:00\r\n"),
        ("12:11", "03/03/2026 07:10:00,25002,LINE B,03/03/2026 07:01:00\r\n"),
    ):
        bench.bring(
            (HEADER + lines).encode(),
            at,
            report="nyiso:P-54B",
            name="20260303RTLineOutages.csv",
            day=date(2026, 3, 3),
        )
    client = TestClient(create_app(bench.lake(), version="0.1.0"), raise_server_exceptions=False)
    body = client.get("/v1/datasets/iso.events.outage.nyiso/history").json()
    assert [(row["resource_id"], row["state"], row["revision"]) for row in body["rows"]] == [
        ("25001", "live", 1),
        (None, "gone", 2),
        ("25002", "live", 1),
    ]
    assert body["certificate"]["sequence"] == bench.home.ledger.sequence()
    assert body["truncated"] is False
    cut = client.get("/v1/datasets/iso.events.outage.nyiso/history?limit=2")
    assert (len(cut.json()["rows"]), cut.json()["truncated"]) == (2, True)
    assert cut.headers["Tieline-Truncated"] == "true"
    refused = client.get("/v1/datasets/load/history")
    assert (refused.status_code, "revisions=all" in refused.text) == (400, True)
    with pytest.raises(UsageError, match="no window"):
        told(bench, "outage_event", start=clock(1))
    with pytest.raises(UsageError, match="filter by"):
        told(bench, "outage_event", where={"resource_id": "25001"})
