"""Archives that several jobs want: asked for once in a run, and not again where another process just was."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime

from tieline.flow.held import kept_since, payload_of
from tieline.flow.house import House
from tieline.flow.job import Job
from tieline.values import Payload

MOST = 64 * 1024 * 1024
"""Bytes of answers that are kept at hand; what was laid aside lies in the raw store."""


class Answers:
    """The archives that came since the moment when a run was planned."""

    def __init__(self, house: House, since: datetime) -> None:
        self.house, self.since = house, since
        self._near: OrderedDict[str, Payload] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    async def of(self, job: Job, ask: Callable[[], Awaitable[Payload]]) -> Payload:
        """The answer at a job's address: at hand, kept by any process since, or asked for now.

        Raises: as `ask`; StoreError.
        """
        async with self._locks.setdefault(job.url, asyncio.Lock()):
            found = self._near.get(job.url) or await asyncio.to_thread(self._kept, job)
            if found is None:
                found = await ask()
            self._near[job.url] = found
            while sum(len(one.data) for one in self._near.values()) > MOST and len(self._near) > 1:
                self._near.popitem(last=False)
            return found

    def _kept(self, job: Job) -> Payload | None:
        sidecar = kept_since(self.house, job.report, job.url, self.since)
        return None if sidecar is None else payload_of(self.house, sidecar)
