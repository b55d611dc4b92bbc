"""The pages of docs/reference, each from the one place where its facts stand."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import typer.main
from pydantic_core import PydanticUndefined

from tieline import errors as error_tree
from tieline.cli import app
from tieline.datasets import DATASETS
from tieline.datasets.fields import COMMON
from tieline.feeds import DailyFile, Feed, Report
from tieline.schema.markdown import cell, chapter, field_table
from tieline.settings import NAMED, PREFIX, Settings, leaves
from tieline.sources.registry import FEEDS
from tieline.watch import happenings as happening_types


def datasets() -> str:
    intro = (
        "Every dataset is the same table for all publishers. A row is identified by its feed, its "
        "`stamp_utc` and the key columns of its dataset.\n\n## Common columns\n\n"
        + field_table(COMMON)
    )
    return _page("Datasets", intro, *(chapter(dataset) for dataset in DATASETS))


def feeds() -> str:
    return _page(
        "Feeds",
        "A feed is one publisher's stream of one grain into one dataset; its reports are named in "
        "order of precedence. Addresses are relative to the publisher's base address.\n",
        *(_feed(feed) for feed in sorted(FEEDS, key=lambda feed: feed.id)),
    )


def _feed(feed: Feed) -> str:
    into = f"Dataset `{feed.dataset.name}`" if feed.dataset else "No decoder: bytes only"
    publisher = feed.publisher
    head = f"## {feed.id}\n\n{into}. Publisher {publisher.name}, market zone {publisher.zone}.\n"
    return head + "".join(_report(report) for report in feed.reports)


def _report(report: Report) -> str:
    return f"\n### {report.name}\n\n{report.title}\n\n" + "".join(
        f"- {name}: {value}\n" for name, value in _facts(report)
    )


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "address", f"`{report.at.path}`"
    if isinstance(report.at, DailyFile) and report.at.archive:
        until = report.at.archive_until
        yield "archive", f"`{report.at.archive}`" + (f", until {until:%Y-%m}" if until else "")
    yield "polled every", _length(report.every)
    yield "promised within", _length(report.promised_within)
    if label := report.label:
        length = f", grid {label.grid}" if label.grid else ", irregular"
        yield "stamp", f"{label.kind} label in {label.zone}{length}"
        yield "repeated hour", f"told apart by {label.repeated.replace('_', ' ')}"
    counted = f"{len(report.entities)} entities" if report.entities else "cannot be counted"
    yield "expected", counted
    yield "absence", report.absence.kind
    yield "print", report.print
    yield "established by", report.established_by


def _length(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}{'s' if seconds != size else ''}"
    return f"{seconds} seconds"


def settings() -> str:
    lines = [
        "| setting | environment | default | meaning |",
        "|---|---|---|---|",
        *(_setting(path, text) for path, text in leaves()),
    ]
    intro = (
        "Read from the environment, then `tieline.toml` in the home (or where `TIELINE_CONFIG` "
        "says), then the default. A key that nobody knows is refused. A dot is a level: a table in "
        "the file, two underscores in the environment.\n\n"
    )
    return _page("Settings", intro + "\n".join(lines) + "\n")


def _setting(path: str, text: str) -> str:
    name = PREFIX + path.replace(".", "__").replace("<id>", "<ID>").upper()
    return f"| `{path}` | `{name}` | {_default(path)} | {cell(text)} |"


def _default(path: str) -> str:
    if path == "home":
        return "the platform's data folder"
    first, *steps = path.split(".")
    if first in NAMED:
        default = NAMED[first].model_fields[steps[-1]].get_default(call_default_factory=True)
        return "none" if default in (None, (), PydanticUndefined) else f"`{default}`"
    value: Any = Settings.model_fields[first].get_default(call_default_factory=True)
    for step in steps:
        value = getattr(value, step, None)
    return "none" if value in (None, ()) else f"`{value}`"


def errors() -> str:
    lines = [
        "| error | again | entry | gap cause | exit | meaning |",
        "|---|---|---|---|---|---|",
        *(_error(kind) for kind in _errors()),
    ]
    codes = (
        f"Exit code {error_tree.EXIT_OK} is done or nothing to do, {error_tree.EXIT_BUG} a bug, "
        f"{error_tree.EXIT_HOLES} a range with holes, each listed with its cause.\n\n"
    )
    return _page("Errors", codes + "\n".join(lines) + "\n")


def _errors() -> list[type[error_tree.TielineError]]:
    """Every class, in the order in which the module defines them."""
    return [
        kind
        for kind in vars(error_tree).values()
        if inspect.isclass(kind) and issubclass(kind, error_tree.TielineError)
    ]


def _error(kind: type[error_tree.TielineError]) -> str:
    again = kind.retry.replace("_", " ")
    meaning = (inspect.getdoc(kind) or "").split("\n\n")[0]
    cells = [f"`{kind.__name__}`", again, kind.state or "", kind.cause or "", str(kind.exit_code)]
    return "| " + " | ".join([*cells, cell(meaning)]) + " |"


def happenings() -> str:
    kinds = [
        kind
        for kind in vars(happening_types).values()
        if inspect.isclass(kind) and kind.__module__ == happening_types.__name__
    ]
    intro = "What is recorded: each makes one line of the log and moves its metrics.\n"
    return _page("Happenings", intro, *(_happening(kind) for kind in kinds))


def _happening(kind: type) -> str:
    fields = "".join(f"- `{name}`\n" for name in inspect.get_annotations(kind))
    return f"## {kind.__name__}\n\n{inspect.getdoc(kind) or ''}\n\n{fields}"


def commands() -> str:
    root = typer.main.get_command(app)
    intro = f"{inspect.cleandoc(root.help or '')}\n\n{_parameters(root)}"
    return _page("Commands", intro, *_commands(root, ("tieline",)))


def _commands(group: Any, path: tuple[str, ...]) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        here = (*path, name)
        yield f"## {' '.join(here)}\n\n{inspect.cleandoc(command.help or '')}\n\n" + _parameters(
            command
        )
        if hasattr(command, "commands"):
            yield from _commands(command, here)


def _parameters(command: Any) -> str:
    return "".join(
        f"- {_spelling(parameter)}{_sentence(parameter)}\n"
        for parameter in command.params
        if not getattr(parameter, "hidden", False)
    )


def _spelling(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.name.upper()}`"
    return ", ".join(f"`{spelling}`" for spelling in (*parameter.opts, *parameter.secondary_opts))


def _sentence(parameter: Any) -> str:
    return f": {cell(parameter.help)}" if getattr(parameter, "help", None) else ""


def _page(title: str, *chapters: str) -> str:
    note = "<!-- Derived from the code: `make derive` writes this page. -->"
    return f"# {title}\n\n{note}\n\n" + "\n".join(part.rstrip() + "\n" for part in chapters)


PAGES: dict[str, Callable[[], str]] = {
    "datasets": datasets,
    "feeds": feeds,
    "settings": settings,
    "errors": errors,
    "happenings": happenings,
    "commands": commands,
}
