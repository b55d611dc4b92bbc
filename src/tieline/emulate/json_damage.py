"""Ways to spoil a JSON answer: the same faults as in lines of text, done to its list of rows.

Each gives the spoiled bytes, or None where this damage cannot be done to this answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tieline.emulate.damage import Damage, Draws

Row = dict[str, Any]
Edit = Callable[[list[Row], Draws], list[Row] | None]


def _damage(edit: Edit) -> Damage:
    def spoil(data: bytes, draws: Draws) -> bytes | None:
        try:
            tree = json.loads(data)
        except ValueError:
            return None
        place = _place(tree)
        if place is None:
            return None
        holder, name, rows = place
        changed = edit(rows, draws)
        if changed is None:
            return None
        holder[name] = changed
        return json.dumps(tree, separators=(",", ":")).encode()

    return spoil


def _place(node: Any) -> tuple[dict[str, Any], str, list[Row]] | None:
    """Where the outermost list of rows stands: its holder, its name, itself."""
    while isinstance(node, dict) and len(node) == 1:
        ((name, below),) = node.items()
        if isinstance(below, list) and below and all(isinstance(row, dict) for row in below):
            return node, name, below
        node = below
    return None


def _stamp(row: Row) -> str | None:
    """The name of a row's stamp: its first cell, if that is a time."""
    name = next(iter(row), None)
    return name if name is not None and "T" in str(row[name]) and ":" in str(row[name]) else None


def _run(rows: list[Row], place: int) -> tuple[int, int]:
    """The neighbouring rows that share the stamp of the row at `place`."""
    name = _stamp(rows[place]) or ""
    first = last = place
    while first > 0 and rows[first - 1].get(name) == rows[place].get(name):
        first -= 1
    while last < len(rows) and rows[last].get(name) == rows[place].get(name):
        last += 1
    return first, last


def _number(row: Row) -> str | None:
    """The name of a row's last number."""
    names = [name for name, cell in row.items() if isinstance(cell, (int, float))]
    return names[-1] if names else None


def _renamed(rows: list[Row], draws: Draws) -> list[Row] | None:
    was = _number(rows[0])
    if was is None:
        return None
    return [
        {(f"Average{name}" if name == was else name): cell for name, cell in row.items()}
        for row in rows
    ]


def _added(rows: list[Row], draws: Draws) -> list[Row] | None:
    return [{**row, "Quality": "GOOD"} for row in rows]


def _split(rows: list[Row], draws: Draws) -> list[Row] | None:
    name = _stamp(rows[0])
    if name is None:
        return None
    return [
        {f"{name}Day": str(row[name])[:10], f"{name}Time": str(row[name])[11:]}
        | {other: cell for other, cell in row.items() if other != name}
        for row in rows
    ]


def _duplicated(rows: list[Row], draws: Draws) -> list[Row] | None:
    first, last = _run(rows, draws.pick("row", len(rows)))
    return [*rows[:last], *rows[first:]]


def _missing(rows: list[Row], draws: Draws) -> list[Row] | None:
    first, last = _run(rows, draws.pick("row", len(rows)))
    return [*rows[:first], *rows[last:]]


def _shrunk(rows: list[Row], draws: Draws) -> list[Row] | None:
    kept = len(rows) * (50 + draws.pick("share", 40)) // 100
    return None if kept == len(rows) else rows[: _run(rows, kept)[0]]


def _worded(rows: list[Row], draws: Draws) -> list[Row] | None:
    place = draws.pick("row", len(rows))
    name = _number(rows[place])
    if name is None:
        return None
    word = ("N/A", "ERROR", "#VALUE!", "--")[draws.pick("word", 4)]
    return [*rows[:place], {**rows[place], name: word}, *rows[place + 1 :]]


def _impossible(rows: list[Row], draws: Draws) -> list[Row] | None:
    first, last = _run(rows, draws.pick("row", len(rows)))
    name = _stamp(rows[first])
    if name is None:
        return None
    good = str(rows[first][name])
    bad = (f"{good[:5]}13-32{good[10:]}", f"{good[:11]}25{good[13:]}", f"{good[:14]}61{good[16:]}")
    wrong = bad[draws.pick("kind", 3)]
    return [*rows[:first], *({**row, name: wrong} for row in rows[first:last]), *rows[last:]]


ROWS: dict[str, Damage] = {
    "renamed_column": _damage(_renamed),
    "added_column": _damage(_added),
    "split_column": _damage(_split),
    "duplicated_interval": _damage(_duplicated),
    "missing_interval": _damage(_missing),
    "shrunk": _damage(_shrunk),
    "text_in_number": _damage(_worded),
    "impossible_stamp": _damage(_impossible),
}
"""By the name of the fault, as for lines of text."""
