"""Reading files against gridstatus: the same bytes, in turns, each in a process of its own pace.

Ours is everything between the bytes and rows that may be believed: decode, normalise, validate.
Theirs is the public method that gives the same table. CPU seconds are compared; the machine may be
busy with other things.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from scripts.bench_figure import Figure, emulated, median, members, sample, scratch
from tieline.decode import documents, read
from tieline.flow import day_slice
from tieline.normalise import Context, normalise
from tieline.sources import FEEDS
from tieline.validate import validate

SECTION = "decode"
PEER = "gridstatus==0.37.0"
WANTED = 10.0
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What both read. `own` and `theirs` are files by name: the same bytes.

    `theirs` may have one more, which only the other side asks for.
    """

    name: str
    report: str
    own: Mapping[str, bytes]
    theirs: Mapping[str, bytes]
    method: str
    start: date
    end: date | None = None
    market: str | None = None
    turns: int = 15


@dataclass(frozen=True, slots=True)
class Spent:
    cpu: float
    wall: float
    rows: int


def run(quick: bool = False) -> list[Figure]:
    """CPU and wall of both sides for each case, and the geometric mean of the ratios."""
    figures: list[Figure] = []
    ratios: list[float] = []
    with scratch() as folder, _peer(folder) as ask:
        for case in cases(quick):
            ours, theirs = _in_turns(case, ask, 3 if quick else case.turns)
            ratio = median([one.cpu for one in theirs]) / median([one.cpu for one in ours])
            ratios.append(ratio)
            figures += _figures(case, ours, theirs, ratio)
    mean = float(np.exp(np.mean(np.log(ratios))))
    figures.append(
        Figure(
            section=SECTION,
            name="decode with validation, geometric mean",
            value=mean,
            unit="x gridstatus",
            target=WANTED,
            at_least=True,
            note=f"CPU, over the {len(ratios)} cases above",
        )
    )
    return figures


def _figures(case: Case, ours: list[Spent], theirs: list[Spent], ratio: float) -> list[Figure]:
    cpu, wall = median([one.cpu for one in ours]), median([one.wall for one in ours])
    note = (
        f"CPU; wall {1000 * wall:.1f} ms; {ours[0].rows:,} rows; gridstatus CPU "
        f"{1000 * median([one.cpu for one in theirs]):.1f} ms, wall "
        f"{1000 * median([one.wall for one in theirs]):.1f} ms, {theirs[0].rows:,} rows"
    )
    return [
        Figure(section=SECTION, name=case.name, value=1000 * cpu, unit="ms", note=note),
        Figure(
            section=SECTION, name=f"{case.name}, ratio", value=ratio, unit="x gridstatus",
            note=f"medians of {len(ours)} turns",
        ),
    ]  # fmt: skip


def cases(quick: bool) -> Iterator[Case]:
    """Real files where they are at hand, else the emulator's."""
    day = date(2017, 11, 22)
    yield _day("P-32", day, "nyiso/ExternalLimitsFlows/20171122ExternalLimitsFlows.csv",
               "get_interface_limits_and_flows_5_min")  # fmt: skip
    if quick:
        return
    september = [date(2026, 9, 1) + timedelta(days=n) for n in range(30)]
    month = {f"{one:%Y%m%d}ExternalLimitsFlows.csv": emulated("P-32", one) for one in september}
    yield Case(
        name="P-32, a month in 30 daily files (emulated)", report="nyiso:P-32", own=month,
        theirs=month, method="get_interface_limits_and_flows_5_min", start=september[0],
        end=date(2026, 10, 1), turns=5,
    )  # fmt: skip
    yield _day("P-58B", day, "nyiso/pal/20171122pal.csv", "get_load")
    prices = {"20260915realtime_zone.csv": emulated("P-24A", date(2026, 9, 15))}
    lines = prices["20260915realtime_zone.csv"].splitlines(keepends=True)
    newest = b"".join([lines[0], *lines[-15:]])
    yield Case(
        name="P-24A, a day (emulated)", report="nyiso:P-24A", own=prices,
        theirs={**prices, "current.csv": newest}, method="get_lmp", start=date(2026, 9, 15),
        market="REAL_TIME_5_MIN",
    )  # fmt: skip
    hourly = sample("nyiso/palIntegrated/20121101palIntegrated_csv.zip")
    if hourly is not None:
        files = members(hourly)
        yield Case(
            name="P-58C, a month in 30 daily files (real)", report="nyiso:P-58C", own=files,
            theirs=files, method="get_zonal_load_hourly", start=date(2012, 11, 1),
            end=date(2012, 12, 1), turns=5,
        )  # fmt: skip
    mix = sample("nyiso/rtfuelmix/20250201rtfuelmix_csv.zip")
    if mix is not None:
        archive = {"20250201rtfuelmix_csv.zip": mix}
        yield Case(
            name="P-63, a month's archive (real)", report="nyiso:P-63", own=archive,
            theirs=archive, method="get_fuel_mix", start=date(2025, 2, 1), end=date(2025, 3, 1),
            turns=5,
        )  # fmt: skip


