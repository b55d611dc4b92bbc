"""Constraints that bind, by the hour: only those are listed, so an hour without rows had none.

A marginal value is at most 0: what another megawatt over the constraint would have saved, as printed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tieline.datasets import BINDING_CONSTRAINT
from tieline.feeds import FINAL, GROWING, Column, Feed, Listing
from tieline.sources.isone.publisher import begins, day, service

DAY_AHEAD = service(
    "dayaheadconstraints",
    "Day-ahead binding constraints",
    ("DayAheadConstraints", "DayAheadConstraint"),
    listing=Listing(path=("DayAheadConstraints", "DayAheadConstraint"), empty=True),
    label=begins("PT1H"),
    columns=(
        Column("constraint_id", ("ConstraintName",)),
        Column("contingency", ("ContingencyName",)),
        Column("constraint_name", ("ConstraintName",)),
        Column("shadow_price_per_mwh", ("MarginalValue",), "number"),
    ),
    constants=(("market", "DAM"), ("currency", "USD")),
    unused=("InterfaceFlag",),
    absence=FINAL,
    due=timedelta(hours=-11),
    settles_after=timedelta(0),
    established_by="sample isone/api/dayaheadconstraints_current_20260727.json",
)
REAL_TIME = replace(
    DAY_AHEAD,
    code="realtimeconstraints",
    title="Real-time binding constraints",
    at=day("realtimeconstraints"),
    listing=Listing(path=("RealTimeConstraints", "RealTimeConstraint"), empty=True),
    constants=(("market", "RTH"), ("currency", "USD")),
    absence=GROWING,
    print="preliminary",
    due=timedelta(0),
    settles_after=timedelta(hours=12),
    established_by="code, doc: the service's schema",
)

DAY_AHEAD_CONSTRAINT_FEED = Feed(
    "iso.da.binding_constraint.isone", BINDING_CONSTRAINT, (DAY_AHEAD,)
)
REAL_TIME_CONSTRAINT_FEED = Feed(
    "iso.rt.binding_constraint.isone", BINDING_CONSTRAINT, (REAL_TIME,)
)
