"""Every real file, as NYISO sent it: counts, change days, known facts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.sources.nyiso.conftest import LONG_AFTER, Take
