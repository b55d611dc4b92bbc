"""PostgreSQL follows the ledger: exactly once, equal to the lake at every commit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import psycopg
import pytest
from polars.testing import assert_frame_equal
from psycopg.rows import dict_row

from tests.flow.conftest import Bench, p32
from tests.flow.test_things import ACTUAL, bring, clock, listing
from tests.sinks.worlds import STAMPS, current, flow, life, shaped, stored
from tieline.datasets import INTERFACE_FLOW
from tieline.errors import SinkRefused, SinkUnavailable, Unconfigured
from tieline.sinks import Position, Receipt, follow
from tieline.sinks.postgres import PostgresSink, writing
from tieline.sinks.postgres.connecting import Connection

TABLE = INTERFACE_FLOW.name


def asked(url: str, statement: str) -> list[dict[str, object]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("SET timezone = 'UTC'")
        return connection.execute(statement.encode()).fetchall()


def view(url: str, namespace: str = "tieline") -> pl.DataFrame:
    return shaped(INTERFACE_FLOW, asked(url, f"SELECT * FROM {namespace}.{TABLE}"))


def assert_equal_to_lake(bench: Bench, url: str, at_sequence: int | None = None) -> None:
    found = view(url)
    expected = current(bench, INTERFACE_FLOW, at_sequence)
    assert expected.height
    assert_frame_equal(found.drop("row_sequence"), expected)


@pytest.fixture
def sink(postgres_url: str) -> PostgresSink:
    return PostgresSink("warehouse", postgres_url, "tieline")


def test_it_equals_the_lake_after_every_commit(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    for what in life(bench):
        receipts = list(follow(bench.lake(), sink))
        assert bool(receipts) == ("nothing new" not in what), what
        assert_equal_to_lake(bench, postgres_url)
        rows = asked(postgres_url, f"SELECT count(*) AS n FROM tieline.{TABLE}_history")
        assert rows == [{"n": stored(bench).height}], what


def test_it_catches_up_from_zero_in_batches_of_any_size(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    list(life(bench))
    for receipt in follow(bench.lake(), sink, most=1):
        assert_equal_to_lake(bench, postgres_url, receipt.upto)
    assert_equal_to_lake(bench, postgres_url)
    sink.wipe()
    assert sink.position().sequence == 0
    (whole,) = follow(bench.lake(), sink)
    assert whole.rows == stored(bench).height
    assert_equal_to_lake(bench, postgres_url)


def test_rows_of_a_month_without_rows_are_copied_in(
    bench: Bench, sink: PostgresSink, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They meet nobody; what comes to the same month later does, and is merged."""
    merged: list[str] = []
    stage = writing.stage

    def noting(connection: Connection, like: str, rows: pl.DataFrame) -> str:
        merged.append(like)
        return stage(connection, like, rows)

    monkeypatch.setattr(writing, "stage", noting)
    commits = life(bench)
    next(commits)
    list(follow(bench.lake(), sink))
    assert TABLE not in merged
    list(commits)
    list(follow(bench.lake(), sink))
    assert TABLE in merged
    assert_equal_to_lake(bench, postgres_url)


