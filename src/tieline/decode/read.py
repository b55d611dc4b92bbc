"""One document to one table, by the reader that its report names."""

from __future__ import annotations

import polars as pl

from tieline.decode.csv import read_csv
from tieline.decode.header import rows_alone
from tieline.decode.json import pages_of, read_json
from tieline.decode.layout import read_laid_out
from tieline.decode.matrix import read_matrix
from tieline.decode.refusals import published_error, published_nothing, refusal
from tieline.decode.sheet import read_sheet
from tieline.decode.typed import read_typed
from tieline.errors import EmptyAnswer, Unreadable, WrongReport
from tieline.feeds import Report
from tieline.values import Document


def read(report: Report, document: Document, *, texts: bool = False) -> pl.DataFrame:
    """Read a document as its report prints it.

    Gives:   the table in the publisher's words: columns are text, f64 where the report reads only
             numbers and every cell is one or blank, unless `texts` asks for cells as they are
             printed; and `source_row`, `unread`.
    Raises:  EmptyAnswer, also for a header alone where the report lists something every day;
             ErrorPage, WrongReport, DriftFound; Unreadable for a report without a decoder.
    """
    place = f"{report.name} {document.member}" if document.member else report.name
    if report.reads == "raw":
        raise Unreadable(f"{report.name} has no decoder: its bytes are kept as they came")
    if not document.data.strip():
        raise EmptyAnswer(f"{place}: the file has nothing in it")
    if published_nothing(document.data):
        raise EmptyAnswer(f"{place}: the publisher says that there is nothing for this period")
    said = (published_error(page) for page in pages_of(document.data))
    words = next((text for text in said if text is not None), None)
    if words is not None:
        raise refusal(place, words)
    table = _table(report, document.data, place, frozenset[str]() if texts else _numbers(report))
    if table.height == 0 and _has_rows(report):
        raise EmptyAnswer(f"{place}: there is a header and no row; ask again at the next slot")
    return table


def _has_rows(report: Report) -> bool:
    """Whether a file always has rows: it lists known things, or is written once with every stamp.

    A file of what occurs may have nothing to tell, and so may one whose listing may be empty.
    """
    whole = report.absence.kind == "final" and report.label is not None and report.label.regular
    return bool(report.entities) or (whole and report.listing is None)


def _table(report: Report, data: bytes, place: str, numbers: frozenset[str]) -> pl.DataFrame:
    if report.reads == "json":
        return read_json(report, data, numbers=numbers)
    if report.reads == "matrix":
        return read_matrix(report, data, numbers=numbers)
    if report.reads == "sheet":
        if report.layout is None:
            raise Unreadable(f"{report.name} states no layout: its table cannot be found")
        return read_sheet(report, report.layout, data)
    begins = data[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
    if begins.startswith((b"<", b"{", b"[", b"%PDF", b"PK\x03\x04")):
        raise WrongReport(f"{place}: this is no comma-separated text: {data[:40]!r}")
    if report.layout is not None:
        return read_laid_out(report, report.layout, data, numbers=numbers)
    if report.reads == "typed_csv":
        return read_typed(report, data, numbers=numbers)
    return rows_alone(read_csv(report, data, numbers=numbers))


def _numbers(report: Report) -> frozenset[str]:
    """Printed columns that are read as numbers and as nothing else."""
    if report.reshape is not None or report.layout is not None:
        return frozenset(report.numbers)
    numbers, others = set[str](), set[str]()
    for column in report.columns:
        names = {*column.printed, *column.otherwise}
        if column.kind == "number" and not column.otherwise:
            numbers |= names
        else:
            others |= names
    if report.label is not None:
        others.update(*report.label.columns, report.label.zone_column)
    return frozenset(numbers - others)
