"""An operator whose every answer a test decides, and jobs against it on a clock that is set."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import httpx2

from tests.flow.conftest import Bench, p32
from tests.flow.worlds import BASES, fetcher_over, living
from tieline.feeds import DailyFile
from tieline.flow import House, Job, Outcome, SteppedClock, plan, step
from tieline.flow.plan import direct_job, static_job
from tieline.ledger import Counts, Entry

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
DAY = date(2026, 3, 2)


@dataclass
class Operator(httpx2.AsyncBaseTransport):
    """Answers from `files` by the end of the path; what is not there is 404."""

    files: dict[str, httpx2.Response] = field(default_factory=dict)
    asked: list[httpx2.Request] = field(default_factory=list)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        found = self.files.get(str(request.url).rsplit("/", 1)[-1])
        if found is None:
            return httpx2.Response(404, text="not there")
        return httpx2.Response(
            found.status_code, headers=found.headers, content=found.content, request=request
        )

    def puts(
        self,
        name: str,
        data: bytes = b"",
        status: int = 200,
        modified: datetime | None = None,
        **headers: str,
    ) -> None:
        told = {key.replace("_", "-"): value for key, value in headers.items()}
        if modified is not None:
            told["Last-Modified"] = format_datetime(modified, usegmt=True)
        self.files[name] = httpx2.Response(status, headers=told, content=data)


@dataclass
class Scene:
    """A bench whose house lives by `clock` and asks `operator`."""

    bench: Bench
    clock: SteppedClock
    operator: Operator
    house: House

    def at(self, hour: int, minute: int = 0, day: date = DAY) -> Scene:
        """Move on to a UTC time."""
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        asyncio.run(self.clock.sleep_until(moment))
        return self

    def job(self, day: date = DAY, report: str = "nyiso:P-32") -> Job:
        feed, row = self.house.report(report)
        if not isinstance(row.at, DailyFile):
            return static_job(feed, row, self.clock.now(), BASES)
        return direct_job(feed, row, day, BASES)

    def polls(self, day: date = DAY, report: str = "nyiso:P-32") -> Entry:
        """One poll that gives one entry."""
        landed = self.takes(self.job(day, report)).landed
        assert landed is not None
        assert len(landed.entries) == 1, landed.entries
        return landed.entries[0]

    def takes(self, job: Job, tries: int = 1) -> Outcome:
        async def run() -> Outcome:
            async with fetcher_over(self.operator, self.clock, tries) as fetcher:
                return await step(self.house, fetcher, job)

        return asyncio.run(run())

    def archive(self, first: date, last: date, report: str = "nyiso:P-32") -> Job:
        """The one job that a plan of old days gives."""
        feed, row = self.house.report(report)
        now = self.clock.now() + timedelta(days=60)
        (job,) = plan(self.house.ledger, feed, row, first, last, now, BASES, again=True).jobs
        assert job.container == "archive"
        return job

    def changed(self, report: str, **facts: object) -> None:
        """The same house with another report row: a new recipe."""
        feeds = tuple(
            replace(
                feed,
                reports=tuple(
                    replace(one, **facts) if one.name == report else one  # type: ignore[arg-type]
                    for one in feed.reports
                ),
            )
            for feed in self.house.feeds
        )
        self.house = replace(self.house, feeds=feeds)


def scene_of(bench: Bench, now: datetime = NOON) -> Scene:
    clock = SteppedClock(now)
    return Scene(bench, clock, Operator(), living(bench.home, bench, clock))


def flat(flow: object, stamps: Sequence[str], day: str = "03/02/2026") -> bytes:
    """A P-32 file in which every point has one flow at every stamp."""
    return p32(stamps, lambda stamp, point: flow, day)


def zip_of(members: Mapping[str, bytes], when: Callable[[str], datetime] | None = None) -> bytes:
    """An archive; each member's own time is `when(name)`, else nine on the day after 2 March."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            at = when(name) if when else datetime.fromisoformat("2026-03-03T09:00:00")
            archive.writestr(
                zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second)),
                data,
            )
    return buffer.getvalue()


def balanced(counts: Counts) -> bool:
    """Nothing is dropped uncounted."""
    return counts.read == (
        counts.new
        + counts.revised
        + counts.unchanged
        + counts.duplicate
        + counts.conflicting
        + counts.rejected
    )
