"""The service and the CSV tree tell the same facts: each stands once, whichever brought it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.sources.isone.test_bad_input import AT
from tieline.emulate.isone import Isone
from tieline.values import Verdict

Take = Callable[..., Verdict]


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1), date(2026, 11, 2)])
@pytest.mark.parametrize(
    ("resource", "file"),
    [
        ("hourlylmp/da/final", "da-lmp/WW_DALMP_ISO"),
        ("hourlylmp/rt/final", "rt-lmp/lmp_rt_final"),
    ],
)
def test_both_doors_name_the_same_facts(isone: Take, resource: str, file: str, day: date) -> None:
    operator = Isone(4)
    answer = operator.file(f"api/v1.1/{resource}/day/{day:%Y%m%d}.json", AT)
    table = operator.file(f"static-transform/csv/histRpts/{file}_{day:%Y%m%d}.csv", AT)
    assert answer is not None and table is not None
    served = isone(resource.replace("/", "-"), answer.body, day=day).rows
    filed = isone(file.partition("/")[2], table.body, day=day).rows
    names = ["stamp_utc", "interval_start_utc", "interval_end_utc", "location_id", "market"]
    assert served.height >= 23 * 20
    assert served.select(names).sort(names).equals(filed.select(names).sort(names))
