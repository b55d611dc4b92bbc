"""A home and its shared ledger: one names files that lie in the other, so each has just one."""

from __future__ import annotations

import uuid
from pathlib import Path

from tieline.errors import Unconfigured
from tieline.ledger import Ledger
from tieline.store import files

MARK = "ledger.id"
"""File of a home whose ledger lies in a shared database: the ledger's identity, and the home's own."""


def belong(folder: Path, ledger: Ledger, *, rebuilding: bool) -> None:
    """Hold a home and its shared ledger together; who comes first has it.

    A home that nothing was ever stored in may take a ledger that no other home has. `rebuilding` takes an
    empty ledger in the place of one that was lost.

    Raises: Unconfigured if the ledger belongs to another home, or the home to another ledger; StorageFailed.
    """
    mark = folder / MARK
    with files.storing(mark):
        known, home = _read(mark)
        bound = home and known == ledger.identity() and not rebuilding
        if bound and ledger.belong(home) == home:
            # Who only reads may have no right to write a lock.
            return
        files.make_folder(folder)
        with files.locked(folder / f"{MARK}.lock"):
            _hold(mark, ledger, rebuilding=rebuilding)


def _hold(mark: Path, ledger: Ledger, *, rebuilding: bool) -> None:
    identity = ledger.identity()
    lost = rebuilding and ledger.sequence() == 0
    fresh = not mark.exists()
    known, home = _read(mark)
    if lost or (fresh and not ledger.parts()):
        known, home = identity, ""
    if known == identity:
        if not home:
            # On the disk before the ledger says it: whoever dies between is still the same home.
            home = uuid.uuid4().hex
            files.write_atomically(mark, f"{identity} {home}\n".encode("ascii"))
        if ledger.belong(home, anew=lost) == home:
            return
        if fresh:
            mark.unlink()
    raise Unconfigured(
        f"the ledger that ledger.url names is not that of the home {mark.parent}: name the home that it "
        "belongs to, or another database"
    )


def _read(mark: Path) -> tuple[str, str]:
    """The ledger's identity and the home's; empty where it says none."""
    if not mark.exists():
        return "", ""
    known, _, home = mark.read_text("ascii").strip().partition(" ")
    return known, home
