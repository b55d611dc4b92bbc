"""Reading files against gridstatus: the same bytes, in turns, each in a process of its own pace.

Ours is everything between the bytes and rows that may be believed: decode, normalise, validate.
Theirs is the public method that gives the same table. CPU seconds are compared, of one thread each, as theirs
has one: two of ours on one core would count its seconds twice. The machine may be busy with other things.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from scripts.bench_cases import Case, cases
from scripts.bench_figure import REPOSITORY, Figure, median, scratch
from scripts.bench_reading import verdicts

SECTION = "decode"
_THREADS = "POLARS_MAX_THREADS"
PEER = "gridstatus==0.37.0"
WANTED = 10.0


@dataclass(frozen=True, slots=True)
class Spent:
    cpu: float
    wall: float
    rows: int


Read = Callable[[Case], Spent]


def run(quick: bool = False) -> list[Figure]:
    """CPU and wall of both sides for each case, memory of large ones, geometric means of ratios."""
    figures: list[Figure] = []
    full: list[float] = []
    small: list[float] = []
    with scratch() as folder, _peer(folder) as ask, _own() as read:
        for case in cases(quick):
            ours, theirs = _in_turns(case, read, ask, 3 if quick else case.turns)
            ratio = median([one.cpu for one in theirs]) / median([one.cpu for one in ours])
            (small if case.small else full).append(ratio)
            figures += _figures(case, ours, theirs, ratio)
            if case.most_mb is not None:
                figures.append(_memory(case, folder))
            print(f"  {case.name}: {ratio:.2f} x", file=sys.stderr, flush=True)
    return figures + _means(full, small)


def _means(full: list[float], small: list[float]) -> list[Figure]:
    """Of the full-size cases, which the target is about, and of all."""
    found = []
    for which, ratios, target in (
        ("full-size files", full, WANTED),
        ("small files too", full + small, None),
    ):
        if ratios:
            mean = float(np.exp(np.mean(np.log(ratios))))
            found.append(
                Figure(
                    section=SECTION, name=f"decode with validation, geometric mean, {which}",
                    value=mean, unit="x gridstatus", target=target, at_least=True,
                    note=f"CPU of one thread each, over {len(ratios)} of the cases above",
                )
            )  # fmt: skip
    return found


def _memory(case: Case, folder: Path) -> Figure:
    """The most that our side takes above its imports, in a process of its own."""
    paths = []
    for name, data in case.own.items():
        path = folder / name
        path.write_bytes(data)
        paths.append(str(path))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench_memory", case.report, *paths],
        cwd=REPOSITORY, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    return Figure(
        section=SECTION, name=f"{case.name}, memory above imports",
        value=found["most"] - found["before"], unit="MB", target=case.most_mb,
        note=f"{found['rows']:,} rows; {found['before']:.0f} MB after imports",
    )  # fmt: skip


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


def _in_turns(case: Case, read: Read, ask: Read, turns: int) -> tuple[list[Spent], list[Spent]]:
    """Both sides, one after the other, after each has warmed up."""
    read(case)
    ask(case)
    ours, theirs = [], []
    for _ in range(turns):
        ours.append(read(case))
        theirs.append(ask(case))
    return ours, theirs


@contextmanager
def _own() -> Iterator[Read]:
    """Our side in a process of its own, in which Polars has one thread."""
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            pool.submit(os.getpid).result()
            yield lambda case: pool.submit(own_reading, case).result()
    finally:
        os.environ.pop(_THREADS)
        if before is not None:
            os.environ[_THREADS] = before


def own_reading(case: Case) -> Spent:
    """From bytes to verdicts, for every file."""
    rows = 0
    begun, worked = perf_counter(), process_time()
    for name, data in case.own.items():
        rows += verdicts(case.report, name, data)
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
            "module": case.module, "of": case.of, "method": case.method, "market": case.market,
            "days": [str(day) for day in case.days], "generators": case.generators,
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
