"""Is this header the report's, another's, or has it changed?"""

from __future__ import annotations

import polars as pl

from tieline.errors import DriftFound, WrongReport
from tieline.feeds import Report
from tieline.values.normalised import SOURCE_ROW, UNREAD


def check_header(report: Report, printed: list[str]) -> list[str]:
    """Names of the columns as printed, stripped; an empty one is named by its place.

    A column that the report has no use for is kept; it is warned of when the table is normalised.
    Raises:  WrongReport if the header is that of another report, which explains more of it than this
             one does, also where all that this one needs stands there; DriftFound, naming what is missing and what is new, if a column that the report needs is not there, or stands there twice.
    """
    names = [name.strip() or f"column_{at}" for at, name in enumerate(printed, 1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DriftFound(f"{report.name}: the header has {_listed(twice)} twice")
    missing = [names_of for names_of in report.printed_columns if not set(names_of) & set(names)]
    ours = report.known_columns & set(names)
    for other, header in report.others:
        if set(header) <= set(names) and len(set(header)) > len(ours):
            raise WrongReport(
                f"this is {other}, not {report.name}: its header is {','.join(names)[:200]}"
            )
    if not missing:
        return names
    new = [name for name in names if name not in report.known_columns]
    raise DriftFound(
        f"{report.name}: the header lacks {_listed([group[0] for group in missing])}"
        f" and has new {_listed(new)}; the bytes are kept, the report row needs the new names"
    )


def known_names(report: Report, printed: list[str]) -> list[str]:
    """The printed names, each as the report spells it if letter case and blanks alone are different.

    A name stays as printed where the file has several such, or the report knows several.
    """
    spelled: dict[str, list[str]] = {}
    for known in report.known_columns:
        spelled.setdefault(_plain(known), []).append(known)
    plain = [_plain(name) for name in printed]
    return [
        spelled[same][0] if len(spelled.get(same, ())) == 1 == plain.count(same) else name
        for name, same in zip(printed, plain, strict=True)
    ]


def rows_alone(table: pl.DataFrame) -> pl.DataFrame:
    """The table without lines of blank cells and without headers that stand there again."""
    names = [name for name in table.columns if name not in (SOURCE_ROW, UNREAD)]
    first = table[names[0]]
    again = pl.lit(False)
    if first.dtype == pl.String:
        again = pl.all_horizontal(
            pl.col(name).eq_missing(name) for name in names if table.schema[name] == pl.String
        )
    elif first.null_count() == 0:
        return table
    if first.null_count() == 0 and not (first == names[0]).any():
        return table
    blank = pl.all_horizontal(pl.col(name).is_null() for name in (*names, UNREAD))
    return table.filter(~(blank | again))


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names[:12]) or "nothing"
