"""The relational schema of dashboards comes to the same, in whatever order commits were published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from tests.flow.conftest import Bench, p32
from tests.sinks.test_postgres import asked
from tests.sinks.worlds import STAMPS, flow
from tieline.sinks import follow
from tieline.sinks.postgres import PostgresSink

HQ = b"SCH - HQ - NY"
RENAMED = b"SCH - HQ - NY NEW NAME"
REVISED = b"SCH - HQ - NY REVISED"


@pytest.fixture
def sink(postgres_url: str) -> Iterator[PostgresSink]:
    opened = PostgresSink("warehouse", postgres_url, "tieline")
    yield opened
    opened.close()


def shown(url: str) -> list[dict[str, object]]:
    return asked(url, "SELECT * FROM tieline.interfaces ORDER BY interface_id")


def name_of(url: str, interface: str = "23324") -> str | None:
    names = [row["interface_name"] for row in shown(url) if row["interface_id"] == interface]
    return str(names[0]) if names else None


def publish(bench: Bench, sink: PostgresSink) -> None:
    for _ in follow(bench.lake(), sink, most=1):
        continue


def assert_as_filled_again(bench: Bench, sink: PostgresSink, url: str) -> None:
    before = shown(url)
    sink.wipe()
    list(follow(bench.lake(), sink))
    assert shown(url) == before


def bring_day(bench: Bench, day: date, name: bytes, at: str) -> None:
    data = p32(STAMPS[:2], flow(100), day=f"{day:%m/%d/%Y}").replace(HQ, name)
    bench.bring(data, at, name=f"{day:%Y%m%d}ExternalLimitsFlows.csv")


def test_a_backfilled_day_does_not_name_an_interface(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    bring_day(bench, date(2026, 3, 2), RENAMED, "06:00")
    publish(bench, sink)
    bring_day(bench, date(2026, 2, 27), HQ, "07:00")
    publish(bench, sink)
    assert name_of(postgres_url) == RENAMED.decode()
    assert_as_filled_again(bench, sink, postgres_url)
    bring_day(bench, date(2026, 3, 2), REVISED, "08:00")
    publish(bench, sink)
    assert name_of(postgres_url) == REVISED.decode()
    bring_day(bench, date(2026, 3, 1), RENAMED, "09:00")
    publish(bench, sink)
    assert name_of(postgres_url) == REVISED.decode()
    assert_as_filled_again(bench, sink, postgres_url)


def test_a_stamp_that_is_taken_back_names_nothing(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    newest = p32(STAMPS, flow(100)).replace(b"00:10:00," + HQ, b"00:10:00," + RENAMED)
    bench.bring(newest, "06:00")
    publish(bench, sink)
    assert name_of(postgres_url) == RENAMED.decode()
    for at in ("07:00", "07:05"):
        bench.bring(p32(STAMPS[:2], flow(100)), at)
    publish(bench, sink)
    assert name_of(postgres_url) == HQ.decode()
    assert_as_filled_again(bench, sink, postgres_url)


def without(data: bytes, interface: bytes) -> bytes:
    return b"".join(line for line in data.splitlines(keepends=True) if interface not in line)


def test_an_interface_without_rows_is_not_shown(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    whole = p32(STAMPS, flow(100))
    bench.bring(whole, "06:00")
    publish(bench, sink)
    assert len(shown(postgres_url)) == 3
    for at in ("07:00", "07:05"):
        bench.bring(without(whole, HQ), at)
    publish(bench, sink)
    assert name_of(postgres_url) is None and len(shown(postgres_url)) == 2
    assert_as_filled_again(bench, sink, postgres_url)


def test_an_interface_that_somebody_refers_to_stays(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    whole = p32(STAMPS, flow(100))
    bench.bring(whole, "06:00")
    publish(bench, sink)
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "CREATE TABLE public.about AS SELECT interface_id FROM tieline.interfaces"
        )
        connection.execute(
            "ALTER TABLE public.about ADD FOREIGN KEY (interface_id) REFERENCES tieline.interfaces"
        )
    for at in ("07:00", "07:05"):
        bench.bring(without(whole, HQ), at)
    publish(bench, sink)
    assert len(shown(postgres_url)) == 3
    (left,) = asked(postgres_url, "SELECT count(*) AS n FROM tieline.interface_flows")
    assert left == {"n": 6}


def test_a_dead_letter_of_an_old_stamp_does_not_name_an_interface(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    bring_day(bench, date(2026, 2, 27), HQ, "06:00")
    publish(bench, sink)
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "ALTER TABLE tieline.interface_flows ADD CONSTRAINT odd CHECK (flow_mwh < 200)"
        )
    data = p32(STAMPS[:2], flow(300), day="02/28/2026")
    bench.bring(data, "07:00", name="20260228ExternalLimitsFlows.csv")
    bring_day(bench, date(2026, 3, 2), RENAMED, "08:00")
    publish(bench, sink)
    assert sink.dead_letters() and name_of(postgres_url) == RENAMED.decode()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("ALTER TABLE tieline.interface_flows DROP CONSTRAINT odd")
    assert sink.try_again(bench.lake()).refused == 0
    assert name_of(postgres_url) == RENAMED.decode()


def test_an_id_that_postgres_cannot_hold_is_a_dead_letter(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    bench.bring(p32(STAMPS[:1], flow(100)).replace(b",23324,", b",23\x0024,"), "06:00")
    publish(bench, sink)
    assert [row["interface_id"] for row in shown(postgres_url)] == ["23316", "23318"]
