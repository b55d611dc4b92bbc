"""NYISO's public archive, played from the world."""

from tieline.emulate.nyiso.site import Nyiso
from tieline.emulate.nyiso.truth import truth

__all__ = ["Nyiso", "truth"]
