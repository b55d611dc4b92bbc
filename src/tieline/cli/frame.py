"""What every command stands in: where text and data go, and how an error ends a command."""

from __future__ import annotations

import errno
import io
import json as json_text
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

import typer

from tieline.errors import EXIT_BUG, StorageFailed, TielineError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

EXIT_PIPE = 141
"""The reader of stdout has gone: what a shell calls it when SIGPIPE ends a program."""

REFUSED = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})
"""What a disk answers that takes no more."""

DEBUG: ContextVar[bool] = ContextVar("debug", default=False)
"""Whether an unexpected error shows where it came from."""


def say(text: str) -> None:
    """Text for a person: stderr. Raises: StorageFailed."""
    with delivering("stderr"):
        typer.echo(text, err=True)


def give(text: str) -> None:
    """Data: stdout. Raises: StorageFailed."""
    with delivering():
        typer.echo(text)


def give_json(tree: object, *, err: bool = False) -> None:
    """One JSON document; on stderr where stdout carries other data. Raises: StorageFailed."""
    text = json_text.dumps(tree, indent=2, ensure_ascii=False)
    if err:
        say(text)
    else:
        give(text)


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
def delivering(stream: Literal["stdout", "stderr"] = "stdout") -> Iterator[None]:
    """Turn what the disk behind a stream refuses into StorageFailed; what is left for it is given up."""
    try:
        yield
    except OSError as error:
        if error.errno not in REFUSED:
            raise
        _give_up(stream)
        raise StorageFailed(
            f"the output cannot be written: {error.strerror}; free space or write it elsewhere"
        ) from error


def _give_up(stream: str) -> None:
    """Lead a stream to nowhere, so that Python does not try its last bytes again when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, getattr(sys, stream).fileno())
    os.close(nowhere)


class _Stdout(io.RawIOBase):
    """The bytes of stdout; what its disk refuses is StorageFailed."""

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        with delivering():
            written = sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        return written


def stdout_bytes() -> io.BufferedWriter:
    """Where bytes of data go; flush it when all are written. Raises from writing: StorageFailed."""
    return io.BufferedWriter(_Stdout())


@contextmanager
def guarded(*, json: bool) -> Iterator[None]:
    """Turn whatever goes wrong inside into one text on stderr and the exit code it has.

    Raises: typer.Exit with the error's own code; with EXIT_BUG for what nobody expected.
    """
    try:
        yield
        _flush()
    except TielineError as error:
        with suppress(StorageFailed):
            tell(error, json=json)
        raise typer.Exit(error.exit_code) from error
    except (typer.Exit, typer.Abort):
        raise
    except BrokenPipeError as error:
        _give_up("stdout")
        raise typer.Exit(EXIT_PIPE) from error
    except Exception as error:
        with suppress(StorageFailed):
            _tell_bug(error, json=json)
        raise typer.Exit(EXIT_BUG) from error


@contextmanager
def ending() -> Iterator[None]:
    """The end of a program: what stdout still holds is written, whatever the program ended with.

    Raises: SystemExit, with the code of StorageFailed if stdout refuses it.
    """
    try:
        with delivering():
            try:
                yield
            finally:
                _flush()
    except StorageFailed as error:
        with suppress(StorageFailed):
            tell(error, json=False)
        raise SystemExit(error.exit_code) from error
    except BrokenPipeError as error:
        _give_up("stdout")
        raise SystemExit(EXIT_PIPE) from error


def _flush() -> None:
    """Raises: StorageFailed."""
    if sys.stdout is not None:
        with delivering():
            sys.stdout.flush()


def _tell_bug(error: Exception, *, json: bool) -> None:
    if DEBUG.get():
        traceback.print_exception(error)
    if json:
        told = {"error": type(error).__name__, "text": str(error), "exit": EXIT_BUG}
        give_json(told, err=True)
        return
    say(f"Unexpected error, which is a fault of tieline: {type(error).__name__}: {error}")
    say("`tieline --debug ...` shows where it came from.")


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
