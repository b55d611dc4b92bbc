"""Observations in known order become rows: new, revised, gone; and what to write when the past changes."""

from tieline.fold.difference import Amended, amend, difference, row_keys, visible
from tieline.fold.observation import Chain, Observation, order_key
from tieline.fold.scope import Point, affected, at_or_after, clip, point, reach, span, touches
from tieline.fold.state import State, empty, narrow, resume
from tieline.fold.step import Refolded, Step, fold, refold

__all__ = [
    "Amended",
    "Chain",
    "Observation",
    "Point",
    "Refolded",
    "State",
    "Step",
    "affected",
    "amend",
    "at_or_after",
    "clip",
    "difference",
    "empty",
    "fold",
    "narrow",
    "order_key",
    "point",
    "reach",
    "refold",
    "resume",
    "row_keys",
    "span",
    "touches",
    "visible",
]
