"""`tieline up --samples`: real captured files, each asked for once under its own address."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieline.assemble import Home
    from tieline.cli.life import Life
    from tieline.feeds import Feed
    from tieline.flow import Job
    from tieline.watch import Recorder


async def live_samples(
    home: Home, life: Life, recorder: Recorder, folder: Path, *, serve: bool
) -> None:
    """Collect every sample that a feed has a report for, then serve until stopped."""
    from tieline.assemble import fetcher_of, house_of
    from tieline.cli.life import server_of
    from tieline.flow import collect

    house = house_of(home, now=life.clock.now, record=recorder.record)
    async with fetcher_of(home, life.clock, bases=life.bases, polite=False) as fetcher:
        jobs = jobs_of(home.feeds, folder, life.bases)
        server = asyncio.create_task(server_of(home, life, recorder).serve()) if serve else None
        await collect(
            house,
            fetcher,
            jobs,
            concurrency=home.settings.concurrency,
            done=lambda outcome: None,
        )
        if server is not None:
            await server


def jobs_of(feeds: tuple[Feed, ...], folder: Path, bases: dict[str, str]) -> list[Job]:
    """One job for each captured file: a day's own file, or an archive with all its days."""
    from tieline.emulate.samples import listed
    from tieline.feeds import DailyFile
    from tieline.flow.plan import archive_job, direct_job

    jobs: list[Job] = []
    paths = {sample.path: sample for sample in listed(folder)}
    for feed in feeds:
        for report in feed.reports:
            if not isinstance(report.at, DailyFile):
                continue
            for sample in paths.values():
                if sample.publisher != report.publisher.id or not sample.days:
                    continue
                first = sample.days[0]
                if sample.path.endswith(report.at.path_of(first)):
                    jobs.append(direct_job(feed, report, first, bases))
                elif sample.path.endswith(report.at.archive_of(first) or "\0"):
                    job = archive_job(feed, report, first.replace(day=1), sample.days, bases)
                    jobs += [job] if job else []
    return jobs
