"""What the benches share: a figure beside its target, the machine, a folder on its disk, the inputs."""

from __future__ import annotations

import os
import platform
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np

from tieline.emulate import eastern
from tieline.emulate.nyiso import Nyiso
from tieline.emulate.nyiso.facts import KINDS

REPOSITORY = Path(__file__).resolve().parents[1]
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number. `target` is the most it may be, or the least where `at_least`."""

    section: str
    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def command(self) -> str:
        return f"make bench ARGS='--only {self.section}'"

    @property
    def reached(self) -> bool | None:
        """Whether the target is kept; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "reached": self.reached, "command": self.command}


def median(numbers: Sequence[float]) -> float:
    return float(np.median(numbers))


def percentile(numbers: Sequence[float], share: float) -> float:
    return float(np.percentile(numbers, share))


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on the repository's own disk: elsewhere syncing may cost nothing."""
    parent = REPOSITORY / ".cache"
    parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=parent) as folder:
        yield Path(folder)


def sample(path: str) -> bytes | None:
    """A real file as the publisher sent it; None where the samples are absent."""
    folder = os.environ.get("TIELINE_SAMPLES", REPOSITORY.parent / "shared" / "samples")
    file = Path(folder) / path
    return file.read_bytes() if file.exists() else None


def emulated(code: str, day: date) -> bytes:
    """A whole day's file of one of NYISO's reports, from the emulator."""
    kind = next(kind for kind in KINDS if kind.code == code)
    view = Nyiso(SEED).view(kind, day, eastern.bounds(day)[1] + 86_400)
    if view is None:
        raise ValueError(f"the emulator has no {code} of {day}")
    return view.body


def members(archive: bytes) -> dict[str, bytes]:
    """The files of an archive by name."""
    with zipfile.ZipFile(BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def growing(whole: bytes) -> list[bytes]:
    """The versions that a day's file went through, one for each stamp in it."""
    lines = whole.splitlines(keepends=True)
    stamps = [line.split(b",", 1)[0] for line in lines]
    ends = [end for end in range(2, len(lines)) if stamps[end] != stamps[end - 1]]
    return [b"".join(lines[:end]) for end in [*ends, len(lines)]]


def machine() -> str:
    """Processor, cores, memory, system and Python, in one line."""
    cores = os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release()}"
    python = f"Python {platform.python_version()}"
    return f"{_processor()}, {cores} cores, {memory:.0f} GiB, {system}, {python}"


def load() -> float:
    """How many programs wanted to run during the last minute, ours among them."""
    return os.getloadavg()[0]


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text("utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
