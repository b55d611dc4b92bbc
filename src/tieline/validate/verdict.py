"""What of a document may be believed."""

from __future__ import annotations

import polars as pl

from tieline.datasets.rows import identity
from tieline.errors import Unreadable
from tieline.feeds import Report
from tieline.schema import Dataset
from tieline.validate.days import check_spacing, split_strays
from tieline.validate.doubles import split_doubles
from tieline.validate.places import check_places
from tieline.validate.ranges import warnings_of
from tieline.values import REJECTED, Slice, Verdict
from tieline.values.normalised import Normalised


def validate(report: Report, dataset: Dataset, normalised: Normalised, asked: Slice) -> Verdict:
    """Judge the rows of one document against its report and the slice that was asked for.

    Gives:   rows with unique keys, the last printed of each; everything else counted, so that
             rows_read = rows + duplicate + conflicting + rejected. Rows of another market day than
             the slice's are rejected as unreadable.
    Raises:  WrongReport if the rows are those of another day, another grid or other things;
             Unreadable if more rows cannot be read than the report allows. A last line that the writer had not
             finished, and advisory rows, do not count towards that share.
    """
    check_spacing(report, normalised.rows)
    check_places(report, normalised.rows)
    rows, strays = split_strays(report, normalised.rows, asked)
    rejected = normalised.rejected
    rejected_keys, unread = normalised.rejected_keys, normalised.unread
    if strays.height:
        name = report.label.column[0] if report.label else "stamp_utc"
        rejected = pl.concat([rejected, _rejected_strays(strays, name)]).sort(
            "source_row", maintain_order=True
        )
        keys = strays.select(identity(dataset))
        unread = pl.concat([unread, keys], how="vertical_relaxed")
        rejected_keys = pl.concat([rejected_keys, keys], how="vertical_relaxed").unique(
            maintain_order=True
        )
    _check_share(report, rejected, normalised)
    rows, duplicate, conflicts = split_doubles(dataset, rows)
    return Verdict(
        rows=rows,
        rows_read=normalised.rows_read,
        duplicate=duplicate,
        conflicts=conflicts,
        rejected=rejected,
        rejected_keys=rejected_keys,
        unread=unread,
        blind=normalised.blind,
        warnings=(*normalised.warnings, *warnings_of(report, dataset, rows)),
    )


def _rejected_strays(strays: pl.DataFrame, column: str) -> pl.DataFrame:
    return strays.select(
        "source_row",
        pl.lit(column).alias("column"),
        pl.col("stamp_utc").dt.to_string("iso:strict").alias("text"),
        pl.lit("unreadable").alias("reason"),
    ).cast(REJECTED)


def _check_share(report: Report, rejected: pl.DataFrame, normalised: Normalised) -> None:
    if rejected.height == 0:
        return
    unreadable = rejected.filter(pl.col("reason") == "unreadable")
    count = unreadable.height - normalised.cut_off
    read = normalised.rows_read
    if read == 0 or count <= report.reject_share * read:
        return
    first = "; ".join(
        f"line {line} {column} {text[:60]!r}"
        for line, column, text in unreadable.head(5).select("source_row", "column", "text").rows()
    )
    raise Unreadable(
        f"{report.name}: {count} of {read} rows cannot be read ({count / read:.1%}, at most "
        f"{report.reject_share:.1%} may): {first}"
    )
