"""JSON answers to a table in the publisher's own words: every shape rule stands here.

Web services that translate XML give one item as an object and not as a list, leave a plural wrapper
out, and write an empty element as `{}`, `""`, null or not at all. Attributes stand under `@Name`, the
text beside them under `$`. Elements that do not apply are left out, so rows differ in their cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import polars as pl

from tieline.decode.alike import first_row, read_alike
from tieline.decode.header import check_header
from tieline.errors import EmptyAnswer, Truncated, Unreadable, WrongReport
from tieline.feeds import Listing, Report
from tieline.values.normalised import SOURCE_ROW, UNREAD

_CUT = "truncated"
PAGE = b"\x1e"
"""Stands before each page."""
_Row = dict[str, Any]


def read_json(
    report: Report, data: bytes, *, numbers: frozenset[str] = frozenset()
) -> pl.DataFrame:
    """Read the list of rows that the report's `listing` leads to.

    Reads:   UTF-8 with or without a byte order mark; one answer, or its pages one after the other.
    Gives:   text columns: cells of nested objects under dotted names (`Location.@LocId`), numbers as
             Python writes them, true and false as `true` and `false`; stripped, null where blank,
             null or left out. `source_row` is the place in the list, from 1, over all lists that are
             walked through; `unread` is the item itself where it is no object. Where all rows are
             alike the columns `numbers` are f64, and what the report calls unused is left out.
    Raises:  EmptyAnswer where there are no rows and the report always has some; WrongReport where no
             name of the path is there, or none leads to rows and something else stands in their
             place; Truncated where the text breaks off; Unreadable where it is no JSON; DriftFound.
    """
    if report.listing is None:
        raise Unreadable(f"{report.name} states no listing: its rows cannot be found")
    if numbers:
        alike = _alike(report, report.listing, data, numbers)
        if alike is not None:
            return alike
    trees = [_tree(report, page) for page in pages_of(data)]
    rows = [row for tree in trees for row in _all_rows(report, report.listing, tree)]
    if not rows:
        for tree in trees:
            _refuse_strange(report, report.listing, tree)
        if not report.listing.empty:
            raise EmptyAnswer(f"{report.name}: the answer has no rows; ask again at the next slot")
        names = list(dict.fromkeys(group[0] for group in report.printed_columns))
        return _table(names, [], {})
    found = [_flat(row, report.listing) if isinstance(row, dict) else {} for row in rows]
    names = list(dict.fromkeys(name for row in found for name in row))
    unread = {
        at: msgspec.json.encode(row).decode()
        for at, row in enumerate(rows)
        if not isinstance(row, dict)
    }
    return _table(check_header(report, names), found, unread)


def pages_of(data: bytes) -> list[bytes]:
    """The pages of an answer that was asked for page by page: a JSON text sequence (RFC 7464)."""
    if not data.startswith(PAGE):
        return [data]
    return data[1:].split(PAGE)


def _alike(
    report: Report, listing: Listing, data: bytes, numbers: frozenset[str]
) -> pl.DataFrame | None:
    """The table if all its rows have the cells of the first; None where each has to be looked at."""
    if not listing.path or listing.keyed or listing.carried:
        return None
    text = data.removeprefix(b"\xef\xbb\xbf")
    first = first_row(text, listing.path[-1])
    if not first:
        return None
    kinds = {**dict.fromkeys(report.unused, "skipped"), **dict.fromkeys(numbers, "number")}
    found = read_alike(text, listing.path, first, kinds)
    if found is None or found.height == 0:
        return None
    check_header(report, list(_flat(first, listing)))
    place = pl.Series(SOURCE_ROW, range(1, found.height + 1), dtype=pl.Int64)
    unread = pl.Series(UNREAD, [None], dtype=pl.String).new_from_index(0, found.height)
    return pl.DataFrame([*found.columns, place, unread])


def _tree(report: Report, data: bytes) -> Any:
    text = data.removeprefix(b"\xef\xbb\xbf").strip()
    if text.startswith(b"<"):
        raise WrongReport(f"{report.name}: XML came although JSON was asked for: {text[:60]!r}")
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        if _CUT in str(error):
            raise Truncated(f"{report.name}: the JSON breaks off after {len(text)} bytes") from None
        raise Unreadable(f"{report.name}: this is no JSON ({error}): {text[:60]!r}") from None
    except UnicodeDecodeError as error:
        raise Unreadable(f"{report.name}: this is no UTF-8: {error}") from None
    except RecursionError:
        raise _too_deep(report, text) from None


def _too_deep(report: Report, shown: object) -> Unreadable:
    return Unreadable(f"{report.name}: the JSON is nested too deep: {str(shown)[:60]}")


def _all_rows(report: Report, listing: Listing, tree: Any) -> list[Any]:
    try:
        return list(_rows(report, listing, tree))
    except RecursionError:
        raise _too_deep(report, type(tree).__name__) from None


def _rows(report: Report, listing: Listing, tree: Any) -> Iterator[Any]:
    """The rows, one after the other, each with what is carried down to it."""
    if _is_nothing(tree):
        return
    if isinstance(tree, dict) and not set(tree) & set(listing.path):
        raise WrongReport(
            f"this is not {report.name}: the answer holds {', '.join(list(tree)[:5])}, "
            f"not {' or '.join(listing.path)}"
        )
    if not isinstance(tree, (dict, list)):
        raise Unreadable(f"{report.name}: the answer is {str(tree)[:60]!r} and no object")
    yield from _below(listing, tree, listing.path, {})


def _below(
    listing: Listing, node: Any, path: tuple[str, ...], above: Mapping[str, Any]
) -> Iterator[Any]:
    """Rows under a node; `path` is what is still to be walked."""
    if _is_nothing(node):
        return
    if isinstance(node, list):
        for item in node:
            yield from _below(listing, item, path, above)
        return
    if not isinstance(node, dict):
        yield node
        return
    own = {name: node[name] for name in listing.carried if name in node}
    carried = {**above, **own}
    if not path:
        yield {**carried, **node}
        return
    step = next((at for at, name in enumerate(path) if name in node), None)
    if step is not None:
        yield from _below(listing, node[path[step]], path[step + 1 :], carried)


def _refuse_strange(report: Report, listing: Listing, tree: Any) -> None:
    """Refuse an answer without rows in which something stands where the path ends.

    What is carried, attributes and text beside elements are no rows under another name.
    Raises: WrongReport.
    """
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes += node
            continue
        if not isinstance(node, dict):
            continue
        if set(node) & set(listing.path):
            nodes += [cell for name, cell in node.items() if name in listing.path]
            continue
        beside = [name for name in node if name in listing.carried or name[:1] in ("@", "$")]
        held = [name for name, cell in node.items() if not _is_nothing(cell)]
        strange = [name for name in held if name not in beside]
        if strange:
            raise WrongReport(
                f"this is not {report.name}: there are no rows, the answer holds "
                f"{', '.join(strange[:5])}, not {' or '.join(listing.path)}"
            )


def _is_nothing(node: Any) -> bool:
    """Whether an element is empty, in any of the ways in which it can be."""
    return node is None or (isinstance(node, (str, dict, list)) and len(node) == 0)


def _flat(row: _Row, listing: Listing) -> _Row:
    """A row without nesting; lists that are not keyed stay as text."""
    flat: _Row = {}
    keyed = dict(listing.keyed)
    stack = [("", row)]
    while stack:
        before, node = stack.pop()
        for name, cell in node.items():
            if isinstance(cell, dict):
                if name in keyed:
                    stack += _items(before + name, [cell], keyed[name])
                else:
                    stack.append((f"{before}{name}.", cell))
            elif isinstance(cell, list) and name in keyed:
                stack += _items(before + name, cell, keyed[name])
            elif isinstance(cell, list):
                flat[before + name] = msgspec.json.encode(cell).decode()
            else:
                flat[before + name] = cell
    return flat


def _items(name: str, items: list[Any], key: str) -> list[tuple[str, _Row]]:
    """Items of a keyed list, each under its own name; one without a name of its own goes by its place."""
    found: dict[str, _Row] = {}
    for at, item in enumerate(items, 1):
        if isinstance(item, dict):
            own = {cell: value for cell, value in item.items() if cell != key}
            under = f"{name}.{item.get(key) or at}."
            found[f"{name}.{at}." if under in found else under] = own
    return list(found.items())


def _table(names: list[str], rows: list[_Row], unread: Mapping[int, str]) -> pl.DataFrame:
    """Columns of text, and where each row stands."""
    columns = [
        pl.Series(name, [row.get(name) for row in rows], dtype=pl.String, strict=False)
        for name in names
    ]
    stripped = pl.all().str.strip_chars()
    height = len(rows)
    return (
        pl.DataFrame(columns)
        .select(pl.when(stripped != "").then(stripped))
        .with_columns(
            pl.Series(SOURCE_ROW, range(1, height + 1), dtype=pl.Int64),
            pl.Series(UNREAD, [unread.get(at) for at in range(height)], dtype=pl.String),
        )
    )