def _day(code: str, day: date, path: str, method: str) -> Case:
    real = sample(path)
    files = {path.rsplit("/", 1)[-1]: emulated(code, day) if real is None else real}
    return Case(
        name=f"{code}, a day ({'emulated' if real is None else 'real'})", report=f"nyiso:{code}",
        own=files, theirs=files, method=method, start=day,
    )  # fmt: skip


def _in_turns(case: Case, ask: Ask, turns: int) -> tuple[list[Spent], list[Spent]]:
    """Both sides, one after the other, after each has warmed up."""
    own_reading(case)
    ask(case)
    ours, theirs = [], []
    for _ in range(turns):
        ours.append(own_reading(case))
        theirs.append(ask(case))
    return ours, theirs


def own_reading(case: Case) -> Spent:
    """From bytes to a verdict, for every document."""
    feed, report = next(
        (feed, report) for feed in FEEDS for report in feed.reports if report.name == case.report
    )
    if feed.dataset is None:
        raise ValueError(f"{case.report} has no dataset")
    rows = 0
    begun, worked = perf_counter(), process_time()
    for name, data in case.own.items():
        for document in documents(data, file_name=name):
            day = datetime.strptime((document.member or name)[:8], "%Y%m%d").date()  # noqa: DTZ007
            context = Context(day=day, known_at_utc=NOW, fetched_at_utc=NOW)
            rows_read = normalise(report, feed.dataset, read(report, document), context)
            verdict = validate(report, feed.dataset, rows_read, day_slice(report, day))
            rows += verdict.rows.height
    return Spent(process_time() - worked, perf_counter() - begun, rows)


class Ask:
    """The other side, waiting in its own Python for what to read."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def __call__(self, case: Case) -> Spent:
        paths = {}
        for name, data in case.theirs.items():
            path = self._folder / name
            path.write_bytes(data)
            paths[name] = str(path)
        told = {
            "method": case.method, "start": str(case.start), "market": case.market,
            "end": None if case.end is None else str(case.end), "files": paths,
        }  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        found = self.heard()
        return Spent(found["cpu"], found["wall"], int(found["rows"]))

    def heard(self) -> dict[str, float]:
        """The next answer. Raises: RuntimeError if there is none."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("gridstatus ended; its own words stand above")
        found: dict[str, float] = json.loads(line)
        return found


@contextmanager
def _peer(folder: Path) -> Iterator[Ask]:
    """gridstatus in its own Python, ready."""
    script = Path(__file__).with_name("bench_peer.py")
    process = subprocess.Popen(
        [peer_python(), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        ask = Ask(process, folder)
        ask.heard()
        yield ask
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(30)


def peer_python() -> Path:
    """The Python that has gridstatus; made with the project's uv where it is not there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "tieline" / "bench"
    python = folder / "bin" / "python"
    version = PEER.split("==")[1]
    if not any(folder.glob(f"lib/*/site-packages/gridstatus-{version}.dist-info")):
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--python", sys.executable, "--clear", folder], check=True)
        subprocess.run([uv, "pip", "install", "--python", python, PEER], check=True)
    return python
