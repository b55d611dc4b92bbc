"""The pages are whole: everything has its place, every link leads somewhere, nothing is unlinked."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.contract.tree import REPOSITORY
from tieline import errors
from tieline.cli import app
from tieline.datasets import DATASETS
from tieline.settings import leaves
from tieline.sources.registry import FEEDS
from tieline.watch import happenings

DOCS = REPOSITORY / "docs"
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def reference(name: str) -> str:
    return (DOCS / "reference" / f"{name}.md").read_text("utf-8")


def spoken(page: Path) -> list[list[str]]:
    """Every command of tieline in the page's blocks of code, as words."""
    lines = re.findall(r"^    (tieline .*)$", page.read_text("utf-8"), re.MULTILINE)
    return [re.split(r"\s{2,}| [|>] ", line)[0].split() for line in lines]


def pages() -> list[Path]:
    return [*sorted(REPOSITORY.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def test_every_feed_and_report_has_its_place() -> None:
    page = reference("feeds")
    assert [feed.id for feed in FEEDS if f"## {feed.id}\n" not in page] == []
    named = [report.name for feed in FEEDS for report in feed.reports]
    assert [name for name in named if f"### {name}\n" not in page] == []


def test_every_dataset_has_its_place() -> None:
    page = reference("datasets")
    assert [d.name for d in DATASETS if f"## {d.name}\n" not in page] == []


def test_every_setting_has_its_place() -> None:
    page = reference("settings")
    assert [path for path, _ in leaves() if f"| `{path}` |" not in page] == []


def test_every_error_has_its_place() -> None:
    page = reference("errors")
    kinds = [
        name
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.TielineError)
    ]
    assert [name for name in kinds if f"| `{name}` |" not in page] == []


def test_every_happening_has_its_place() -> None:
    page = reference("happenings")
    kinds = [
        name
        for name, kind in inspect.getmembers(happenings, inspect.isclass)
        if kind.__module__ == happenings.__name__
    ]
    assert kinds
    assert [name for name in kinds if f"## {name}\n" not in page] == []


def test_every_command_has_its_place_and_says_what_it_does() -> None:
    page = reference("commands")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    shown = {name: command for name, command in commands.items() if not command.hidden}
    assert [name for name in shown if f"## tieline {name}\n" not in page] == []
    assert [name for name, command in shown.items() if not command.help] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [
        target
        for target in LINK.findall(page.read_text("utf-8"))
        if not target.startswith(("http://", "https://", "mailto:", "#"))
        and not (page.parent / target.split("#")[0]).exists()
    ]
    assert not broken


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_command_on_a_page_exists_with_its_options(page: Path) -> None:
    unknown = []
    for words in spoken(page):
        here: Any = typer.main.get_command(app)
        options = {"--help", *_options(here)}
        for word in words[1:]:
            if hasattr(here, "commands") and not word.startswith("-"):
                if word not in here.commands:
                    unknown.append(" ".join(words))
                    break
                here = here.commands[word]
                options |= _options(here)
            elif word.startswith("-") and word not in options:
                unknown.append(" ".join(words))
    assert not unknown


def test_every_word_of_make_on_a_page_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.M))
    said = {
        word
        for page in pages()
        for word in re.findall(r"(?:^    |`)make ([a-z]+)", page.read_text("utf-8"), re.M)
    }
    assert {"run", "test"} <= said <= targets


def _options(command: Any) -> set[str]:
    return {o for parameter in command.params for o in (*parameter.opts, *parameter.secondary_opts)}


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in LINK.findall(page.read_text("utf-8")):
            path = (page.parent / target.split("#")[0]).resolve()
            if path.suffix == ".md" and path.exists():
                waiting.append(path)
    assert sorted(set(DOCS.rglob("*.md")) - seen) == []
