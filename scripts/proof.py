"""Run the full counts and write what was seen to docs/proof.md.

    make proof                              every section; hours
    make proof ARGS='--only kills store'    some; the others stay on the page as they were
    make proof ARGS='--resume'              those that the page does not have
    make proof ARGS='--share 0.01 --print'  a hundredth of each count, printed and not written

A section is a module `scripts/proof_<name>.py`: the first line of its docstring is the heading, and
`run(share) -> str` runs that share of the full count, gives Markdown that says seeds and counts, and
raises `Disproved` where something did not hold. The page is written after each section. A section that
was not run is called so; one of an older commit says which.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from scripts.bench_figure import REPOSITORY, machine
from scripts.proof_words import Disproved, code

PAGE = REPOSITORY / "docs" / "proof.md"
NOT_RUN = "Not run."
_HEADING = re.compile(r"^## (\w+): .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: str
    run: Callable[[float], str]


def sections() -> dict[str, Section]:
    """Every section there is, by name."""
    found = {}
    for path in sorted((REPOSITORY / "scripts").glob("proof_*.py")):
        module = importlib.import_module(f"scripts.{path.stem}")
        if hasattr(module, "run"):
            name = path.stem.removeprefix("proof_")
            title = (module.__doc__ or name).strip().split("\n", 1)[0].rstrip(".")
            found[name] = Section(name, title, module.run)
    return found


def earlier() -> dict[str, str]:
    """What the page says of each section."""
    if not PAGE.exists():
        return {}
    pieces = _HEADING.split(PAGE.read_text("utf-8"))
    return {name: text.strip() for name, text in zip(pieces[1::2], pieces[2::2], strict=True)}


def page(known: Mapping[str, Section], said: Mapping[str, str]) -> str:
    """The whole page, sections that were not run included."""
    lines = [
        "# Proof",
        "",
        "Written by `make proof`. Each section says what was run, when, on which machine and with which",
        "seeds; what was not run is not claimed.",
    ]
    for name, section in known.items():
        lines += ["", f"## {name}: {section.title}", "", said.get(name, NOT_RUN)]
    return "\n".join(lines) + "\n"


def proved(section: Section, share: float) -> tuple[bool, str]:
    """Run a section; whether everything held, and what the page says of it."""
    begun, at, ran = perf_counter(), datetime.now(UTC), code()
    try:
        told, held = section.run(share), True
    except Disproved as wrong:
        told, held = f"**Failed.**\n\n{wrong}", False
    seconds = perf_counter() - begun
    facts = [
        f"- {'Held' if held else 'Failed'} on {at:%Y-%m-%d %H:%M} UTC, in {seconds:,.0f} seconds",
        f"- Machine: {machine()}",
        f"- Code: {ran}",
    ]
    if share != 1.0:
        facts.insert(0, f"- **Only a share of {share:g} of the full count**")
    return held, "\n".join([*facts, "", told.strip()])


def main(arguments: Sequence[str]) -> int:
    known = sections()
    parser = argparse.ArgumentParser(prog="proof", description="Run the full counts.")
    parser.add_argument("--only", nargs="+", choices=list(known), metavar="SECTION")
    parser.add_argument("--resume", action="store_true", help="only what the page does not have")
    parser.add_argument("--share", type=float, default=1.0, help="of the full counts")
    parser.add_argument("--print", action="store_true", help="print the page, do not write it")
    told = parser.parse_args(arguments)
    said: dict[str, str] = {}
    wanted = told.only or list(known)
    if told.resume:
        page_has = earlier()
        wanted = [name for name in wanted if page_has.get(name, NOT_RUN) == NOT_RUN]
    failed = 0
    for name in wanted:
        print(f"proving {name} ...", file=sys.stderr, flush=True)
        held, said[name] = proved(known[name], told.share)
        failed += not held
        if not told.print:
            # Read again: another process may have written another section meanwhile.
            PAGE.write_text(page(known, earlier() | said), "utf-8")
    if told.print or not wanted:
        print(page(known, earlier() | said))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
