"""ISO New England, played from a seed."""

from tieline.emulate.isone.site import Isone

__all__ = ["Isone"]
