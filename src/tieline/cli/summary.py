"""What a document came to, in a few numbers and words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tieline.cli.frame import say

if TYPE_CHECKING:
    from tieline.feeds import Report
    from tieline.validate.completeness import Coverage
    from tieline.values import Known, Slice, Verdict

STAMPS_SHOWN = 10
REJECTIONS_SHOWN = 5


def summary_of(
    report: Report, file: str, slice: Slice, known: Known, verdict: Verdict
) -> dict[str, object]:
    """Counts, and what the grid of the market day lacks; a day that is running counts until now."""
    from tieline.cli.plain import plain

    rows = verdict.rows
    return {
        "file": file,
        "day": str(slice.day) if slice.day else None,
        "known_at": plain(known.at_utc),
        "known_basis": known.basis,
        "read": verdict.rows_read,
        "rows": rows.height,
        "days": sorted({str(day) for day in rows["market_day"].drop_nulls().to_list()}),
        "first_stamp": plain(rows["stamp_utc"].min()),
        "last_stamp": plain(rows["stamp_utc"].max()),
        "rejected": verdict.rejected.height,
        "duplicate": verdict.duplicate,
        "conflicting": verdict.conflicting,
        "warnings": list(verdict.warnings),
        "rejections": verdict.rejected.to_dicts(),
        "conflicts": verdict.conflicts.to_dicts(),
        **_grid(report, slice, known, verdict),
    }


def _grid(report: Report, slice: Slice, known: Known, verdict: Verdict) -> dict[str, object]:
    from tieline.cli.plain import plain
    from tieline.validate import coverage

    if slice.day is None:
        return {"expected": None}
    running = known.at_utc if known.at_utc < slice.window.end else None
    found: Coverage = coverage(report, slice.day, verdict.rows, until=running)
    if found.expected is None:
        return {"expected": None}
    stamps = found.missing["stamp_utc"].unique().sort().to_list()
    return {
        "expected": found.expected,
        "received": found.received,
        "missing": found.missing.height,
        "missing_stamps": [plain(stamp) for stamp in stamps if isinstance(stamp, datetime)],
        "extras": found.extras,
    }


def tell_summary(line: dict[str, object]) -> None:
    """A summary, or the error that stands in its place, for a person."""
    if "error" in line:
        named = [f"{name} {line[name]}" for name in ("feed", "window", "payload") if line[name]]
        say(f"{line['file']}: {line['error']}: {line['text']} [{', '.join(named)}]")
        return
    days = line["days"]
    assert isinstance(days, list)
    said = ", ".join(days) if len(days) < 4 else f"{days[0]} to {days[-1]}"
    say(
        f"{line['file']}: {line['rows']} rows of {said or 'no day'}; rejected {line['rejected']}, "
        f"duplicate {line['duplicate']}, conflicting {line['conflicting']}; known "
        f"{line['known_at']} ({line['known_basis']})"
    )
    _tell_grid(line)
    for warning in _listed(line, "warnings"):
        say(f"  warning: {warning}")
    for name in ("rejections", "conflicts"):
        kept = _listed(line, name)
        for one in kept[:REJECTIONS_SHOWN]:
            assert isinstance(one, dict)
            where = f"line {one['source_row']} {one['column']}"
            say(f"  {one['reason']}: {where} {str(one['text'])[:80]!r}")
        if len(kept) > REJECTIONS_SHOWN:
            say(f"  and {len(kept) - REJECTIONS_SHOWN} more; --json lists all")


def _tell_grid(line: dict[str, object]) -> None:
    if line["expected"] is None:
        return
    stamps = _listed(line, "missing_stamps")
    shown = ", ".join(str(stamp) for stamp in stamps[:STAMPS_SHOWN])
    more = f" and {len(stamps) - STAMPS_SHOWN} more" if len(stamps) > STAMPS_SHOWN else ""
    at = f" at {len(stamps)} stamps: {shown}{more}" if stamps else ""
    say(
        f"  grid: {line['received']} of {line['expected']} rows, missing {line['missing']}{at}; "
        f"off-grid extras {line['extras']}"
    )


def _listed(line: dict[str, object], name: str) -> list[object]:
    found = line[name]
    assert isinstance(found, list)
    return found
