"""Every writer of the conformance kit, by the name of the report that it prints."""

from __future__ import annotations

from tieline.testing import isone, miso, nyiso
from tieline.testing.writing import Writer

WRITERS: dict[str, Writer] = {**nyiso.WRITERS, **isone.WRITERS, **miso.WRITERS}
SURVIVORS: dict[str, str] = {**nyiso.SURVIVORS, **isone.SURVIVORS, **miso.SURVIVORS}
"""Mutants that no file of 2015 to 2035 gives away, by name, each with the reason."""
