"""Merging and sweeping beside the polls: in a thread of its own, one round at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from tieline.errors import StoreError
from tieline.flow.house import House
from tieline.flow.merging import merge_days, merge_months
from tieline.flow.sweeping import sweep
from tieline.watch import AttemptsForgotten, WorkerStumbled

ROUND_ROWS = 8_000_000
"""Rows of merged months that one round writes, as far as one month does not have more."""

SWEPT_EVERY = timedelta(hours=1)


class Housekeeping:
    """What a daemon does for its lake between polls, and never instead of one."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._wanted: set[str] = set()
        self._round: asyncio.Task[None] | None = None
        self._swept: datetime | None = None

    def begin(self, reports: Iterable[str]) -> None:
        """Look after some reports soon; a round that still runs is followed by another next time."""
        self._wanted |= set(reports)
        if self._round is None or self._round.done():
            wanted, self._wanted = sorted(self._wanted), set()
            self._round = asyncio.create_task(asyncio.to_thread(self._keep, wanted))
            self._round.add_done_callback(self._ended)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """A life ends when its last round has."""
        await self.finish()

    async def finish(self) -> None:
        """Wait for the round that runs."""
        if self._round is not None:
            await self._round

    def _ended(self, round: asyncio.Task[None]) -> None:
        """A round that a fault of ours has ended is told of."""
        if not round.cancelled() and (fault := round.exception()) is not None:
            self._tell("", "", fault)

    def _keep(self, reports: list[str]) -> None:
        """One round. What our own disk or ledger refuses is told, and tried again next time."""
        left = ROUND_ROWS
        for report in reports:
            feed, _ = self._house.report(report)
            try:
                for _ in merge_days(self._house, report):
                    continue
                if left > 0:
                    merged = merge_months(self._house, report, thrifty=True, most_rows=left)
                    left -= sum(part.rows for one in merged for part in one.left)
            except StoreError as error:
                self._tell(feed.id, report, error)
        try:
            now = self._house.beat()
            if self._swept is None or now - self._swept >= SWEPT_EVERY:
                sweep(self._house)
                self._forget()
                self._swept = now
        except StoreError as error:
            self._tell("", "", error)

    def _forget(self) -> None:
        """Attempts that brought nothing are forgotten after a while."""
        house = self._house
        count = house.ledger.forget_attempts(before=house.now() - house.kept)
        if count:
            house.record(AttemptsForgotten(entries=count))

    def _tell(self, feed: str, report: str, error: BaseException) -> None:
        self._house.record(
            WorkerStumbled(feed=feed, report=report, error=type(error).__name__, text=str(error))
        )
