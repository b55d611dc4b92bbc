"""What a SQL statement asks of which dataset, and its answer with the certificates of just that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import duckdb

from tieline.errors import UsageError
from tieline.schema import Dataset
from tieline.select.answer import Told, answer
from tieline.select.certificate import Certificate, metadata_of
from tieline.select.face import asked
from tieline.select.lake import Lake
from tieline.select.question import Question
from tieline.select.scope import market_zones
from tieline.select.sql import PARAMETERS, SEEN, Knobs, named_in, query

INDIRECT = frozenset(["query", "query_table"])
"""Functions that read tables by what they are told."""


def state(
    lake: Lake, statement: str, knobs: Knobs | None = None, *, certified: bool = True
) -> Told:
    """Answer one SELECT over the lake, with a certificate of each thing that it asks.

    A dataset's view is certified as `knobs` turn it, its name called as the knobs of that call do; the
    stored rows `seen_X` as all that was collected. Rows and certificates are those of one commit.
    Raises: as `query`; UsageError for a called dataset whose knobs are no constants, unless nothing is
            to be `certified`, and for functions that do not say what they read.
    """
    knobs = knobs or Knobs()
    if knobs.at_sequence is None:
        knobs = replace(knobs, at_sequence=lake.ledger.sequence())
    table = query(lake, statement, knobs)
    told = certificates(lake, statement, knobs) if certified else ()
    return Told(table.replace_schema_metadata(metadata_of(told)) if told else table, told)


def zones_in(lake: Lake, statement: str) -> set[str]:
    """The zones by which the datasets keep their days whose names stand in a statement."""
    return {
        zone for dataset in named_in(lake, statement) for zone in market_zones(lake, dataset.name)
    }


def certificates(lake: Lake, statement: str, knobs: Knobs) -> tuple[Certificate, ...]:
    """One for each dataset as a statement asks for it, by name, over all that was collected of it."""
    questions = {repr(one): one for one in _questions(lake, statement, knobs)}
    return tuple(answer(lake, one).certificate for one in questions.values())


def _questions(lake: Lake, statement: str, knobs: Knobs) -> Iterator[Question]:
    named = {dataset.name: dataset for dataset in named_in(lake, statement)}
    with duckdb.connect(":memory:", config={"enable_external_access": "false"}) as database:
        database.execute("set timezone = 'UTC'")
        tree = _tree(database, statement)
        views = set(_tables(tree, frozenset()))
        calls = [one["function"] for one in _nodes(tree, "TABLE_FUNCTION")]
        if indirect := INDIRECT & {str(call["function_name"]).lower() for call in calls}:
            raise UsageError(
                f"{min(indirect)}(...) does not say what it reads, so that no certificate can be worked "
                "out: name the dataset, or ask without certificates"
            )
        for name, dataset in named.items():
            if name in views:
                yield knobs.question(dataset, columns=("stamp_utc",), limit=0)
            if SEEN + name in views:
                everything = Knobs(at_sequence=knobs.at_sequence)
                yield everything.question(dataset, columns=("stamp_utc",), limit=0)
            for call in calls:
                if str(call["function_name"]).lower() == name:
                    said = _said(database, name, call["arguments"])
                    yield _called(lake, dataset, said, knobs)


def _called(lake: Lake, dataset: Dataset, said: Mapping[str, str | None], knobs: Knobs) -> Question:
    """The question of a dataset that is called with knobs of its own; words as its macro reads them."""
    at = said.get("at_sequence")
    return asked(
        lake,
        dataset.name,
        columns=("stamp_utc",),
        limit=0,
        as_of=said.get("as_of"),
        revisions=said.get("revisions") or "latest",  # type: ignore[arg-type]
        print=said.get("print"),
        vintage=said.get("vintage") or "latest",
        at_sequence=knobs.at_sequence if at is None else int(at),
        known=said.get("known") or "recorded",  # type: ignore[arg-type]
    )


def _tree(database: duckdb.DuckDBPyConnection, statement: str) -> Any:
    """A statement as DuckDB reads it, as JSON."""
    found = database.execute("select json_serialize_sql($sql)", {"sql": statement}).fetchone()
    assert found is not None
    return json.loads(found[0])


def _tables(tree: Any, bound: frozenset[str]) -> Iterator[str]:
    """The names of the tables that a statement reads, but those that stand for a part of it (`with x as`)."""
    if isinstance(tree, list):
        for one in tree:
            yield from _tables(one, bound)
    if not isinstance(tree, dict):
        return
    if tree.get("type") == "BASE_TABLE":
        name = str(tree["table_name"]).lower()
        if tree.get("schema_name") or name not in bound:
            yield name
    for entry in (tree.get("cte_map") or {}).get("map", []):
        name, body = str(entry["key"]).lower(), entry["value"]
        itself = {name} if any(True for _ in _nodes(body, "RECURSIVE_CTE_NODE")) else set()
        yield from _tables(body, bound | itself)
        bound |= {name}
    yield from _tables([value for key, value in tree.items() if key != "cte_map"], bound)


def _nodes(tree: Any, kind: str) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        if tree.get("type") == kind:
            yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for one in tree:
            yield from _nodes(one, kind)


def _said(
    database: duckdb.DuckDBPyConnection, name: str, arguments: list[dict[str, Any]]
) -> dict[str, str | None]:
    """What each knob of a call is given, as text; those without a name are in their order."""
    said: dict[str, str | None] = {}
    for knob, argument in zip(PARAMETERS, arguments, strict=False):
        expression = argument["expression"]
        tree = _tree(database, "select 1")
        tree["statements"][0]["node"]["select_list"] = [{**expression, "alias": ""}]
        try:
            written = database.execute(
                "select json_deserialize_sql($tree)", {"tree": json.dumps(tree)}
            ).fetchone()
            assert written is not None
            found = database.execute(f"select x::varchar from ({written[0]}) as t(x)").fetchone()
        except duckdb.Error as error:
            raise UsageError(
                f"what {name}(...) is given must be constants, so that its certificate can be "
                f"worked out; or ask without certificates: {error}"
            ) from error
        assert found is not None
        said[argument["name"].lower() or knob] = found[0]
    return said
