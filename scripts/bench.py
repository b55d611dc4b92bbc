"""Measure against the targets, side by side in one run; write and print docs/performance.md.

    make bench                        every section, and the page
    make bench ARGS='--only commit'   one section or more; the page stays as it is
    make bench ARGS='--json'          the figures as JSON on stdout

Everything is measured on this machine as it is: the load at the beginning and the end stands on the
page. A target that is not reached is said, and is no failure of this program.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
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


def measured(names: Sequence[str], *, quick: bool = False) -> list[Figure]:
    """The figures of some sections, one section after the other."""
    figures = []
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures += SECTIONS[name](quick)
    return figures


def page(figures: Sequence[Figure], *, at: datetime, loads: tuple[float, float]) -> str:
    """The figures as a page for people."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench`: every figure was measured in one run, side by side.",
        "",
        f"- Machine: {machine()}",
        f"- Date: {at:%Y-%m-%d %H:%M} UTC",
        f"- Load of the machine (1 minute): {loads[0]:.1f} before, {loads[1]:.1f} after",
    ]
    for name, title in TITLES.items():
        mine = [figure for figure in figures if figure.section == name]
        if mine:
            lines += ["", f"## {title}", "", f"`{mine[0].command}`", "", *_table(mine)]
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
                        help=f"of {', '.join(SECTIONS)}; the page is not written")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    parser.add_argument("--quick", action="store_true", help="tiny, to see that it runs; no page")
    told = parser.parse_args(arguments)
    begun, before = datetime.now(UTC), load()
    figures = measured(told.only or list(SECTIONS), quick=told.quick)
    text = page(figures, at=begun, loads=(before, load()))
    if told.only is None and not told.quick:
        PAGE.write_text(text, "utf-8")
    if told.json:
        facts = {"at": begun.isoformat(), "machine": machine(), "load": [before, load()]}
        print(json.dumps({**facts, "figures": [one.as_json() for one in figures]}, indent=2))
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
