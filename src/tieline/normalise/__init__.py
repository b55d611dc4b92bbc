"""The publisher's words to ours: columns, times, codes, units."""

from tieline.normalise.rows import normalise
from tieline.values.normalised import Context, Normalised

__all__ = ["Context", "Normalised", "normalise"]
