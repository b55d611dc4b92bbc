"""Listings of outages and rosters through the fold: what is new, what moved, what is no longer listed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from tests.flow.conftest import Bench
from tieline.select import read

DAY = date(2026, 3, 3)
HEADER = "Timestamp,PTID,Equipment Name,Outage Date/Time"
EVENTS = "iso.events.outage.nyiso"


def listing(*moments: tuple[str, tuple[int, ...]]) -> bytes:
    """P-54B: which elements are out at each moment of the day, each since six in the morning."""
    lines = [
        f"03/03/2026 {at}:00,{ptid},LINE {ptid},03/03/2026 06:00:00"
        for at, ptids in moments
        for ptid in ptids
    ]
    return "\r\n".join([HEADER, *lines, ""]).encode()


def bring(bench: Bench, at: str, data: bytes) -> object:
    return bench.bring(data, at, report="nyiso:P-54B", name="20260303RTLineOutages.csv", day=DAY)


def out(bench: Bench, as_of: str | None = None, **knobs: object) -> list[str]:
    moment = None if as_of is None else datetime.fromisoformat(f"2026-03-03T{as_of}:00+00:00")
    answer = read(bench.lake(), EVENTS, as_of=moment, **knobs)  # type: ignore[arg-type]
    return sorted(answer.polars()["resource_id"].to_list())


def test_an_outage_that_two_listings_lack_is_gone_and_one_is_not_enough(bench: Bench) -> None:
    first = ("07:00", (25001, 25002))
    bring(bench, "12:01", listing(first))
    bring(bench, "12:06", listing(first, ("07:05", (25001,))))
    assert out(bench) == ["25001", "25002"]
    bring(bench, "12:11", listing(first, ("07:05", (25001,)), ("07:10", (25001,))))
    assert out(bench) == ["25001"]
    assert out(bench, "12:10") == ["25001", "25002"]
    chain = read(bench.lake(), EVENTS, revisions="all", where={"resource_id": "25002"}).polars()
    assert chain["state"].to_list() == ["live"]
    every = read(bench.lake(), EVENTS, revisions="all").polars()
    assert every.filter(pl.col("outage_id").str.starts_with("25002"))["state"].to_list() == [
        "live", "gone",
    ]  # fmt: skip


def test_a_listing_that_says_the_same_writes_no_row(bench: Bench) -> None:
    bring(bench, "12:01", listing(("07:00", (25001, 25002))))
    before = bench.stored("nyiso:P-54B").height
    bring(bench, "12:06", listing(("07:00", (25001, 25002)), ("07:05", (25001, 25002))))
    assert bench.stored("nyiso:P-54B").height == before == 2


def test_a_window_asks_for_outages_that_overlap_it(bench: Bench) -> None:
    bring(bench, "12:01", listing(("07:00", (25001,))))
    noon = datetime(2026, 3, 3, 17, tzinfo=UTC)
    before = datetime(2026, 3, 3, 9, tzinfo=UTC)
    lake = bench.lake()
    assert read(lake, EVENTS, noon).polars().height == 1
    assert read(lake, EVENTS, noon, columns=["outage_id"]).polars().height == 1
    assert read(lake, EVENTS, None, before).polars().height == 0
    assert read(lake, EVENTS, before, noon).polars().height == 1


def test_yesterdays_messages_stand_when_a_new_day_begins(bench: Bench) -> None:
    header = "Timestamp,Message"
    for day, at in ((3, "12:01"), (4, "23:01")):
        said = f"03/{day:02d}/2026 00:00:00,Start of day system state is NORMAL"
        bench.bring(
            "\r\n".join([header, said, ""]).encode(),
            at,
            report="nyiso:P-35",
            name=f"202603{day:02d}RealTimeEvents.csv",
            day=date(2026, 3, day),
        )
    rows = read(bench.lake(), "iso.events.system_state.nyiso").polars()
    assert rows["message_id"].to_list() == ["2026-03-03T00:00:00#1", "2026-03-04T00:00:00#1"]
