"""Replay: captured files by request address, byte for byte."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tieline.emulate.answer import Request, answer
from tieline.emulate.faults import Faults
from tieline.emulate.samples import listed, publishers
from tieline.emulate.server import sites
from tieline.errors import UsageError

NOON = datetime(2026, 3, 17, 16, 0, tzinfo=UTC)
REAL_PAL = "public/csv/pal/20171122pal.csv"
MANIFEST = "file,operator,dataset,request_url,sha256\n"


def test_real_files_are_served_byte_for_byte(samples: Path) -> None:
    played = sites(5, samples)
    found = answer(played["nyiso"], Faults(), Request(5, "nyiso", REAL_PAL, NOON))
    assert found.status == 200 and found.modified is None
    assert found.body == (samples / "nyiso/pal/20171122pal.csv").read_bytes()
    today = Request(5, "nyiso", "public/csv/pal/20260317pal.csv", NOON)
    assert answer(played["nyiso"], Faults(), today).status == 404
    both = sites(5, samples, also_emulate=True)["nyiso"]
    assert answer(both, Faults(), today).status == 200


def test_every_nyiso_sample_with_an_address_is_listed_with_its_days(samples: Path) -> None:
    ours = publishers(listed(samples))["nyiso"]
    days = {sample.path: sample.days for sample in ours}
    assert days[REAL_PAL] == (date(2017, 11, 22),)
    assert len(days["public/csv/rtfuelmix/20250201rtfuelmix_csv.zip"]) == 28
    assert {"P-32", "P-58B", "P-7"} <= {sample.report for sample in ours}
    assert all(sample.file.is_file() for sample in ours)


def test_a_small_folder_of_another_publisher(tmp_path: Path) -> None:
    (tmp_path / "grid").mkdir()
    (tmp_path / "grid" / "now.json").write_bytes(b'{"a": 1}')
    rows = "grid/now.json,grid,now,https://api.grid.org/v1/now?format=json,\n"
    absent = "grid/gone.json,grid,gone,https://api.grid.org/v1/gone,\n"
    described = "grid/now.json,grid,now,https://grid.org/form (by hand),\n"
    (tmp_path / "MANIFEST-grid.csv").write_text(MANIFEST + rows + absent + described)
    (sample,) = listed(tmp_path)
    assert (sample.publisher, sample.path, sample.days) == ("grid", "v1/now?format=json", ())
    replay = sites(5, tmp_path)["grid"]
    found = answer(replay, Faults(), Request(5, "grid", "v1/now?format=json", NOON))
    assert (found.body, found.media_type) == (b'{"a": 1}', "application/json")
    assert answer(replay, Faults(), Request(5, "grid", "v1/now", NOON)).status == 404
    assert set(sites(5, tmp_path)) == {"grid"}
    assert set(sites(5, tmp_path, also_emulate=True)) == {"grid", "isone", "miso", "nyiso"}


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="MANIFEST"):
        listed(tmp_path)
