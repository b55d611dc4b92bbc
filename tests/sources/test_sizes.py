"""What a dry run takes a file to weigh before any was seen, against real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieline.sources import registry

WITHIN = 2.5

WHOLE = {
    "nyiso:P-2A": "nyiso/damlbmp/20220718damlbmp_zone.csv",
    "nyiso:P-24A": "nyiso/realtime/20161023realtime_zone.csv",
    "nyiso:P-32": "nyiso/ExternalLimitsFlows/20171122ExternalLimitsFlows.csv",
    "nyiso:P-58B": "nyiso/pal/20241103pal.csv",
    "nyiso:P-58C": "nyiso/palIntegrated/20171105palIntegrated.csv",
    "nyiso:P-7": "nyiso/isolf/20250219isolf.csv",
    "nyiso:P-63": "nyiso/rtfuelmix/20171122rtfuelmix.csv",
    "isone:WW_DALMP_ISO": "isone/csv/WW_DALMP_ISO_20260604.csv",
    "isone:fiveminutelmp": "isone/api/fiveminutelmp_current_20260727.json",
    "isone:hourlysysload": "isone/api/hourlysysload_day_20240309.json",
    "isone:realtimehourlydemand-4001": "isone/api/realtimehourlydemand_day_20241103_location_4001.json",
    "isone:dayaheadhourlydemand-4001": "isone/api/dayaheadhourlydemand_day_20241103_location_4001.json",
    "isone:genfuelmix": "isone/api/genfuelmix_day_20241103.json",
    "isone:genfuelmix-current": "isone/api/genfuelmix_current_20260727.json",
    "isone:hourlyloadforecast": "isone/api/hourlyloadforecast_all_day_20241103.json",
    "isone:reliabilityregionloadforecast": "isone/api/reliabilityregionloadforecast_day_20241102_all.json",
    "isone:sevendayforecast": "isone/api/sevendayforecast_current_20260727.json",
    "isone:morningreport": "isone/api/morningreport_current_20260727.json",
    "isone:locations": "isone/api/locations_all_20260727.json",
    "miso:df_al/actual": "miso/20250310_df_al.xls",
}
"""A report, and a real file of its that nobody has cut."""


@pytest.mark.parametrize(("name", "file"), WHOLE.items())
def test_a_row_says_about_what_a_file_weighs(name: str, file: str, samples: Path) -> None:
    real = (samples / file).stat().st_size
    said = registry.report(name).at.typical_bytes
    assert real / WITHIN <= said <= real * WITHIN
