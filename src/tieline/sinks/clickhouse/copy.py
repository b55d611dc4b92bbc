"""A copy of the ledger in ClickHouse: its tables as they are, brought up to its sequence again and again.

Each row carries a version, the ledger's last commit when the row was read, and the newest version of a key
is the one that counts. So a batch may be written twice, by two publishers, or half of it before a kill:
what is written again replaces itself. The position is written last, and first the commit at which the rows
are read: rows of a commit that the ledger lost when it was restored would outlive those that it has since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Table

from tieline.errors import LedgerUnavailable, SinkRefused, SinkUnavailable, Unconfigured
from tieline.ledger.clickhouse import (
    BEGUN,
    ORDINAL,
    POSITION,
    ClickhouseRefused,
    Server,
    copied,
    literals,
    make_tables,
    names_of,
    open_server,
)
from tieline.ledger.delta import Delta, Remaining
from tieline.ledger.migrations import FORMAT
from tieline.ledger.rows import instant
from tieline.ledger.tables import ATTEMPTS, ENTRIES, FORGOTTEN, GAPS, PARTS
from tieline.select import Lake
from tieline.sinks.protocol import Again, Letter, Plan, Position, Receipt
from tieline.sinks.reading import mark_of, other_course

COMMITS = 2_000
"""Commits that are copied in one batch."""

ROWS = 20_000
"""Rows of one statement."""

NAMES = 2_000
"""Names in one statement."""

_LINES = msgspec.json.Encoder()


class LedgerCopy:
    """Every table of the ledger but the claims, whose life is too short to copy."""

    def __init__(self, name: str, url: str, feeds: Sequence[str] = ()) -> None:
        """Raises: Unconfigured if it is told to take some feeds."""
        if feeds:
            raise Unconfigured(f"sinks.{name}.feeds: a ledger is copied whole, leave feeds out")
        self._name = name
        self._url = url
        self._server: Server | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def feeds(self) -> tuple[str, ...]:
        """None, meaning all: a ledger is copied whole."""
        return ()

    def position(self) -> Position:
        """Where it stands. Raises: SinkUnavailable, SinkRefused."""
        with self._reached() as server:
            found = server.ask(
                f"SELECT ledger, format, sequence, mark FROM {POSITION} ORDER BY sequence DESC LIMIT 1 "
                "FORMAT JSONCompactEachRow"
            )
            begun, plan = _begun(server)
        if not found:
            return Position(ledger=begun, plan=plan)
        ledger, made, sequence, mark = json.loads(found)
        if made != str(FORMAT):
            raise SinkRefused(
                f"sink {self._name} holds a ledger of format {made}, and this tieline writes {FORMAT}: "
                f"fill it again, `tieline publish {self._name} --anew`"
            )
        if plan is not None and plan.upto <= int(sequence):
            plan = None
        return Position(sequence=int(sequence), mark=mark, ledger=ledger, plan=plan)

    def advance(self, lake: Lake, position: Position) -> Receipt | None:
        """Copy the next commits, and what left the ledger without one; None if nothing waits.

        A copy that was emptied since `position` was read begins at its first commit.
        Raises: SinkUnavailable, SinkRefused; LedgerUnavailable.
        """
        stands = min(position.sequence, self.position().sequence)
        found = lake.ledger.delta(after=stands, commits=COMMITS)
        moved = found.upto > found.after
        with self._reached() as server:
            if moved:
                _say(server, BEGUN, [found.identity, found.head, mark_of(lake, found.head)])
            written = _write(server, found) if moved else 0
            left = 0
            if found.upto == found.head and _holds_more(server, found):
                newest = _number(server, f"SELECT max(_version) FROM {PARTS.name}") // 2
                if newest > lake.ledger.sequence():
                    raise other_course(lake, f"holds rows of commit {newest}")
                left = _forget(server, found, lake.ledger.remaining())
            if moved:
                mark = mark_of(lake, found.upto)
                _say(server, POSITION, [found.identity, str(FORMAT), found.upto, mark])
        if not moved and not left:
            return None
        return Receipt(after=found.after, upto=found.upto, rows=written, withdrawn=left, refused={})

    def dead_letters(self) -> int:
        """None: what the ledger holds, its copy holds."""
        return 0

    def letters(self) -> list[Letter]:
        """None."""
        return []

    def try_again(self, lake: Lake) -> Again:
        """Nothing to try."""
        return Again()

    def wipe(self) -> None:
        """Drop the database, and make it anew. Raises: SinkUnavailable, SinkRefused."""
        with self._reached() as server:
            server.drop()
            make_tables(server)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None

    @contextmanager
    def _reached(self) -> Iterator[Server]:
        """The server, with its tables. Raises: SinkUnavailable, SinkRefused."""
        try:
            if self._server is None:
                server = open_server(self._url)
                make_tables(server)
                self._server = server
            yield self._server
        except ClickhouseRefused as error:
            raise SinkRefused(f"sink {self._name}: {error.text}") from error
        except LedgerUnavailable as error:
            raise SinkUnavailable(f"sink {self._name}: {error.text}") from error


def _begun(server: Server) -> tuple[str, Plan | None]:
    """The ledger of the newest rows that may be there, and the commit that it stood at then.

    Raises: LedgerUnavailable.
    """
    found = server.ask(
        f"SELECT ledger, head, at_us, mark FROM {BEGUN} ORDER BY head DESC LIMIT 1 "
        "FORMAT JSONCompactEachRow"
    )
    if not found:
        return "", None
    ledger, head, at_us, mark = json.loads(found)
    return ledger, Plan(int(head), instant(int(at_us)), mark)


def _say(server: Server, table: str, values: Sequence[object]) -> None:
    """Write a line about the copy itself, with the moment behind it. Raises: LedgerUnavailable."""
    told = literals(values)
    server.tell(f"INSERT INTO {table} SELECT {told}, toUnixTimestamp64Micro(now64(6))")


def _write(server: Server, found: Delta) -> int:
    """Write the rows of some commits; gives how many. What they replaced is gone.

    Raises: LedgerUnavailable.
    """
    version = 2 * found.head
    written = 0
    for name, rows in found.rows.items():
        if name not in (GAPS.name, ATTEMPTS.name, FORGOTTEN.name):
            written += _insert(server, name, rows, version)
    counted = f"(report, day) IN (SELECT report, day FROM days WHERE _version = {version})"
    tried = (
        "(report, start_us, end_us) IN (SELECT report, start_us, end_us FROM entries WHERE "
        f"origin = 'collect' AND sequence > {found.after} AND sequence <= {found.upto})"
    )
    for table, where in ((GAPS, counted), (ATTEMPTS, tried)):
        _withdraw(server, table, where, version)
        rows = found.rows.get(table.name, [])
        written += _insert(
            server, table.name, _numbered(rows) if table is GAPS else rows, version + 1
        )
    return written


def _holds_more(server: Server, found: Delta) -> bool:
    """Whether something left the ledger that the copy, with all commits written, still has."""
    forgotten = _number(server, f"SELECT sum(entries) FROM {FORGOTTEN.name}")
    parts = _number(server, f"SELECT count() FROM {PARTS.name}")
    return forgotten != found.forgotten or parts != found.parts


def _forget(server: Server, found: Delta, there: Remaining) -> int:
    """Take out what left the ledger without a commit; gives how much that was.

    Raises: LedgerUnavailable.
    """
    version = 2 * found.head + 1
    held = copied(server).remaining()
    barren = sorted(held.barren - there.barren)
    parts = sorted(held.parts - there.parts)
    for start in range(0, len(barren), NAMES):
        names = literals(barren[start : start + NAMES])
        _withdraw(server, ENTRIES, f"entry_id IN ({names})", version)
    for start in range(0, len(parts), NAMES):
        names = literals(parts[start : start + NAMES])
        _withdraw(server, PARTS, f"(sha256, sequence) IN ({names})", version)
    _insert(server, FORGOTTEN.name, found.rows[FORGOTTEN.name], version + found.forgotten)
    return len(barren) + len(parts)


def _insert(server: Server, table: str, rows: Sequence[dict[str, Any]], version: int) -> int:
    for start in range(0, len(rows), ROWS):
        lines = [{**row, "_version": version} for row in rows[start : start + ROWS]]
        server.tell(f"INSERT INTO {table} FORMAT JSONEachRow", _LINES.encode_lines(lines))
    return len(rows)


def _withdraw(server: Server, table: Table, where: str, version: int) -> None:
    """Mark rows as gone; a row that was written with a greater version is left alone."""
    names = names_of(table)
    server.tell(
        f"INSERT INTO {table.name} ({names}, _version, _gone) SELECT {names}, {version}, 1 "
        f"FROM {table.name} WHERE {where} SETTINGS final = 1"
    )


def _numbered(gaps: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gaps in order, each with its number in its market day."""
    days = groupby(gaps, key=itemgetter("report", "day"))
    return [{**gap, ORDINAL: place} for _, found in days for place, gap in enumerate(found)]


def _number(server: Server, question: str) -> int:
    return int(server.ask(f"{question} SETTINGS final = 1 FORMAT TabSeparated"))
