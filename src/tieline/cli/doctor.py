"""`tieline doctor`: which home this is, how it is, and what it needs."""

from __future__ import annotations

import platform
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give, give_json, guarded, say
from tieline.cli.options import AsJson, Home
from tieline.errors import EXIT_OK, Damaged, LedgerUnavailable, StorageFailed

if TYPE_CHECKING:
    from tieline.settings import Settings

LIBRARIES = ("tieline", "polars", "pyarrow", "duckdb", "sqlalchemy", "httpx2", "fastapi", "typer")
LEAST_FREE = 200_000_000
"""Bytes of free disk under which nothing can be promised."""

OLD_SECONDS = 3600
"""Age from which a temporary file is no longer somebody's work."""


def doctor(
    online: Annotated[
        bool, typer.Option("--online", help="Also try whether the publishers can be reached.")
    ] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Say which home this is, how large, how fast it grows, and whether it is sound.

    Ends with 8 if the ledger is damaged, with 7 if it or the disk cannot be used.
    """
    with guarded(json=json):
        from tieline.assemble import settings_of

        settings = settings_of(home)
        report, code = _examined(settings)
        if online:
            report["publishers"] = _reached(settings)
        if json:
            give_json({**report, "exit": code})
        else:
            _tell(report)
        if code:
            raise typer.Exit(code)


def _examined(settings: Settings) -> tuple[dict[str, object], int]:
    from tieline.assemble import has_lake

    folder = settings.home
    report: dict[str, object] = {
        "home": str(folder),
        "exists": has_lake(settings),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "free_bytes": _free(folder),
        "settings": _stale(settings),
    }
    problems: list[str] = []
    code = EXIT_OK
    free = report["free_bytes"]
    if isinstance(free, int) and free < LEAST_FREE:
        problems.append(f"the disk is nearly full: {free} bytes are free")
        code = StorageFailed.exit_code
    if report["exists"]:
        report["format"] = _format(folder)
        report |= _sizes(folder)
        report["temporary_files"] = _temporary(folder)
        shared = settings.ledger.url is not None
        integrity = "ok" if shared else _integrity(folder / "ledger.sqlite")
        report["ledger_check"] = integrity
        if integrity != "ok":
            problems.append(f"the ledger is damaged: {integrity}; restore it from a backup")
            code = Damaged.exit_code
        else:
            report |= _ledger(settings)
    report["problems"] = problems
    return report, code


def _version(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _free(folder: Path) -> int:
    """Free bytes of the disk on which the home lies or would lie."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return shutil.disk_usage(there).free


def _format(folder: Path) -> str | None:
    mark = folder / "format"
    return mark.read_text("ascii", errors="replace").strip() if mark.exists() else None


def _sizes(folder: Path) -> dict[str, object]:
    sizes = {
        "raw": _size(folder / "raw" / "packs") + _size(folder / "raw" / "objects"),
        "sidecars": _size(folder / "raw" / "sidecars"),
        "parts": _size(folder / "parts"),
        "ledger": sum(one.stat().st_size for one in folder.glob("ledger.sqlite*")),
    }
    total = sum(sizes.values())
    born = (folder / "format").stat().st_mtime if (folder / "format").exists() else 0.0
    days = max(1.0, (datetime.now(UTC).timestamp() - born) / 86_400)
    return {
        "bytes": {**sizes, "total": total},
        "age_days": round(days, 1),
        "bytes_per_day": int(total / days),
    }


def _size(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def _temporary(folder: Path) -> int:
    """Temporary files that a killed process left."""
    limit = datetime.now(UTC).timestamp() - OLD_SECONDS
    return sum(1 for one in folder.rglob(".*.tmp") if one.stat().st_mtime < limit)


def _integrity(path: Path) -> str:
    """`ok`, or what SQLite finds wrong. Raises: LedgerUnavailable if it cannot be opened."""
    import sqlite3

    connection = None
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)
        found = connection.execute("PRAGMA quick_check").fetchall()
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error) or "not a database" in str(error):
            return str(error)
        raise LedgerUnavailable(f"the ledger {path} cannot be opened: {error}") from error
    finally:
        if connection is not None:
            connection.close()
    return "; ".join(str(row[0]) for row in found[:5])


def _ledger(settings: Settings) -> dict[str, object]:
    from tieline.assemble import opened
    from tieline.flow.holder import dead

    now = datetime.now(UTC)
    with opened(settings, create=False) as home:
        ledger = home.ledger
        left = [one for one in ledger.claims() if one.expires < now or dead(one.holder)]
        parts = ledger.parts()
        return {
            "sequence": ledger.sequence(),
            "entries": sum(one.entries for one in ledger.summaries()),
            "parts": len(parts),
            "rows": sum(part.rows for part in parts),
            "claims_left_behind": [f"{one.slice} by {one.holder}" for one in left],
        }


def _stale(settings: Settings) -> list[str]:
    """Settings that name what is not there."""
    from tieline.assemble import feeds_of

    known = {feed.publisher.id for feed in feeds_of(settings)}
    found = [
        f"publishers.{name}: no publisher of that name has a feed"
        for name in settings.publishers
        if name not in known
    ]
    found += [
        f"publishers.{name}.base_url is {told.base_url}: not the publisher's own address"
        for name, told in settings.publishers.items()
        if name in known and told.base_url is not None
    ]
    return found


def _reached(settings: Settings) -> dict[str, bool]:
    import asyncio

    from tieline.assemble import feeds_of
    from tieline.cli.life import reachable

    publishers = {feed.publisher.id: feed.publisher for feed in feeds_of(settings)}
    return {
        name: asyncio.run(reachable(settings.base_url(name, publisher.base_url)))
        for name, publisher in publishers.items()
    }


def _tell(report: dict[str, object]) -> None:
    from tieline.cli.plain import size

    for name, value in report.items():
        if name == "problems":
            continue
        if name == "bytes" and isinstance(value, dict):
            value = {part: size(count) for part, count in value.items()}
        if name in ("free_bytes", "bytes_per_day") and isinstance(value, int):
            value = size(value)
        if isinstance(value, dict):
            value = ", ".join(f"{key} {one}" for key, one in value.items())
        elif isinstance(value, list):
            value = "; ".join(value) or "none"
        give(f"{name.replace('_', ' '):18} {value}")
    problems = report["problems"]
    assert isinstance(problems, list)
    for problem in problems:
        say(problem)
    if not report["exists"]:
        say("There is no lake here yet: `tieline up` or `tieline import` makes it.")
