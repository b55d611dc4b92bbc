"""P-33 and P-511A: constraints that bind, in real time and day-ahead.

Only what binds is listed: a stamp without a row means that nothing did, and a file of a header alone
is whole. So no count can be expected. Contingencies are padded with blanks, and the case in which
nothing is lost is called BASE CASE. Both signs of the cost occur; what they mean is not established,
so they are kept as printed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tieline.datasets import BINDING_CONSTRAINT
from tieline.feeds import FINAL, GROWING, Column, DailyFile, Feed, Label, Report
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import (
    NYISO,
    STAMP_COLUMNS,
    STAMP_FORMATS,
    ZONE_COLUMN,
    ZONE_WORDS,
)

REAL_TIME = Report(
    publisher=NYISO,
    code="P-33",
    title="Real-time limiting constraints",
    at=DailyFile(
        path="csv/LimitingConstraints/{day:%Y%m%d}LimitingConstraints.csv",
        archive="csv/LimitingConstraints/{month:%Y%m%d}LimitingConstraints_csv.zip",
        typical_bytes=20_000,
    ),
    label=Label(
        kind="start",
        column=STAMP_COLUMNS,
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT5M",
        repeated="zone_column",
        zone_column=ZONE_COLUMN,
        zone_words=ZONE_WORDS,
        regular=False,
    ),
    columns=(
        Column("constraint_id", ("Facility PTID",)),
        Column("constraint_name", ("Limiting Facility",)),
        Column("contingency", ("Contingency",)),
        Column("shadow_price_per_mwh", ("Constraint Cost($)",), "number"),
    ),
    constants=(("market", "RT5"), ("currency", "USD")),
    others=HEADERS,
    final_newline=True,
    absence=GROWING,
    print="preliminary",
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    settles_after=timedelta(hours=24),
    established_by="code: columns of a working client",
)

DAY_AHEAD = replace(
    REAL_TIME,
    code="P-511A",
    title="Day-ahead limiting constraints",
    at=DailyFile(
        path="csv/DAMLimitingConstraints/{day:%Y%m%d}DAMLimitingConstraints.csv",
        archive="csv/DAMLimitingConstraints/{month:%Y%m%d}DAMLimitingConstraints_csv.zip",
        typical_bytes=10_000,
    ),
    label=replace(REAL_TIME.label, grid="PT1H") if REAL_TIME.label else None,
    constants=(("market", "DAM"), ("currency", "USD")),
    absence=FINAL,
    print="final",
    every=timedelta(hours=1),
    # Posted with the day-ahead market, by 11:00 of the day before.
    due=timedelta(hours=-14),
    promised_within=timedelta(hours=1),
)

CONSTRAINT_FEEDS = (
    Feed("iso.rt.binding_constraint.nyiso", BINDING_CONSTRAINT, (REAL_TIME,)),
    Feed("iso.da.binding_constraint.nyiso", BINDING_CONSTRAINT, (DAY_AHEAD,)),
)