def test_the_relational_schema_shows_the_current_view(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    list(life(bench))
    list(follow(bench.lake(), sink))
    found = pl.DataFrame(
        asked(
            postgres_url,
            "SELECT timestamp, interface_id, interface_name, flow_mwh, positive_limit_mwh,"
            " negative_limit_mwh FROM tieline.interface_flows JOIN tieline.interfaces USING (interface_id)"
            " ORDER BY interface_id, timestamp",
        )
    )
    lake = current(bench, INTERFACE_FLOW)
    assert_frame_equal(
        found,
        lake.select(
            timestamp="stamp_utc",
            interface_id="interface_id",
            interface_name="interface_name",
            flow_mwh="flow_mw",
            positive_limit_mwh="import_limit_mw",
            negative_limit_mwh=-pl.col("export_limit_mw"),
        ),
        check_dtypes=False,
    )
    assert set(found["negative_limit_mwh"]) == {-1000.0}


def withdrawn_outage(bench: Bench) -> None:
    """Two outages, of which the last two listings have one."""
    first, rest = ("07:00", (25001, 25002)), [(f"07:{at}", (25001,)) for at in ("05", "10")]
    bring(bench, ACTUAL, 3, clock(3, 12, 1), listing(3, first))
    bring(bench, ACTUAL, 3, clock(3, 12, 6), listing(3, first, *rest[:1]))
    bring(bench, ACTUAL, 3, clock(3, 12, 11), listing(3, first, *rest))


OUTAGES = (
    "SELECT resource_id, state FROM tieline.outage_event_history ORDER BY row_sequence, resource_id"
)
WITHDRAWN = [("25001", "live"), ("25002", "live"), (None, "gone")]


def test_a_withdrawn_outage_reaches_the_history(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    withdrawn_outage(bench)
    assert [receipt.refused for receipt in follow(bench.lake(), sink)] == [{}]
    assert [tuple(row.values()) for row in asked(postgres_url, OUTAGES)] == WITHDRAWN
    left = asked(postgres_url, "SELECT resource_id FROM tieline.outage_event")
    assert left == [{"resource_id": "25001"}]
    assert sink.dead_letters() == 0


def test_a_column_that_was_never_null_may_be_null_in_tables_that_are_there(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    withdrawn_outage(bench)
    (*_, last) = follow(bench.lake(), sink)
    with psycopg.connect(postgres_url) as connection:
        for table in ("outage_event", "outage_event_history"):
            connection.execute(f"TRUNCATE tieline.{table}".encode())
            connection.execute(
                f"ALTER TABLE tieline.{table} ALTER resource_id SET NOT NULL".encode()
            )
        connection.execute("UPDATE tieline.tieline_positions SET sequence = 0, mark = ''")
    sink.close()
    (again,) = follow(bench.lake(), sink)
    assert (again.upto, again.refused) == (last.upto, {})
    assert [tuple(row.values()) for row in asked(postgres_url, OUTAGES)] == WITHDRAWN


def test_tables_are_divided_by_month_and_say_what_they_mean(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    list(life(bench))
    list(follow(bench.lake(), sink))
    parts = asked(
        postgres_url,
        "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY 1",
    )
    assert [row["relname"] for row in parts] == [f"{TABLE}_2026_03", f"{TABLE}_history_2026_03"]
    (said,) = asked(postgres_url, f"SELECT obj_description('tieline.{TABLE}'::regclass) AS doc")
    assert said["doc"] == INTERFACE_FLOW.doc


def test_a_row_that_a_table_refuses_is_a_dead_letter_and_the_rest_goes_on(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    commits = life(bench)
    next(commits)
    list(follow(bench.lake(), sink))
    with psycopg.connect(postgres_url) as connection:
        connection.execute("ALTER TABLE tieline.interface_flows ADD CHECK (flow_mwh <> 714)")
    list(commits)
    refused = [receipt.refused for receipt in follow(bench.lake(), sink)]
    assert refused == [{"interface_flows": 1}]
    assert sink.dead_letters() == 1
    (letter,) = asked(postgres_url, "SELECT * FROM tieline.tieline_dead_letters")
    assert (letter["sink"], letter["table"]) == ("warehouse", "interface_flows")
    assert '"flow_mwh":714.0' in str(letter["row"]) and "violates check" in str(letter["reason"])
    assert_equal_to_lake(bench, postgres_url)
    kept = asked(postgres_url, "SELECT count(*) AS n FROM tieline.interface_flows")
    assert kept == [{"n": current(bench, INTERFACE_FLOW).height - 1}]


def test_what_refuses_every_row_is_no_row_s_fault(
    bench: Bench, sink: PostgresSink, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_REFUSED", 2)
    commits = life(bench)
    next(commits)
    list(follow(bench.lake(), sink))
    before = sink.position()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("ALTER TABLE tieline.interface_flows ADD CHECK (flow_mwh < 200)")
    list(commits)
    with pytest.raises(SinkRefused, match="more than 2 rows"):
        list(follow(bench.lake(), sink))
    assert sink.position() == before
    assert sink.dead_letters() == 0


def test_text_that_postgres_cannot_hold_is_a_dead_letter(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    strange = p32(STAMPS[:1], flow(100)).replace(b"SCH - HQ - NY", b"SCH \x00 HQ")
    bench.bring(strange, "06:00")
    (receipt,) = follow(bench.lake(), sink)
    assert receipt.refused == {
        "interface_flow": 1,
        "interface_flow_history": 1,
        "interface_flows": 2,
    }
    assert len(asked(postgres_url, f"SELECT 1 FROM tieline.{TABLE}")) == 2


def test_dead_letters_are_tried_again_as_the_lake_stands_today(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    """The history takes the row that was refused, every other table what has become of its fact."""
    commits = life(bench)
    next(commits)
    list(follow(bench.lake(), sink))
    tables = ("interface_flow", "interface_flow_history", "interface_flows")
    columns = ("flow_mw", "flow_mw", "flow_mwh")
    with psycopg.connect(postgres_url) as connection:
        for table, column in zip(tables, columns, strict=True):
            check = f"ADD CONSTRAINT odd CHECK ({column} NOT IN (110, 506))"
            connection.execute(f"ALTER TABLE tieline.{table} {check}".encode())
    list(commits)
    for _ in follow(bench.lake(), sink, most=1):
        pass
    before = sink.letters()
    assert {letter.table for letter in before} == set(tables)
    assert all("violates check" in letter.reason for letter in before)
    again = sink.try_again(bench.lake())
    assert again.tried == len(before) and again.refused == sink.dead_letters() > 0
    with psycopg.connect(postgres_url) as connection:
        for table in tables:
            connection.execute(f"ALTER TABLE tieline.{table} DROP CONSTRAINT odd".encode())
    assert sink.try_again(bench.lake()).refused == 0
    assert (sink.dead_letters(), sink.letters()) == (0, [])
    assert_equal_to_lake(bench, postgres_url)
    rows = asked(postgres_url, f"SELECT count(*) AS n FROM tieline.{TABLE}_history")
    assert rows == [{"n": stored(bench).height}]
    shown = asked(postgres_url, "SELECT flow_mwh FROM tieline.interface_flows ORDER BY 1")
    assert [row["flow_mwh"] for row in shown] == sorted(current(bench, INTERFACE_FLOW)["flow_mw"])
    assert sink.try_again(bench.lake()).tried == 0


def test_a_row_that_somebody_refers_to_is_withdrawn_later(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    bench.bring(p32(STAMPS, flow(100)), "06:00")
    list(follow(bench.lake(), sink))
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "CREATE TABLE public.notes (at timestamptz, point text, FOREIGN KEY (at, point)"
            " REFERENCES tieline.interface_flows (timestamp, interface_id))"
        )
        connection.execute(
            "INSERT INTO public.notes SELECT timestamp, interface_id FROM tieline.interface_flows"
            " ORDER BY timestamp DESC LIMIT 1"
        )
    for at in ("07:00", "07:05"):
        bench.bring(p32(STAMPS[:2], flow(100)), at)
    bench.bring(p32(STAMPS[:2], flow(900)), "08:00")
    assert list(follow(bench.lake(), sink))[-1].upto == bench.home.ledger.sequence()
    (letter,) = sink.letters()
    assert letter.table == "interface_flows"
    assert "notes" in letter.reason
    with psycopg.connect(postgres_url) as connection:
        connection.execute("DROP TABLE public.notes")
    assert sink.try_again(bench.lake()).refused == 0
    assert sink.letters() == []
    assert_equal_to_lake(bench, postgres_url)
    shown = asked(postgres_url, "SELECT count(*) AS n FROM tieline.interface_flows")
    assert shown == [{"n": current(bench, INTERFACE_FLOW).height}]


def test_an_interface_that_was_refused_is_tried_again(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    bench.bring(p32(STAMPS[:1], flow(100)), "06:00")
    list(follow(bench.lake(), sink))
    with psycopg.connect(postgres_url) as connection:
        connection.execute("TRUNCATE tieline.interfaces, tieline.interface_flows")
        check = "ADD CONSTRAINT odd CHECK (interface_name NOT LIKE '%HQ%')"
        connection.execute(f"ALTER TABLE tieline.interfaces {check}".encode())
    bench.bring(p32(STAMPS[:2], flow(500)), "07:00")
    list(follow(bench.lake(), sink))
    assert {letter.table for letter in sink.letters()} == {"interfaces", "interface_flows"}
    with psycopg.connect(postgres_url) as connection:
        connection.execute("ALTER TABLE tieline.interfaces DROP CONSTRAINT odd")
    assert sink.try_again(bench.lake()).refused == 0
    assert sink.letters() == []
    assert len(asked(postgres_url, "SELECT 1 FROM tieline.interface_flows")) == 6


def test_wiping_leaves_what_others_made(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    list(life(bench))
    list(follow(bench.lake(), sink))
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE VIEW tieline.mine AS SELECT * FROM tieline.interface_flow")
        connection.execute("CREATE TABLE tieline.notes AS SELECT 'kept' AS text")
        connection.execute("CREATE INDEX own ON tieline.interface_flows (flow_mwh)")
    sink.wipe()
    assert sink.position().sequence == 0
    assert asked(postgres_url, "SELECT * FROM tieline.mine") == []
    list(follow(bench.lake(), sink))
    assert_equal_to_lake(bench, postgres_url)
    mine = asked(postgres_url, "SELECT count(*) AS n FROM tieline.mine")
    assert mine == [{"n": current(bench, INTERFACE_FLOW).height}]
    assert asked(postgres_url, "SELECT * FROM tieline.notes") == [{"text": "kept"}]
    assert len(asked(postgres_url, "SELECT 1 FROM pg_indexes WHERE indexname = 'own'")) == 1
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "CREATE TABLE public.about (id TEXT REFERENCES tieline.interfaces (interface_id))"
        )
    with pytest.raises(SinkRefused, match="foreign key"):
        sink.wipe()
    assert_equal_to_lake(bench, postgres_url)


def test_two_publishers_of_one_sink_do_not_double(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    list(life(bench))
    begin = threading.Barrier(4)

    def publish(number: int) -> list[Receipt]:
        mine = PostgresSink("warehouse", postgres_url, "tieline")
        begin.wait()
        try:
            return list(follow(bench.lake(), mine, most=1))
        finally:
            mine.close()

    with ThreadPoolExecutor(4) as pool:
        receipts = [one for found in pool.map(publish, range(4)) for one in found]
    spans = sorted((receipt.after, receipt.upto) for receipt in receipts)
    assert [after for after, _ in spans] == [0, *(upto for _, upto in spans[:-1])]
    assert sum(receipt.rows for receipt in receipts) == stored(bench).height
    assert_equal_to_lake(bench, postgres_url)
    rows = asked(postgres_url, f"SELECT count(*) AS n FROM tieline.{TABLE}_history")
    assert rows == [{"n": stored(bench).height}]


def test_a_sink_of_another_lake_or_of_other_feeds_is_not_touched(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    list(life(bench))
    list(follow(bench.lake(), sink))
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE tieline.tieline_positions SET mark = 'another'")
    with pytest.raises(SinkRefused, match="another course"):
        list(follow(bench.lake(), sink))
    sink.wipe()
    list(follow(bench.lake(), sink))
    fewer = PostgresSink("warehouse", postgres_url, "tieline", ["iso.rt.interface_flow.nyiso"])
    with pytest.raises(SinkRefused, match="is now told to take"):
        list(follow(bench.lake(), fewer))
    other = PostgresSink("other", postgres_url, "tieline")
    with pytest.raises(SinkRefused, match="belongs to sink warehouse"):
        other.position()
    with pytest.raises(SinkRefused, match="belongs to sink warehouse"):
        other.wipe()
    other.close()
    assert_equal_to_lake(bench, postgres_url)


def test_of_two_sinks_that_begin_in_one_empty_schema_the_second_is_refused(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    class Slow(PostgresSink):
        """One that saw the schema empty, and writes when the other has written."""

        seen_empty = False

        def position(self) -> Position:
            if not self.seen_empty:
                self.seen_empty = True
                return Position()
            return super().position()

    list(life(bench))
    list(follow(bench.lake(), sink))
    slow = Slow("other", postgres_url, "tieline")
    with pytest.raises(SinkRefused, match="belongs to sink warehouse"):
        list(follow(bench.lake(), slow))
    slow.close()
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT sink FROM tieline.tieline_positions").fetchall() == [
            ("warehouse",)
        ]
    assert_equal_to_lake(bench, postgres_url)


def test_a_schema_in_which_two_sinks_have_written_is_nobodys(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    list(life(bench))
    list(follow(bench.lake(), sink))
    with psycopg.connect(postgres_url) as connection:
        connection.execute("DROP INDEX tieline.tieline_positions_one")
        connection.execute(
            "INSERT INTO tieline.tieline_positions SELECT 'other', sequence, mark, feeds, moved_at_utc, ledger"
            " FROM tieline.tieline_positions"
        )
    sink.close()
    with pytest.raises(
        SinkRefused, match="other, warehouse have all written to the schema tieline"
    ):
        sink.position()


def test_a_sink_from_before_ledgers_had_names_goes_on(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    commits = life(bench)
    next(commits)
    list(follow(bench.lake(), sink))
    sink.close()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("ALTER TABLE tieline.tieline_positions DROP COLUMN ledger")
    assert sink.position().ledger == ""
    list(commits)
    list(follow(bench.lake(), sink))
    assert sink.position().ledger == bench.home.ledger.identity()
    assert_equal_to_lake(bench, postgres_url)


def test_an_address_is_never_told(bench: Bench, postgres_url: str) -> None:
    address = postgres_url.rsplit("@", 1)[0].replace("postgresql://", "")
    away = PostgresSink("away", f"postgresql://{address}@127.0.0.1:1/nothing", "tieline")
    with pytest.raises(SinkUnavailable) as caught:
        away.position()
    assert address.split(":")[1] not in str(caught.value)
    with pytest.raises(Unconfigured):
        PostgresSink("odd", "this is no address", "tieline").position()


def test_a_lost_connection_is_made_anew(
    bench: Bench, sink: PostgresSink, postgres_url: str
) -> None:
    commits = life(bench)
    next(commits)
    list(follow(bench.lake(), sink))
    next(commits)
    asked(
        postgres_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'tieline warehouse' AND datname = current_database()",
    )
    with pytest.raises(SinkUnavailable):
        list(follow(bench.lake(), sink))
    list(follow(bench.lake(), sink))
    assert_equal_to_lake(bench, postgres_url)
