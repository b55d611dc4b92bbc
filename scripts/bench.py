"""Measure against the targets; write and print docs/performance.md.

    make bench                        every section
    make bench ARGS='--only commit'   one section or more; the others stay on the page as they were
    make bench ARGS='--json'          the figures as JSON on stdout

A peer is measured in the same run as we are. Everything is measured on this machine as it is: date and
load at the beginning and the end of each section stand on the page. A target that is not reached is
said, and is no failure of this program.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from scripts import (
    bench_ask,
    bench_commit,
    bench_decode,
    bench_lake,
    bench_ledger,
    bench_life,
    bench_start,
    bench_store,
)
from scripts.bench_figure import REPOSITORY, Figure, load, machine

PAGE = REPOSITORY / "docs" / "performance.md"
SECTIONS: dict[str, Callable[[bool], list[Figure]]] = {
    room.SECTION: room.run
    for room in (
        bench_commit,
        bench_ledger,
        bench_decode,
        bench_life,
        bench_store,
        bench_start,
        bench_ask,
        bench_lake,
    )
}
TITLES = {
    "commit": "Commit",
    "ledger": "The ledger, large",
    "decode": "Decode, against gridstatus 0.37.0",
    "life": "Publish to queryable",
    "store": "Raw store",
    "start": "Start",
    "ask": "Asking",
    "lake": "A hundred million rows",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one section, and when and under what load they were measured."""

    section: str
    figures: list[Figure]
    at: datetime
    loads: tuple[float, float]

    def text(self) -> str:
        """What the page says under the heading."""
        facts = [
            f"- Measured on {self.at:%Y-%m-%d %H:%M} UTC by `{self.figures[0].command}`",
            f"- Machine: {machine()}",
            f"- Load of the machine (1 minute): {self.loads[0]:.1f} before, {self.loads[1]:.1f} after",
        ]
        return "\n".join([*facts, "", *_table(self.figures)])


def measured(name: str, *, quick: bool = False) -> Measured:
    """Measure one section."""
    print(f"measuring {name} ...", file=sys.stderr, flush=True)
    at, before = datetime.now(UTC), load()
    figures = SECTIONS[name](quick)
    return Measured(name, figures, at, (before, load()))


def earlier() -> dict[str, str]:
    """What the page says of each section."""
    if not PAGE.exists():
        return {}
    named = {title: name for name, title in TITLES.items()}
    pieces = re.split(r"^## (.*)$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    told = zip(pieces[1::2], pieces[2::2], strict=True)
    return {named[title]: text.strip() for title, text in told if title in named}


def page(said: Mapping[str, str]) -> str:
    """The whole page for people."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench`; a peer is measured in the same run as we are.",
    ]
    for name, title in TITLES.items():
        if name in said:
            lines += ["", f"## {title}", "", said[name]]
    return "\n".join(lines) + "\n"


def _table(figures: Sequence[Figure]) -> list[str]:
    rows = ["| figure | value | target | reached | how |", "|---|---|---|---|---|"]
    for one in figures:
        bound = "" if one.target is None else f"{'at least' if one.at_least else 'at most'} "
        target = "" if one.target is None else f"{bound}{one.target:g} {one.unit}"
        reached = {None: "", True: "yes", False: "**no**"}[one.reached]
        value = f"{_short(one.value)} {one.unit}"
        rows.append(f"| {one.name} | {value} | {target} | {reached} | {one.note} |")
    return rows


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench", description="Measure against the targets.")
    parser.add_argument("--only", nargs="+", choices=list(SECTIONS), metavar="SECTION",
                        help=f"of {', '.join(SECTIONS)}; others stay as they were")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    parser.add_argument("--quick", action="store_true", help="tiny, to see that it runs; no page")
    told = parser.parse_args(arguments)
    found = []
    for name in told.only or list(SECTIONS):
        found.append(measured(name, quick=told.quick))
        if not told.quick:
            PAGE.write_text(page(earlier() | {name: found[-1].text()}), "utf-8")
    if told.json:
        print(
            json.dumps({"machine": machine(), "sections": [_plain(one) for one in found]}, indent=2)
        )
    else:
        print(page({one.section: one.text() for one in found}))
    return 0


def _plain(one: Measured) -> dict[str, object]:
    figures = [figure.as_json() for figure in one.figures]
    return {"at": one.at.isoformat(), "load": one.loads, "figures": figures}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
