"""Workbooks, old (xls) and new (xlsx), to a table in the publisher's own words."""

from __future__ import annotations

import polars as pl

from tieline.decode.header import check_header
from tieline.decode.layout import LINES, header_place, with_banner
from tieline.errors import Truncated, Unreadable, WrongReport
from tieline.feeds import Layout, Report
from tieline.values.normalised import SOURCE_ROW, UNREAD

_OLD, _NEW = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


def read_sheet(report: Report, layout: Layout, data: bytes) -> pl.DataFrame:
    """Read the table of one worksheet.

    Reads:   xls and xlsx, told apart by their bytes; the header is found by its words, not by its
             row number. Columns without a title and without cells are none.
    Gives:   text columns as `read_csv`: a date `2025-03-09 00:00:00`, a whole number `1`; what the
             banner says; `source_row` is the row of the sheet. A row with one filled cell is a note,
             as are headers that stand there again.
    Raises:  WrongReport where the bytes are no workbook or the sheet is absent; Truncated,
             Unreadable, DriftFound, EmptyAnswer.
    """
    cells = _cells_of(report, layout, data)
    shown = [[cell or "" for cell in row] for row in cells.head(LINES).rows()]
    place = header_place(report, layout, shown)
    banner = "\n".join(",".join(row) for row in shown[:place])
    below = cells.slice(place + 1)
    titled = dict(zip(cells.columns, shown[place], strict=True))
    kept = [
        name for name in cells.columns if titled[name] or below[name].null_count() < below.height
    ]
    names = check_header(report, [titled[name] for name in kept])
    table = below.select(
        pl.col(name).alias(title) for name, title in zip(kept, names, strict=True)
    ).with_columns(
        pl.int_range(place + 2, place + 2 + pl.len(), dtype=pl.Int64).alias(SOURCE_ROW),
        pl.lit(None, dtype=pl.String).alias(UNREAD),
    )
    filled = pl.sum_horizontal(pl.col(name).is_not_null() for name in names)
    again = pl.all_horizontal(pl.col(name) == name for name in layout.header).fill_null(False)
    table = table.filter((filled > 1) & ~again)
    if layout.notes:
        table = table.filter(~pl.col(names[0]).str.contains(layout.notes).fill_null(False))
    return with_banner(report, layout, table, banner)


def _cells_of(report: Report, layout: Layout, data: bytes) -> pl.DataFrame:
    """Every cell of the sheet as stripped text, null where blank."""
    from fastexcel import FastExcelError, SheetNotFoundError, read_excel

    if not data.startswith((_OLD, _NEW)):
        raise WrongReport(f"{report.name}: this is no workbook: {data[:40]!r}")
    try:
        sheet = read_excel(data).load_sheet(
            layout.sheet or 0, header_row=None, skip_rows=0, dtypes="string"
        )
        cells = sheet.to_polars()
    except SheetNotFoundError as error:
        raise WrongReport(f"{report.name}: the workbook has no sheet {layout.sheet!r}") from error
    except FastExcelError as error:
        kind = (
            Truncated
            if "eof" in str(error).lower() or "end of" in str(error).lower()
            else Unreadable
        )
        raise kind(f"{report.name}: the workbook cannot be read ({str(error)[:200]})") from error
    except BaseException as error:
        # What the reader does not expect of a workbook that was cut off is no Exception of Python.
        if type(error).__name__ != "PanicException":
            raise
        raise Truncated(f"{report.name}: the workbook breaks off ({str(error)[:200]})") from None
    stripped = pl.all().cast(pl.String).str.strip_chars()
    return cells.select(pl.when(stripped != "").then(stripped))
