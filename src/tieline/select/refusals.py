"""What the knobs of a SQL macro may be, as SQL: anything else ends the statement, as it does elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tieline.feeds import PRINT_RANK
from tieline.select.scope import Scope

_OFFSET = ":[0-9.]+ ?([zZ]|[+-][0-9]{2}(:?[0-9]{2})?)$"
_EXAMPLE = "2026-03-01T05:00:00Z"


def refusing(scope: Scope, zones: Collection[str], revisions: Sequence[str]) -> str:
    """A table without rows that ends the statement where a knob has a value that it may not have.

    DuckDB works out what a table function is given before it plans, so a wrong knob is refused also where
    no row would be looked at, which a condition on rows would not do.
    """
    at = "at_sequence::bigint"
    newest = scope.sequence
    checks = [
        one_of("revisions", revisions),
        one_of("known", ("recorded", "assumed")),
        f"case when print is null then true else {one_of('print', tuple(PRINT_RANK))} end",
        f"case when at_sequence is null then true "
        f"when {at} < 0 then error('at_sequence must not be negative, got ' || {at}) "
        f"when {at} > {newest} then error('sequence ' || {at} || "
        f"' is not reached; this connection stands at {newest}') else true end",
        f"case when as_of is null then true else {instant_of('as_of', zones)} is not null end",
        _vintage(scope),
    ]
    return f"range(case when {' and '.join(f'({check})' for check in checks)} then 0 else 0 end)"


def one_of(name: str, words: Sequence[str]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    said = f"coalesce({name}::varchar, 'null')"
    return (
        f"case when {name} in ({listed}) then true "
        f"else error('{name} must be one of {', '.join(words)}, not ' || {said}) end"
    )


def instant_of(name: str, zones: Collection[str]) -> str:
    """A knob as an instant, null for null: one with an offset, or the day where one zone is kept."""
    text = f"{name}::varchar"
    day = (
        f"error({text} || ' is a market day, and these feeds keep {len(zones)} zones: write an "
        + (f"instant such as {_EXAMPLE}')")
    )
    if len(zones) == 1:
        day = f"timezone('{next(iter(zones))}', ({text})::date::timestamp)"
    return (
        f"case when {name} is null then null when length({text}) <= 10 then {day} "
        f"when regexp_matches({text}, '{_OFFSET}') then ({text})::timestamptz "
        f"else error({text} || ' has no offset; {name} is an instant such as {_EXAMPLE}') end"
    )


def _vintage(scope: Scope) -> str:
    words = "vintage::varchar in ('latest', 'all')"
    if not scope.dataset.is_forecast:
        refused = f"error('{scope.dataset.name} is no forecast and has no vintage')"
        return f"case when {words} then true else {refused} end"
    return (
        f"case when vintage is null then error('vintage must be latest, all, an instant or a day') "
        f"when {words} then true "
        f"when length(vintage::varchar) <= 10 then (vintage::varchar)::date is not null "
        f"else {instant_of('vintage', ())} is not null end"
    )
