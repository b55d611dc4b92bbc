"""What all tests share: where the publishers' real files lie, and that nothing skips unseen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.engines import own_postgres as own_postgres
from tests.engines import postgres_server as postgres_server
from tests.engines import postgres_url as postgres_url
from tests.engines import s3_bucket as s3_bucket
from tests.engines import s3_server as s3_server
from tests.skips import pytest_make_collect_report as pytest_make_collect_report
from tests.skips import pytest_runtest_makereport as pytest_runtest_makereport

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder of real files as the publishers sent them; never part of the repository."""
    default = REPOSITORY.parent / "shared" / "samples"
    folder = Path(os.environ.get("TIELINE_SAMPLES", default))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI must have the sample files, {folder} is absent")
        pytest.skip(f"no sample files at {folder}; set TIELINE_SAMPLES to their folder")
    return folder
