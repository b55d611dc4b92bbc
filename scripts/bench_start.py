"""What it costs to begin: a fresh process that imports tieline, and one that says its help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import perf_counter

from scripts.bench_figure import Figure, median

SECTION = "start"
TIMES = 15


def run(quick: bool = False) -> list[Figure]:
    """Medians over fresh processes, the start of Python itself included."""
    times = 2 if quick else TIMES
    program = str(Path(sys.executable).with_name("tieline"))
    wanted = (
        ("python -c pass", [sys.executable, "-c", "pass"], None),
        ("import tieline", [sys.executable, "-c", "import tieline"], 100.0),
        ("tieline --help", [program, "--help"], 250.0),
        (
            "import tieline; tieline.read",
            [sys.executable, "-c", "import tieline; tieline.read"],
            None,
        ),
    )
    spent: dict[str, list[float]] = {name: [] for name, _, _ in wanted}
    for _ in range(times + 1):
        for name, command, _ in wanted:
            begun = perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            spent[name].append(perf_counter() - begun)
    return [
        Figure(
            section=SECTION,
            name=name,
            value=1000 * median(spent[name][1:]),
            unit="ms",
            target=target,
            note=f"fresh processes in turns, wall, median of {times}; quickest "
            f"{1000 * min(spent[name]):.0f} ms",
        )
        for name, _, target in wanted
    ]
