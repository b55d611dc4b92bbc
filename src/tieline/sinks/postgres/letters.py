"""Dead letters: which facts they are about, and what the lake says of those facts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from tieline.datasets.fields import ROW_SEQUENCE
from tieline.datasets.rows import published_fields, stored_fields
from tieline.feeds import Feed
from tieline.schema import Dataset
from tieline.schema.postgres import HISTORY
from tieline.schema.shape import schema_of
from tieline.select import Lake, Question, answer
from tieline.select.changed import picked_of
from tieline.sinks.postgres import relational
from tieline.sinks.protocol import Change, Letter
from tieline.sinks.reading import stored_rows


def letter_of(row: Sequence[object]) -> Letter:
    """A row of the table of dead letters: id, table, sequence, reason, row, moment."""
    number, table, sequence, reason, text, at = row
    assert isinstance(number, int) and isinstance(at, datetime)
    assert sequence is None or isinstance(sequence, int)
    return Letter(
        number=number,
        table=str(table),
        sequence=sequence,
        reason=str(reason),
        row=json.loads(str(text)),
        refused_at_utc=at,
    )


@dataclass(frozen=True, slots=True)
class Retry:
    """What some letters come to in one dataset."""

    letters: tuple[int, ...]
    change: Change


def retries_of(
    lake: Lake, feeds: Sequence[Feed], letters: Sequence[Letter], at_sequence: int
) -> list[Retry]:
    """What letters come to at a commit, by dataset; one whose fact the lake does not know is left out.

    What was refused by a history is the stored row itself; by any other table it is what is current.
    Raises: Damaged, LedgerUnavailable.
    """
    found = []
    for dataset in {feed.dataset.name: feed.dataset for feed in feeds if feed.dataset}.values():
        about = [letter for letter in letters if _dataset_of(letter) == dataset.name]
        if not about:
            continue
        mine = [feed for feed in feeds if feed.dataset == dataset]
        retry = _retry(lake, dataset, mine, about, at_sequence)
        if retry.letters:
            found.append(retry)
    return found


def _dataset_of(letter: Letter) -> str:
    if letter.table in (relational.INTERFACES, relational.FLOWS):
        return relational.DATASET
    return letter.table.removesuffix(HISTORY)


def _retry(
    lake: Lake, dataset: Dataset, feeds: Sequence[Feed], letters: Sequence[Letter], at_sequence: int
) -> Retry:
    identity = ["feed", *dataset.key_names, "stamp_utc"]
    schema = schema_of(published_fields(dataset))
    rows = [pl.DataFrame(schema=schema_of((*stored_fields(dataset), ROW_SEQUENCE)))]
    facts = [pl.DataFrame(schema={name: schema[name] for name in identity})]
    tried = []
    for letter in letters:
        about = _facts(lake, dataset, feeds, letter, at_sequence)
        if letter.table == dataset.name + HISTORY and letter.sequence is not None:
            stored = stored_rows(lake, feeds, dataset, letter.sequence - 1, letter.sequence)
            told = (pl.col(one) == letter.row[one] for one in ("report", "print", "observation_id"))
            about = stored.join(about, on=identity, how="semi", nulls_equal=True).filter(*told)
            rows.append(about)
        else:
            facts.append(about)
        if about.height:
            tried.append(letter.number)
    asked = pl.concat(facts).unique(maintain_order=True)
    return Retry(tuple(tried), _change(lake, dataset, feeds, pl.concat(rows), asked, at_sequence))


def _change(
    lake: Lake,
    dataset: Dataset,
    feeds: Sequence[Feed],
    history: pl.DataFrame,
    facts: pl.DataFrame,
    at_sequence: int,
) -> Change:
    current = picked_of(lake, dataset, feeds, facts, at_sequence)
    gone = facts.join(current, on=facts.columns, how="anti", nulls_equal=True)
    publishers = {feed.id: feed.publisher.id for feed in feeds}
    gone = gone.with_columns(publisher=pl.col("feed").replace_strict(publishers))
    return Change(dataset, history, current, gone)


def _facts(
    lake: Lake, dataset: Dataset, feeds: Sequence[Feed], letter: Letter, at_sequence: int
) -> pl.DataFrame:
    """The identities that a letter is about: feed, key, stamp."""
    names = ["feed", *dataset.key_names, "stamp_utc"]
    schema = schema_of(published_fields(dataset))
    row = dict(letter.row)
    if "feed" not in row:
        feeds = [feed for feed in feeds if feed.publisher.id == relational.PUBLISHER]
    if letter.table == relational.INTERFACES:
        newest = answer(
            lake,
            Question(
                dataset=dataset.name,
                where={"interface_id": str(row["interface_id"]), "feed": [one.id for one in feeds]},
                columns=tuple(names),
                at_sequence=at_sequence,
                newest_first=True,
                limit=1,
            ),
        )
        return newest.polars().select(pl.col(name).cast(schema[name]) for name in names)
    if letter.table == relational.FLOWS:
        row["stamp_utc"] = row.pop("timestamp")
    rows = [row] if "feed" in row else [{**row, "feed": feed.id} for feed in feeds]
    told = [{name: _value(one[name], schema[name]) for name in names} for one in rows]
    return pl.DataFrame(told, schema={name: schema[name] for name in names})


def _value(value: object, kind: pl.DataType) -> object:
    """A value as JSON says it, in its own type."""
    if kind == pl.Date and isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(kind, pl.Datetime) and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value
