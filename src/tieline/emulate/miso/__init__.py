"""MISO's public API, market reports and Data Exchange, played from a world of its own."""

from tieline.emulate.miso.site import Miso, display, keyed_pages, market_report, year

__all__ = ["Miso", "display", "keyed_pages", "market_report", "year"]
