"""Constraints that bind, by the hour: only those are listed, so an hour without rows had none.

A marginal value is at most 0: what another megawatt over the constraint would have saved, as printed.
A constraint that binds without a contingency may have none: that one is empty text.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import BINDING_CONSTRAINT
from tieline.errors import DriftFound
from tieline.feeds import FINAL, GROWING, Column, Feed, Listing
from tieline.sources.isone.publisher import begins, day, service
from tieline.values.normalised import SOURCE_ROW, UNREAD

_CONTINGENCY = "ContingencyName"
_ALWAYS = ("BeginDate", "ConstraintName", "MarginalValue")
_FLAG = "InterfaceFlag"


def _with_contingency(table: pl.DataFrame) -> pl.DataFrame:
    """A contingency for every row. Raises: DriftFound if it may stand under another name."""
    if _CONTINGENCY in table.columns:
        return table.with_columns(pl.col(_CONTINGENCY).fill_null(""))
    new = sorted(set(table.columns) - {*_ALWAYS, _FLAG, SOURCE_ROW, UNREAD})
    if new:
        raise DriftFound(f"binding constraints lack {_CONTINGENCY!r} and have new {', '.join(new)}")
    return table.with_columns(pl.lit("").alias(_CONTINGENCY))


DAY_AHEAD = service(
    "dayaheadconstraints",
    "Day-ahead binding constraints",
    ("DayAheadConstraints", "DayAheadConstraint"),
    at=day("dayaheadconstraints", 10_000),
    listing=Listing(path=("DayAheadConstraints", "DayAheadConstraint"), empty=True),
    label=begins("PT1H"),
    reshape=_with_contingency,
    columns=(
        Column("constraint_id", ("ConstraintName",)),
        Column("contingency", (_CONTINGENCY,)),
        Column("constraint_name", ("ConstraintName",)),
        Column("shadow_price_per_mwh", ("MarginalValue",), "number"),
    ),
    header=tuple((name,) for name in _ALWAYS),
    constants=(("market", "DAM"), ("currency", "USD")),
    unused=(_FLAG,),
    absence=FINAL,
    due=timedelta(hours=-11),
    settles_after=timedelta(0),
    established_by="sample isone/api/dayaheadconstraints_current_20260727.json",
)
REAL_TIME = replace(
    DAY_AHEAD,
    code="realtimeconstraints",
    title="Real-time binding constraints",
    at=day("realtimeconstraints", 10_000),
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
