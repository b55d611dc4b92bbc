"""Where the rows of a JSON answer stand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The way through a JSON answer to its list of rows.

    path:    names from the outermost object to the list; a name may be left out by the publisher
             (`HourlyLmps` around `HourlyLmp`), except the last. Lists on the way are walked through.
    carried: names of cells beside or above the list, which every row under them gets.
    keyed:   lists inside a row that become columns of that row, each with the name of the cell that
             tells its items apart: `TieDelivery`, `TieName` makes `TieDelivery.Highgate.TieFlowMw`.
    empty:   True where an answer without rows is an ordinary one: only what binds is listed.
    """

    path: tuple[str, ...]
    carried: tuple[str, ...] = ()
    keyed: tuple[tuple[str, str], ...] = ()
    empty: bool = False
