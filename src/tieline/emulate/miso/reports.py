"""Market reports: dated csv, xls and xlsx files with banners, notes and disclaimers."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl
import xlsxwriter  # type: ignore[import-untyped]
import xlwt  # type: ignore[import-untyped]

from tieline.emulate.miso import facts, world
from tieline.emulate.miso.facts import FIVE, HOUR, midnight
from tieline.emulate.miso.page import SHEET, Page, facts_of
from tieline.emulate.noise import Floats, Ints

Report = Callable[[int, date], Page]
"""From a seed and the day in the file's name."""
_DAY = timedelta(days=1)
_NAMES = tuple(name for name, _ in facts.NODES)
_HOURS = [f"HE {hour}" for hour in range(1, 25)]


def hours_of(day: date, count: int = 24) -> Ints:
    return midnight(day) + HOUR * np.arange(count, dtype=np.int64)


def short(value: float) -> str:
    """A number without zeros at its ends: `.92`, `-.04`, `29`."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    text = text.replace("-0.", "-.") if text.startswith("-0.") else text
    return text[1:] if text.startswith("0.") else text


def prices(code: str, title: str, run: str) -> Report:
    """Three blocks of lines: LMP of every node, then MCC, then MLC."""

    def printed(seed: int, day: date) -> Page:
        hours = hours_of(day)
        made = world.prices(seed, hours, run)
        lines = [
            title,
            f"{day:%m/%d/%Y}",
            "",
            ",,,All Hours-Ending are Eastern Standard Time (EST)",
        ]
        lines.append(",".join(["Node", "Type", "Value", *_HOURS]))
        for kind, part in (("LMP", made.price), ("MCC", made.congestion), ("MLC", made.loss)):
            for at, (name, node) in enumerate(facts.NODES):
                lines.append(",".join([name, node, kind, *map(short, part[:, at].tolist())]))
        first = np.tile(np.arange(6, 6 + len(_NAMES), dtype=np.int64), 24)
        told = facts_of(
            hours + HOUR,
            {"location_id": _NAMES},
            {
                "price_per_mwh": made.price,
                "congestion_per_mwh": made.congestion,
                "loss_per_mwh": made.loss,
            },
            lines=first,
        )
        listed = {f"{code}/{what}": _listed(what) for what in ("nodes", "generators")}
        both = {code: told, **(listed if code == "da_expost_lmp" else {})}
        return Page(("\n".join(lines) + "\n").encode(), both, "text/csv")

    return printed


def _listed(what: str) -> pl.DataFrame:
    """The nodes of a file of prices, or those that are generators."""
    kinds = {"Hub": "hub", "Loadzone": "zone", "Interface": "interface", "Gennode": "node"}
    rows = [
        (line, name, kinds[node])
        for line, (name, node) in enumerate(facts.NODES, 6)
        if what == "nodes" or node == "Gennode"
    ]
    key = "location_id" if what == "nodes" else "generator_id"
    table = pl.DataFrame(rows, schema=["line", key, "location_kind"], orient="row").with_columns(
        stamp_utc=pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    )
    return table if what == "nodes" else table.drop("location_kind")


def clearing(code: str, title: str, run: str) -> Report:
    """Two tables: prices of the system, then of each node with its zone."""

    def printed(seed: int, day: date) -> Page:
        hours = hours_of(day)
        made = world.clearing_prices(seed, hours, run, 6)
        lines = [title, "", f"{day:%m/%d/%Y},,All Hours-Ending are Eastern Standard Time (EST)", ""]
        lines.append(",".join(["", "", "MCP Type", *_HOURS]))
        for at, product in enumerate(facts.REPORT_PRODUCTS):
            cells = [f"{value:.2f}" for value in made[:, at].tolist()]
            lines.append(",".join(["MISO", "", product, *cells]))
        lines += ["", "", ",".join(["Pnode", "Zone", "MCP Type", *_HOURS])]
        begins = len(lines) + 1
        for zone in range(8):
            for at, product in enumerate(facts.REPORT_PRODUCTS):
                cells = [f"{value:.2f}" for value in made[:, zone * 6 + at].tolist()]
                lines.append(",".join([f"NODE{zone + 1}", f"Zone {zone + 1}", product, *cells]))
        told = facts_of(
            hours + HOUR,
            {
                "product_printed": facts.REPORT_PRODUCTS * 8,
                "region": tuple(f"Zone {zone + 1}" for zone in range(8) for _ in range(6)),
            },
            {"price_per_mw_h": made},
            lines=np.tile(np.arange(begins, begins + 48, dtype=np.int64), 24),
        )
        end = "\r\n" if "rtmcp" in code else "\n"
        return Page((end.join(lines) + end).encode(), {code: told}, "text/csv")

    return printed


def loads(code: str) -> Report:
    """Forecast and actual load: seven days from the day before, the last a placeholder; the actual
    load of the first day alone; the header again above each day."""
    areas = (*(facts.RESOURCE_ZONES if code == "df_al" else facts.REGIONS), "MISO")

    def printed(seed: int, day: date) -> Page:
        first = day - _DAY
        hours = hours_of(first, 7 * 24)
        meant = _by_area(code, world.forecast_load(seed, hours, midnight(day)))
        meant[6 * 24 :] = meant[6 * 24]
        had = _by_area(code, world.zonal_load(seed, hours[:24]))
        header = ["Market Day", "HourEnding"]
        header += [f"{area} {what} (MWh)" for area in areas for what in ("MTLF", "ActualLoad")]
        rows: list[list[object]] = [["FORECASTED AND"], ["ACTUAL LOAD REPORT"]]
        rows.append(["Published Date:", f"{day:%m/%d/%Y}"])
        rows.append(["Reporting Period:", f"{first:%m/%d/%Y}", "through", f"{day:%m/%d/%Y}"])
        rows += [[], []] if day >= facts.HEADER_MOVED else []
        lines = []
        for at, market_day in enumerate(facts.days_from(first, 7)):
            rows += [list(header), [f"{market_day:%B %d, %Y}"]]
            for hour in range(24):
                cells: list[object] = [f"{market_day:%m/%d/%Y}", hour + 1]
                for place in range(len(areas)):
                    cells.append(meant[at * 24 + hour, place])
                    cells.append(had[hour, place] if at == 0 else "")
                rows.append(cells)
                lines.append(len(rows))
        rows.append([facts.DISCLAIMER])
        stamps, count = hours + HOUR, len(areas)
        placed = np.repeat(np.array(lines, dtype=np.int64), count)
        named = {"area_id": areas}
        foreseen = facts_of(stamps, named, {"load_mw": meant}, lines=placed)
        told = {
            f"{code}/actual": facts_of(
                stamps[:24], named, {"load_mw": had}, lines=placed[: 24 * count]
            ),
            f"{code}/forecast": foreseen.head(6 * 24 * count),
        }
        return Page(old_workbook("Sheet1", rows), told, SHEET)

    return printed


def _by_area(code: str, zones: Floats) -> Floats:
    parts = zones
    if code == "rf_al":
        parts = np.stack([zones[:, list(at)].sum(axis=1) for at in facts.ZONES_OF_REGIONS], axis=1)
    return np.column_stack([parts, zones.sum(axis=1)])


_COLUMNS = (
    *("Flowgate NERC ID", "Constraint_ID", "Constraint Name"),
    "Branch Name ( Branch Type / From CA / To CA )",
    "Contingency Description",
)
_CURVE = ("Constraint Description", "Override", "Curve Type", "BP1", "PC1", "BP2", "PC2", "Reason")


def constraints(code: str) -> Report:
    """Workbooks named after the day before (day ahead) or after (real time) the market day."""
    ahead = code == "da_bc"

    def printed(seed: int, named: date) -> Page:
        day = named + _DAY if ahead else named - _DAY
        step = HOUR if ahead else FIVE
        ends = np.arange(midnight(day), midnight(day + _DAY), step, dtype=np.int64) + step
        prices = world.shadow_prices(seed, ends, code)
        hour = "Hour of Occurrence" if ahead else "Hour of  Occurrence"
        price = "Shadow Price" if ahead else "Preliminary Shadow Price"
        header = [name.replace("_", " " if not ahead else "_") for name in _COLUMNS]
        rows: list[list[object]] = [
            ["Binding Constraints"],
            [f"Market Date: {day:%m/%d/%Y}"],
            [f"Publish Date: {named:%m/%d/%Y}"],
            [*header, hour, price, *_CURVE],
        ]
        stamps, names, values = [], [], []
        for end, line in zip(ends.tolist(), prices.tolist(), strict=True):
            for name, value in zip(facts.CONSTRAINTS, line, strict=True):
                if value == 0:
                    continue
                at = facts.wall(end)
                shown: object = (facts.wall(end - 1).hour + 1) if ahead else f"{at:%H:%M}"
                number = str(facts.CONSTRAINTS.index(name) + 1000)
                what = ["", number, name, "LN A B / X / Y", f"LOSS OF {name}"]
                rows.append([*what, shown, value, name, 0, "PERCENT", 100, 700, 102, 1000, ""])
                stamps.append(end)
                names.append(number)
                values.append(value)
        told = pl.DataFrame(
            {
                "line": np.arange(5, 5 + len(stamps), dtype=np.int64),
                "stamp_utc": pl.Series(
                    [stamp * 1_000_000 for stamp in stamps], dtype=pl.Int64
                ).cast(pl.Datetime("us", "UTC")),
                "constraint_id": pl.Series(names, dtype=pl.String),
                "shadow_price_per_mwh": pl.Series(values, dtype=pl.Float64),
            }
        )
        return Page(old_workbook("Sheet1", rows), {code: told}, SHEET)

    return printed


def constraints_of_the_year(seed: int, day: date) -> Page:
    """The yearly csv up to a day; its last four days alone. Prices in accounting form, two notes."""
    lines = ["Real-Time Binding Constraints", ""]
    what = "Branch Name ( Branch Type / From CA / To CA )"
    lines.append(
        f"Market Date,Flowgate NERCID,Constraint_ID,Constraint Name,{what},Contingency Description,"
        "Hour of Occurrence,Preliminary Shadow Price,Constraint Description,Override,Curve Type,"
        "BP1,PC1,BP2,PC2"
    )
    stamps, names, values = [], [], []
    for at in (at for at in facts.days_from(day - 3 * _DAY, 4) if at.year == day.year):
        ends = np.arange(midnight(at), midnight(at + _DAY), FIVE, dtype=np.int64) + FIVE
        for end, line in zip(ends.tolist(), world.shadow_prices(seed, ends, "rt_bc"), strict=True):
            for place, value in enumerate(line.tolist()):
                if value == 0:
                    continue
                name, hour = facts.CONSTRAINTS[place], facts.wall(end)
                head = f"{at.month}/{at.day}/{at.year},,{place + 1000},{name},LN A B"
                price = f'"(${-value:,.2f})"' if -value >= 1000 else f"(${-value:.2f})"
                tail = f"{price},{name},0,PERCENT,100,700,102,1000"
                lines.append(f"{head},LOSS OF {name},{hour:%H:%M},{tail}")
                stamps.append(end * 1_000_000)
                names.append(str(place + 1000))
                values.append(value)
    told = pl.DataFrame(
        {
            "line": np.arange(4, 4 + len(stamps), dtype=np.int64),
            "stamp_utc": pl.Series(stamps, dtype=pl.Int64).cast(pl.Datetime("us", "UTC")),
            "constraint_id": pl.Series(names, dtype=pl.String),
            "shadow_price_per_mwh": pl.Series(values, dtype=pl.Float64),
        }
    )
    lines += ["Note: preliminary, subject to change", facts.DISCLAIMER]
    return Page(("\n".join(lines) + "\n").encode(), {"rt_bc_HIST": told}, "text/csv")


def five_minutes_before(seed: int, day: date) -> Page:
    """Ex-ante prices of a day, every five minutes and node; a note in the last row."""
    starts = np.arange(midnight(day), midnight(day + _DAY), FIVE, dtype=np.int64)
    made = world.prices(seed, starts, "before", len(_NAMES))
    rows: list[list[object]] = [["Five-minute ex-ante LMP"], [f"{day:%m/%d/%Y}"], ["EST"]]
    parts = ("LMP", "MEC", "MLC", "MCC")
    rows.append(["Time (EST)", "CP Node", *(f"RT Ex-Ante {part}" for part in parts)])
    energy = np.repeat(made.energy, len(_NAMES), axis=1)
    numbers = [part.tolist() for part in (made.price, energy, made.loss, made.congestion)]
    for at, moment in enumerate(facts.walls(starts)):
        stamp = f"{moment:%Y-%m-%d %I:%M:%S %p}"
        for place, name in enumerate(_NAMES):
            rows.append([stamp, name, *(part[at][place] for part in numbers)])
    rows.append([facts.DISCLAIMER])
    told = facts_of(
        starts,
        {"location_id": _NAMES},
        {
            "price_per_mwh": made.price,
            "energy_per_mwh": energy,
            "loss_per_mwh": made.loss,
            "congestion_per_mwh": made.congestion,
        },
        lines=np.arange(5, 5 + made.price.size, dtype=np.int64),
    )
    return Page(new_workbook("Sheet1", rows), {"5min_exante_lmp": told}, SHEET)


def reserve_zones(seed: int, day: date) -> Page:
    """The reserve zone of each node; `seed` and `day` change nothing."""
    rows: list[list[object]] = [
        ["CP Nodes"],
        [f"{day:%m/%d/%Y}"],
        [""],
        ["CP Node Name", "Reserve Zone"],
    ]
    zones = [f"Zone {1 + (at + seed * 0) % 8}" for at in range(len(_NAMES))]
    rows += [[name, zone] for name, zone in zip(_NAMES, zones, strict=True)]
    rows.append([facts.DISCLAIMER])
    told = pl.DataFrame(
        {
            "line": np.arange(5, 5 + len(_NAMES), dtype=np.int64),
            "stamp_utc": pl.Series([None] * len(_NAMES), dtype=pl.Datetime("us", "UTC")),
            "location_id": list(_NAMES),
            "zone": zones,
        }
    )
    return Page(new_workbook("Sheet1", rows), {"cpnode_reszone": told}, SHEET)


def old_workbook(name: str, rows: Sequence[Sequence[object]]) -> bytes:
    """An xls file; blank cells are left out."""
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell != "":
                sheet.write(at, place, cell)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def new_workbook(name: str, rows: Sequence[Sequence[object]]) -> bytes:
    """An xlsx file whose bytes depend on nothing but its rows."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.set_properties({"created": facts.wall(midnight(facts.FIRST_DAY))})
    sheet = book.add_worksheet(name)
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return held.getvalue()
