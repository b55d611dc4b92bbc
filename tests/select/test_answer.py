"""Asking: names, types, pages, scans, lineage, and SQL that says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.select.test_pick import flow, forecast, random_world
from tests.select.world import FLOWS, FORECAST, PUBLISHER, T0, World
from tieline.datasets import INTERFACE_FLOW
from tieline.datasets.rows import served_schema
from tieline.errors import Damaged, UnknownName, UsageError
from tieline.ledger import Entry
from tieline.select import Knobs, Question, answer, asked, connect, lineage, query, read, scan
from tieline.values import Window

MINUTE = timedelta(minutes=1)
NAME = "interface_flow"


def test_an_answer_has_the_served_columns_even_if_it_is_empty(world: World) -> None:
    for put in (False, True):
        if put:
            world.put(FLOWS, [flow(0, 1, 1.0)])
        given = answer(world.lake, Question(dataset=NAME))
        assert given.polars().schema == served_schema(INTERFACE_FLOW)
        assert given.lazy().collect().equals(given.polars())
        assert given.pandas().shape == given.polars().shape
    assert given.sequence == world.ledger.last


@pytest.mark.parametrize(
    ("question", "hint"),
    [
        ({"dataset": "interface_flows"}, "interface_flow"),
        ({"dataset": NAME, "columns": ("flow_mv",)}, "flow_mw"),
        ({"dataset": NAME, "where": {"interface": "a"}}, "interface_id"),
        ({"dataset": NAME, "where": {"publisher": "nyis"}}, "nyiso"),
        ({"dataset": NAME, "where": {"feed": "iso.rt.interface_flow"}}, FLOWS.id),
    ],
)
def test_an_unknown_name_is_refused_with_close_ones(
    world: World, question: dict[str, object], hint: str
) -> None:
    with pytest.raises(UnknownName, match=hint):
        answer(world.lake, Question(**question))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"start": T0, "end": T0 - MINUTE},
        {"revisions": "newest"},
        {"known": "guessed"},
        {"print": "draft"},
        {"limit": -1},
        {"at_sequence": 7},
        {"after": "e30"},
        {"after": "!"},
        {"vintage": T0},
        {"where": {"flow_mw": "much"}},
        {"where": {"stamp_utc": "2026-03-03"}},
    ],
)
def test_a_wrong_value_is_refused(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        answer(world.lake, Question(dataset=NAME, **wrong))  # type: ignore[arg-type]


def test_words_are_read_as_days_and_instants(world: World) -> None:
    question = asked(world.lake, NAME, "2026-03-08", date(2026, 3, 9), as_of="2026-03-10T00:00:00Z")
    assert question.start == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert question.end == datetime(2026, 3, 9, 4, tzinfo=UTC)
    assert question.as_of == datetime(2026, 3, 10, tzinfo=UTC)
    for wrong in ("2026-03-08T00:00:00", "yesterday"):
        with pytest.raises(UsageError):
            read(world.lake, NAME, wrong)


def test_values_are_filtered_after_the_pick(world: World) -> None:
    world.put(FLOWS, [flow(0, 1, 1.0, neighbour="PJM")])
    world.put(FLOWS, [flow(0, 2, 2.0, neighbour=None)])
    assert read(world.lake, NAME, where={"neighbour": "PJM"}).polars().is_empty()
    assert read(world.lake, NAME, where={"neighbour": None}).polars().height == 1
    assert read(world.lake, NAME, where={"flow_mw": ["2", 3]}).polars().height == 1
    assert read(world.lake, NAME, where={"interface_id": ["a", "z"]}).polars().height == 1


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_make_the_whole(world: World, newest_first: bool, limit: int) -> None:
    rows = [
        flow(5 * stamp, 1, 10.0 * stamp + number, interface_id=name)
        for stamp in range(4)
        for number, name in enumerate("abc")
    ]
    world.put(FLOWS, rows)
    whole = read(world.lake, NAME, newest_first=newest_first).polars()
    pages, cursor = [], None
    for _ in range(20):
        page = read(
            world.lake, NAME, newest_first=newest_first, limit=limit, after=cursor,
            columns=["flow_mw"],
        )  # fmt: skip
        pages.append(page.polars())
        cursor = page.next
        if cursor is None:
            break
        world.put(FLOWS, [flow(0, 9, -1.0)])
    assert pl.concat(pages).equals(whole.select("flow_mw"))


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("plain", [False, True])
def test_a_page_of_no_rows_is_cut_and_goes_on(
    world: World, newest_first: bool, plain: bool
) -> None:
    world.put(
        FLOWS, [flow(5 * n, 1, float(n), interface_id=name) for n in range(3) for name in "ab"]
    )
    if not plain:
        world.put(FLOWS, [flow(0, 2, 9.0, interface_id="a")])
    whole = read(world.lake, NAME, newest_first=newest_first)
    nothing = read(world.lake, NAME, newest_first=newest_first, limit=0)
    assert (nothing.polars().height, nothing.truncated) == (0, True)
    assert nothing.certificate.received == whole.certificate.received == 6
    first = read(world.lake, NAME, newest_first=newest_first, limit=3, after=nothing.next)
    between = read(world.lake, NAME, newest_first=newest_first, limit=0, after=first.next)
    assert between.next == first.next
    rest = read(world.lake, NAME, newest_first=newest_first, after=between.next)
    assert pl.concat([first.polars(), rest.polars()]).equals(whole.polars())
    assert not read(world.lake, NAME, limit=0, where={"interface_id": "c"}).truncated


def test_a_scan_gives_the_same_rows_in_batches(world: World) -> None:
    world.put(FLOWS, [flow(stamp, 1, float(stamp)) for stamp in range(0, 500, 5)])
    asking = Question(dataset=NAME, limit=90)
    found = scan(world.lake, asking, batch_rows=40)
    batches = list(found.batches)
    assert sum(batch.num_rows for batch in batches) == 90
    assert all(batch.schema == found.schema for batch in batches)
    rows = pl.concat([pl.DataFrame(batch) for batch in batches])
    assert rows.equals(answer(world.lake, asking).polars())


def test_a_part_that_is_lost_is_named(world: World) -> None:
    world.put(FLOWS, [flow(123, 1, 1.0)])
    (world.folder / world.ledger.listed_parts[0].path).unlink()
    with pytest.raises(Damaged, match="is missing; `tieline feeds replay`"):
        read(world.lake, NAME)


def test_a_merge_between_looking_and_reading_is_looked_past(world: World) -> None:
    world.put(FLOWS, [flow(0, 1, 1.0)])
    lost = world.ledger.listed_parts[0]
    stale = [lost]
    world.merge(FLOWS, lambda part: True)
    (world.folder / lost.path).unlink()
    plain = world.ledger.parts

    def parts(**asking: object) -> list[object]:
        return [stale.pop()] if stale else list(plain(**asking))  # type: ignore[arg-type]

    world.ledger.parts = parts  # type: ignore[method-assign, assignment]
    assert read(world.lake, NAME).polars().get_column("flow_mw").to_list() == [1.0]


def test_lineage_tells_every_step_and_its_payload(world: World) -> None:
    world.put(FLOWS, [flow(0, 1, 1.0, source_row=5), flow(5, 1, 9.0)])
    world.put(FLOWS, [flow(0, 2, 2.0, source_row=6)])
    world.ledger.listed_entries.append(
        Entry(
            entry_id=2,
            observation_id=2,
            report="nyiso:P-32",
            window=Window(T0, T0),
            day=None,
            state="completed",
            origin="collect",
            recipe="1-x",
            fetched_at_utc=T0 + 2 * MINUTE,
            payload_sha256="zip",
            member="a.csv",
            url="http://x/a.zip",
            sequence=2,
        )
    )
    steps = lineage(world.lake, Question(dataset=NAME, revisions="all"), stamp=T0).steps
    assert [(step.entry_id, step.source_row) for step in steps] == [(1, 5), (2, 6)]
    assert (steps[1].payload_sha256, steps[1].member, steps[1].recipe) == ("zip", "a.csv", "1-x")
    assert steps[0].payload_sha256 is None


@pytest.mark.parametrize("seed", range(3))
def test_sql_says_what_an_answer_says(seed: int, tmp_path: Path) -> None:
    feed = FORECAST if seed == 0 else FLOWS
    world, _ = random_world(seed, tmp_path, feed)
    assert feed.dataset is not None
    name, number = feed.dataset.name, feed.dataset.value_names[2 if feed is FORECAST else 1]

    at, middle = T0 + 3 * MINUTE, world.ledger.last // 2
    day = T0.date()
    asked: list[tuple[str, dict[str, object]]] = [
        ("", {}),
        (f"as_of := '{at.isoformat()}'", {"as_of": at}),
        (f"at_sequence := {middle}", {"at_sequence": middle}),
        ("revisions := 'first'", {"revisions": "first"}),
        ("revisions := 'all'", {"revisions": "all"}),
        ("print := 'preliminary'", {"print": "preliminary"}),
        ("known := 'assumed'", {"known": "assumed"}),
    ]
    if feed is FORECAST:
        asked += [
            ("vintage := 'all'", {"vintage": "all"}),
            ("vintage := 'all', revisions := 'all'", {"vintage": "all", "revisions": "all"}),
            (f"vintage := '{T0.isoformat()}'", {"vintage": T0}),
            (f"vintage := date '{day}'", {"vintage": day}),
        ]
    for words, knobs in asked:
        question = Question(dataset=name, **knobs)  # type: ignore[arg-type]
        right = sorted(answer(world.lake, question).polars().get_column(number))
        called = query(world.lake, f"from {name}({words})").column(number).to_pylist()
        assert sorted(called) == right, words
        turned = query(world.lake, f"from {name}", Knobs(**knobs))  # type: ignore[arg-type]
        assert sorted(turned.column(number).to_pylist()) == right, words


def test_sql_answers_under_the_contract_of_its_sequence(world: World) -> None:
    world.contract(FLOWS)
    world.put(FLOWS, [flow(0, 1, 1.0, report="nyiso:P-32-CURRENT")])
    before = world.put(FLOWS, [flow(0, 1, 2.0, observation_id=9)])
    world.contract(FLOWS, reports=("nyiso:P-32-CURRENT", "nyiso:P-32"))
    for statement, right in ((NAME, 1.0), (f"{NAME}(at_sequence := {before})", 2.0)):
        assert query(world.lake, f"from {statement}").column("flow_mw").to_pylist() == [right]


@pytest.mark.parametrize(
    "words",
    [
        "revisions := 'lates'",
        "known := 'x'",
        "print := 'x'",
        "vintage := '2026-03-03'",
        "at_sequence := 999",
        "at_sequence := -5",
        "as_of := '2026-03-03T05:00:00'",
        "as_of := timestamp '2026-03-03 05:00:00'",
        "as_of := 'yesterday'",
    ],
)
@pytest.mark.parametrize("where", ["", " where interface_id = 'nobody'", " where flow_mw > 1e9"])
@pytest.mark.parametrize("empty", [False, True])
def test_sql_refuses_what_no_knob_may_be(world: World, words: str, where: str, empty: bool) -> None:
    """Also where no row is looked at."""
    if not empty:
        world.put(FLOWS, [flow(0, 1, 1.0)])
    with pytest.raises(UsageError):
        query(world.lake, f"select count(*) from {NAME}({words}){where}")


@pytest.mark.parametrize(
    "vintage",
    ["'lates'", "'2026-03-04T05:00:00'", "timestamp '2026-03-04 05:00:00'", "null", "'today'"],
)
def test_sql_refuses_a_vintage_that_is_none(world: World, vintage: str) -> None:
    world.put(FORECAST, [forecast(0, 1, 1.0)])
    with pytest.raises(UsageError):
        query(world.lake, f"from load_forecast(vintage := {vintage})")


def test_sql_says_what_is_wrong_as_an_answer_does(world: World) -> None:
    last = world.put(FLOWS, [flow(0, 1, 1.0)])
    for words, right in (
        ("at_sequence := 999", "sequence 999 is not reached"),
        ("at_sequence := -5", "must not be negative"),
        ("as_of := '2026-03-03T05:00:00'", "has no offset"),
        ("known := 'x'", "recorded, assumed"),
    ):
        with pytest.raises(UsageError, match=right):
            query(world.lake, f"from {NAME}({words})")
    assert query(world.lake, f"from {NAME}(at_sequence := {last})").num_rows == 1
    assert query(world.lake, f"from {NAME}(at_sequence := 0)").num_rows == 0
    with pytest.raises(UsageError, match="sequence 1 is not reached"):
        query(world.lake, f"from {NAME}(at_sequence := 1)", Knobs(at_sequence=0))


@pytest.mark.parametrize(
    "words",
    [
        "'2026-03-04'",
        "date '2026-03-04'",
        "'2026-03-04T00:00:00-05:00'",
        "'2026-03-04T05:00:00Z'",
        "timestamptz '2026-03-04 05:00:00Z'",
        "null",
    ],
)
def test_a_bare_day_in_sql_is_a_market_day(world: World, words: str) -> None:
    rows = [flow(0, 24 * 60, 1.0), flow(5, 24 * 60 + 1, 2.0)]
    world.put(FLOWS, rows)
    found = query(world.lake, f"from {NAME}(as_of := {words})").column("flow_mw").to_pylist()
    asked_day = read(world.lake, NAME, as_of="2026-03-04").polars()["flow_mw"].to_list()
    assert asked_day == [1.0]
    assert sorted(found) == ([1.0, 2.0] if words == "null" else asked_day)


def test_a_bare_day_in_sql_is_refused_where_days_differ(world: World) -> None:
    other = replace(PUBLISHER, id="miso", zone="Etc/GMT+5")
    theirs = replace(FLOWS, id="iso.rt.interface_flow.miso")
    theirs = replace(theirs, reports=(replace(FLOWS.reports[0], publisher=other),))
    world.feeds = (FLOWS, theirs)
    world.put(FLOWS, [flow(0, 1, 1.0)])
    with pytest.raises(UsageError, match="2 zones"):
        query(world.lake, f"from {NAME}(as_of := '2026-03-04')")


def test_sql_only_reads_and_only_the_lake(world: World, tmp_path: Path) -> None:
    world.put(FLOWS, [flow(0, 1, 1.0)])
    secret = tmp_path.parent / "secret.csv"
    secret.write_text("a\n1\n")
    for wrong in (
        "select 1; select 2",
        "drop view interface_flow",
        f"copy (select 1) to '{world.folder}/x.csv'",
        f"from read_csv('{secret}')",
        "set timezone = 'America/New_York'",
        "attach 'x.db'",
        "selec 1",
    ):
        with pytest.raises(UsageError):
            query(world.lake, wrong)
    with connect(world.lake, Knobs(as_of=T0)) as database:
        assert database.execute("select count(*) from interface_flow").fetchone() == (0,)
    assert query(world.lake, "select count(*) as n from interface_flow").to_pylist() == [{"n": 1}]


def test_a_vintage_is_found_by_its_day_in_the_market(world: World) -> None:
    world.put(FORECAST, [forecast(0, 1, 1.0), forecast(1, 1, 2.0)])
    given = read(world.lake, "load_forecast", vintage=date(2026, 3, 4)).polars()
    assert given.get_column("load_mw").to_list() == [2.0]
