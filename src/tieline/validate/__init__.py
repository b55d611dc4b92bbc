"""Checks and verdicts: structure, keys, grid, ranges."""

from tieline.validate.completeness import Coverage, Expected, coverage, expected, missing
from tieline.validate.verdict import validate

__all__ = ["Coverage", "Expected", "coverage", "expected", "missing", "validate"]
