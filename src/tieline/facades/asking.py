"""`tieline.read`, `tieline.scan`, `tieline.query` and `tieline.diff`: analysts come first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from tieline.assemble import lake_of, opened, settings_of
from tieline.select import (
    Answer,
    Difference,
    KnownRule,
    Moment,
    Revisions,
    Scan,
    Told,
    Wanted,
    asked,
    market_zones,
    moments,
    state,
    turned,
    zones_in,
)
from tieline.select import answer as answer_of
from tieline.select import diff as diff_of
from tieline.select import scan as scan_of


def read(
    dataset: str,
    start: Moment = None,
    end: Moment = None,
    *,
    where: Mapping[str, Wanted] | None = None,
    columns: Sequence[str] | None = None,
    as_of: Moment = None,
    revisions: Revisions = "latest",
    print: str | None = None,
    vintage: Literal["latest", "all"] | Moment = "latest",
    at_sequence: int | None = None,
    known: KnownRule = "recorded",
    home: Path | str | None = None,
) -> Answer:
    """Read rows of a dataset or feed from the lake.

    dataset:      a dataset (`interface_flow`) or the id of one feed (`iso.rt.lmp.nyiso`)
    start, end:   half-open; aware datetimes, ISO text with an offset, or market days
    where:        column to value or values; keys and values of the dataset, publisher, feed, report
    as_of:        only what was known by then; default: everything known
    revisions:    `latest`, `first`, or `all` steps of every chain
    print:        `advisory`, `preliminary` or `final`; default: the best there is
    vintage:      forecasts: `latest` known, `all`, or the instant of one
    at_sequence:  the answer that this lake gave at that commit
    known:        `assumed` takes the report's promise where the fetch came long after; history only
    home:         folder of the lake; default: TIELINE_HOME, else the platform's data folder

    Gives:  an answer with `.polars()`, `.arrow()`, `.pandas()`, `.lazy()` and `.certificate`, which
            says what is missing and why. Instants are UTC, in microseconds.
    Raises: UnknownName, UsageError for what was asked; Unconfigured if there is no lake;
            StoreError if it cannot be read.
    """
    asking = words(locals())
    with opened(settings_of(home), create=False) as opened_home:
        lake = lake_of(opened_home)
        return answer_of(lake, asked(lake, dataset, start, end, **asking))


def scan(
    dataset: str,
    start: Moment = None,
    end: Moment = None,
    *,
    where: Mapping[str, Wanted] | None = None,
    columns: Sequence[str] | None = None,
    as_of: Moment = None,
    revisions: Revisions = "latest",
    print: str | None = None,
    vintage: Literal["latest", "all"] | Moment = "latest",
    at_sequence: int | None = None,
    known: KnownRule = "recorded",
    home: Path | str | None = None,
) -> Scan:
    """Read more than fits into memory: as `read`, but batch after batch, once.

    Gives: `.batches` (Arrow record batches), `.schema` and `.certificate`.
    """
    asking = words(locals())
    with opened(settings_of(home), create=False) as opened_home:
        lake = lake_of(opened_home)
        return scan_of(lake, asked(lake, dataset, start, end, **asking))


def query(
    statement: str,
    *,
    as_of: Moment = None,
    revisions: Revisions = "latest",
    print: str | None = None,
    vintage: Literal["latest", "all"] | Moment = "latest",
    at_sequence: int | None = None,
    known: KnownRule = "recorded",
    home: Path | str | None = None,
) -> Told:
    """Answer one SELECT in DuckDB's words; every dataset is a table of its rows.

    The knobs are those of `read` and turn every table; a dataset's name called, `load(revisions :=
    'all')`, has knobs of its own.

    Gives:  a table with `.polars()`, `.arrow()`, `.pandas()`, `.lazy()`; `.certificates` has one of
            each dataset as the statement asks for it, over all that was collected.
    Raises: UsageError if it is no single SELECT, DuckDB refuses it, or a called dataset's knobs are no
            constants; else as `read`.
    """
    with opened(settings_of(home), create=False) as opened_home:
        lake = lake_of(opened_home)
        knobs = turned(
            as_of=as_of, revisions=revisions, print=print, vintage=vintage,
            at_sequence=at_sequence, known=known, zones=zones_in(lake, statement),
        )  # fmt: skip
        return state(lake, statement, knobs)


def diff(
    dataset: str,
    start: Moment = None,
    end: Moment = None,
    *,
    between: tuple[Moment | int, Moment | int],
    where: Mapping[str, Wanted] | None = None,
    print: str | None = None,
    vintage: Literal["latest", "all"] | Moment = "all",
    known: KnownRule = "recorded",
    home: Path | str | None = None,
) -> Difference:
    """What changed in the answer of `read` between two moments, fact by fact and with its cause.

    between:  two instants (as known then), or two sequences (as this lake answered then)

    Gives:  a table with `.polars()`, `.arrow()`, `.pandas()`: key, stamp, `cause`, `changed`, and every
            value before and after; `.causes()` counts; `.before` and `.after` are the certificates.
            Causes: new, revision, print, late, replay, precedence, gone.
    Raises: as `read`.
    """
    with opened(settings_of(home), create=False) as opened_home:
        lake = lake_of(opened_home)
        zones = market_zones(lake, dataset, where)
        question = asked(
            lake, dataset, start, end, where=where, print=print, vintage=vintage, known=known
        )
        return diff_of(lake, question, moments(*between, zones))


def words(said: Mapping[str, Any]) -> dict[str, Any]:
    """The knobs among a function's arguments."""
    apart = ("dataset", "start", "end", "stamp", "home")
    return {name: value for name, value in said.items() if name not in apart}
