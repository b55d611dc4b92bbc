"""A small store in memory around the fold: appended rows with their sequence, nothing overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from tieline.datasets.rows import stored_schema
from tieline.feeds import Absence
from tieline.fold import (
    Chain,
    Observation,
    State,
    Step,
    affected,
    amend,
    at_or_after,
    fold,
    order_key,
    point,
    reach,
    resume,
    span,
    touches,
    visible,
)
from tieline.schema import Dataset

from .looks import TINY
from .pick import Revisions, Row, pick


class Store:
    """Reports of one feed; `reports` in order of precedence, which `declare` may change.

    `keeps` says whether the fast path carries its state on or reads it back for each observation.
    """

    def __init__(
        self, reports: dict[str, Absence], *, dataset: Dataset = TINY, keeps: bool = True
    ) -> None:
        self.dataset = dataset
        self.keeps = keeps
        self.sequence = 0
        self.chains = {
            report: Chain(dataset, "test.tiny", "nowhere", report, absence)
            for report, absence in reports.items()
        }
        self.contracts: list[tuple[int, tuple[str, ...]]] = [(0, tuple(reports))]
        self.observations: dict[str, list[Observation]] = {report: [] for report in reports}
        self.states: dict[str, State] = {}
        self.rows = pl.DataFrame(schema={**stored_schema(dataset), "row_sequence": pl.Int64()})
        self.folded = {"fast": 0, "slow": 0}
        self.refused = 0

    def declare(self, *precedence: str) -> None:
        """Another order of precedence is in force from the next sequence."""
        self.sequence += 1
        self.contracts.append((self.sequence, precedence))

    def put(self, report: str, observation: Observation) -> tuple[Step, ...]:
        """Import one observation; it is folded once if nothing it touches comes after it."""
        chain, others, place = self.chains[report], self.ordered(report), point(observation)
        said = reach(chain, observation)
        if any(point(one) >= place and touches(reach(chain, one), said) for one in others):
            return self.replace(report, [observation])
        state = self.states.pop(report, None)
        if state is None or any(point(one) >= place for one in others):
            stored = self.stored(report).filter(~at_or_after(place))
            earlier = (one for one in reversed(others) if point(one) < place)
            state = resume(chain, stored, earlier, said)
        step = fold(chain, state, observation)
        self.observations[report].append(observation)
        if self.keeps and step.state.stamps is None:
            self.states[report] = step.state
        self._append(step.rows)
        self.folded["fast"] += 1
        self.refused += step.shrunk > 0
        return (step,)

    def replace(self, report: str, news: Sequence[Observation]) -> tuple[Step, ...]:
        """Observations that change the past, new or read again, in one transaction."""
        chain, ids = self.chains[report], {one.observation_id for one in news}
        old = [one for one in self.observations[report] if one.observation_id in ids]
        kept = [one for one in self.observations[report] if one.observation_id not in ids]
        self.observations[report] = [*kept, *news]
        place = min(point(one) for one in (*old, *news))
        ordered = self.ordered(report)
        later = [one for one in ordered if point(one) >= place]
        stamps = affected(
            chain,
            span(*(reach(chain, one) for one in (*old, *news))),
            (reach(chain, one) for one in later),
        )
        amended = amend(
            chain,
            place,
            self.stored(report),
            (one for one in reversed(ordered) if point(one) < place),
            [one for one in later if touches(reach(chain, one), stamps)],
            stamps,
        )
        self.states.pop(report, None)
        self._append(amended.rows)
        self.folded["slow"] += 1
        self.refused += sum(step.shrunk > 0 for step in amended.refolded.steps)
        return amended.refolded.steps

    def stored(self, report: str) -> pl.DataFrame:
        """What is visible of a report."""
        return visible(self.dataset, self.rows.filter(pl.col("report") == report))

    def ordered(self, report: str) -> list[Observation]:
        """The observations of a report in known order."""
        return sorted(self.observations[report], key=order_key)

    def state(self, report: str) -> State:
        """The state after everything, read back."""
        stored = self.stored(report)
        return resume(self.chains[report], stored, reversed(self.ordered(report)))

    def visible(self, at_sequence: int | None = None) -> list[Row]:
        return visible(self.dataset, self.rows, at_sequence).rows(named=True)

    def precedence(self, at_sequence: int | None = None) -> tuple[str, ...]:
        """The order of reports in force at a sequence."""
        return [
            order for since, order in self.contracts if at_sequence is None or since <= at_sequence
        ][-1]

    def read(
        self,
        as_of: datetime,
        *,
        revisions: Revisions = "latest",
        named: str | None = None,
        at_sequence: int | None = None,
    ) -> list[Row]:
        rows, precedence = self.visible(at_sequence), self.precedence(at_sequence)
        return pick(self.dataset, rows, as_of, precedence, revisions, named)

    def _append(self, rows: pl.DataFrame) -> None:
        self.sequence += 1
        marked = rows.with_columns(pl.lit(self.sequence, pl.Int64).alias("row_sequence"))
        self.rows = pl.concat([self.rows, marked])
