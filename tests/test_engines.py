"""The real engines of the tests start, stop, come back, and leave nothing behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from scripts.bench_figure import REPOSITORY
from scripts.engines import postgres

HOLD = """
import sys
from pathlib import Path
from scripts.engines import postgres
with postgres.shared(Path(sys.argv[1]), Path(sys.argv[2])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def test_each_test_has_a_database_of_its_own(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE seen (x int)")
        found = connection.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone()
    assert found == (1,)


def test_a_password_is_asked_for(postgres_url: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(postgres_url.replace("tieline:", "tieline:x"))


def test_a_server_comes_back_at_its_address(own_postgres: Path) -> None:
    url = postgres.url(own_postgres)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (x int)")
    postgres.stop(own_postgres)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    assert postgres.start(own_postgres, durable=True) == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_the_last_user_ends_a_shared_server(own_postgres: Path, tmp_path: Path) -> None:
    """Two processes share one; one is killed, and it lives on; the other ends, and it is gone."""
    folder = own_postgres.with_name(f"{own_postgres.name}-shared")
    users = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD, str(folder), str(tmp_path)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [user.stdout.readline().strip() for user in users if user.stdout]
    assert said[0] == said[1] == postgres.url(folder)
    users[0].kill()
    users[0].wait()
    psycopg.connect(said[1]).close()
    users[1].communicate("")
    end = time.monotonic() + 20
    while folder.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not folder.exists()
