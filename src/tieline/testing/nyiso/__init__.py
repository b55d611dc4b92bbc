"""NYISO's reports for the conformance kit."""

from tieline.testing.nyiso.writers import SEED, SURVIVORS, WRITERS, CurrentWriter, DailyWriter

__all__ = ["SEED", "SURVIVORS", "WRITERS", "CurrentWriter", "DailyWriter"]
