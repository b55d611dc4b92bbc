"""What every command stands in: where text and data go, and how an error ends a command."""

from __future__ import annotations

import json as json_text
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import typer

from tieline.errors import EXIT_BUG, TielineError

EXIT_PIPE = 141
"""The reader of stdout has gone: what a shell calls it when SIGPIPE ends a program."""

DEBUG: ContextVar[bool] = ContextVar("debug", default=False)
"""Whether an unexpected error shows where it came from."""


def say(text: str) -> None:
    """Text for a person: stderr."""
    typer.echo(text, err=True)


def give(text: str) -> None:
    """Data: stdout."""
    typer.echo(text)


def give_json(tree: object, *, err: bool = False) -> None:
    """One JSON document; on stderr where stdout carries other data."""
    typer.echo(json_text.dumps(tree, indent=2, ensure_ascii=False), err=err)


def give_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Aligned columns on stdout, never cut; an empty cell is a dash."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [
        max([len(name), *(len(row[place]) for row in cells)]) for place, name in enumerate(header)
    ]
    for row in [list(header), *cells]:
        give("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    return "-" if value is None or value == "" else str(value)


def is_person(stream_name: str) -> bool:
    """Whether `stdout` or `stderr` is a terminal somebody looks at."""
    return bool(getattr(sys, stream_name).isatty())


@contextmanager
def guarded(*, json: bool) -> Iterator[None]:
    """Turn whatever goes wrong inside into one text on stderr and the exit code it has.

    Raises: typer.Exit with the error's own code; with EXIT_BUG for what nobody expected.
    """
    try:
        yield
    except TielineError as error:
        tell(error, json=json)
        raise typer.Exit(error.exit_code) from error
    except (typer.Exit, typer.Abort):
        raise
    except BrokenPipeError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(EXIT_PIPE) from error
    except Exception as error:
        if DEBUG.get():
            traceback.print_exception(error)
        told = f"{type(error).__name__}: {error}"
        if json:
            give_json(
                {"error": type(error).__name__, "text": str(error), "exit": EXIT_BUG}, err=True
            )
        else:
            say(f"Unexpected error, which is a fault of tieline: {told}")
            say("`tieline --debug ...` shows where it came from.")
        raise typer.Exit(EXIT_BUG) from error


def tell(error: TielineError, *, json: bool) -> None:
    """An error on stderr, with feed, window and payload as far as they are known."""
    if not json:
        say(f"{type(error).__name__}: {error}")
        return
    give_json(error_as_json(error), err=True)


def error_as_json(error: TielineError) -> dict[str, object]:
    return {
        "error": type(error).__name__,
        "text": error.text,
        "feed": error.feed,
        "window": error.window,
        "payload": error.payload,
        "exit": error.exit_code,
    }
