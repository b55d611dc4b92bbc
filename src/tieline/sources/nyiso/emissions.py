"""P-71 and P-72: implied marginal emission rates by zone, day-ahead and real-time.

From the price of a zone, a price of fuel and variable costs the operator infers the heat rate of the
unit at the margin, and from it tons of carbon dioxide and of NOx per megawatt-hour; all seven numbers
are printed side by side, zones by name. The header's unit is kept beside each number. Stamps have no
zone word. Day-ahead stamps are taken for the start of the hour, as in every day-ahead report; which
end of the interval the real-time ones mark is not established, so they are instants.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import EMISSION_RATE
from tieline.feeds import FINAL, GROWING, Column, DailyFile, Feed, Label, Report
from tieline.normalise.wide import side_by_side
from tieline.sources.nyiso.codes import ZONES
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import NYISO, STAMP_COLUMNS, STAMP_FORMATS

_MEASURES = {
    "LBMP - ($/MWh)": ("price", "USD/MWh"),
    "VOM - ($/MWh)": ("variable_cost", "USD/MWh"),
    "Tons of Carbon per mmBTU": ("co2_of_fuel", "ton/MMBtu"),
    "Tons of NOx per mmBTU": ("nox_of_fuel", "ton/MMBtu"),
    "Implied Heat Rate - IHRi (mmBTU/MWh)": ("heat_rate", "MMBtu/MWh"),
    "IMER - CO2 (tons/MWh)": ("co2", "ton/MWh"),
    "IMER - NOx (tons/MWh)": ("nox", "ton/MWh"),
}
_UNITS = dict(_MEASURES.values())
_AREAS = {name: ptid for ptid, name, _ in ZONES}


def _with_area_and_unit(rows: pl.DataFrame) -> pl.DataFrame:
    """A zone's PTID for its name, an unknown name as printed; and the unit of the measure."""
    return rows.with_columns(
        pl.col("area_id").str.to_uppercase().replace(_AREAS).alias("area_id"),
        pl.col("measure").replace_strict(_UNITS, return_dtype=pl.String).alias("unit"),
    )


DAY_AHEAD = Report(
    publisher=NYISO,
    code="P-71",
    title="Implied marginal emission rates, day-ahead",
    at=DailyFile(
        path="csv/damimer/{day:%Y%m%d}dam_imer.csv",
        archive="csv/damimer/{month:%Y%m%d}dam_imer_csv.zip",
        typical_bytes=25_000,
    ),
    label=Label(
        kind="start",
        column=STAMP_COLUMNS,
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT1H",
        repeated="row_order",
    ),
    columns=(
        Column("area_id", ("Zone",)),
        Column("measure", ("Measure",)),
        Column("value", ("Number",), "number"),
    ),
    header=(STAMP_COLUMNS, ("Zone",), *((name,) for name in _MEASURES)),
    constants=(("market", "DAM"),),
    others=HEADERS,
    final_newline=True,
    codes=(("area_id", tuple(_AREAS.values())),),
    reshape=side_by_side(
        {name: word for name, (word, _) in _MEASURES.items()},
        name="Printed",
        id="Measure",
        cell="Number",
    ),
    derive=_with_area_and_unit,
    absence=FINAL,
    every=timedelta(hours=1),
    due=timedelta(hours=-14),
    promised_within=timedelta(hours=12),
    established_by="code: columns of a working client",
)

REAL_TIME = replace(
    DAY_AHEAD,
    code="P-72",
    title="Implied marginal emission rates, real-time",
    at=DailyFile(
        path="csv/rtimer/{day:%Y%m%d}rt_imer.csv",
        archive="csv/rtimer/{month:%Y%m%d}rt_imer_csv.zip",
        typical_bytes=300_000,
    ),
    label=replace(DAY_AHEAD.label, kind="instant", grid="PT5M") if DAY_AHEAD.label else None,
    constants=(("market", "RT5"),),
    absence=GROWING,
    print="preliminary",
    every=timedelta(minutes=5),
    due=timedelta(0),
    promised_within=timedelta(minutes=15),
)

EMISSION_FEEDS = (
    Feed("iso.da.emission_rate.nyiso", EMISSION_RATE, (DAY_AHEAD,)),
    Feed("iso.rt.emission_rate.nyiso", EMISSION_RATE, (REAL_TIME,)),
)
