"""The canonical datasets, as data."""

from tieline.datasets.tables import (
    DATASETS,
    GENERATION_BY_FUEL,
    INTERFACE_FLOW,
    LMP,
    LOAD,
    LOAD_FORECAST,
)

__all__ = [
    "DATASETS",
    "GENERATION_BY_FUEL",
    "INTERFACE_FLOW",
    "LMP",
    "LOAD",
    "LOAD_FORECAST",
]
