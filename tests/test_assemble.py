"""Settings become a home: who may open it, what it declares, which feeds it has."""

from __future__ import annotations

import base64
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from tests.ledger.conftest import part
from tieline.assemble import (
    FORMAT,
    ClockTransport,
    credentials_of,
    declare,
    feeds_of,
    fetcher_of,
    host_of,
    house_of,
    opened,
    real_now,
    settings_of,
)
from tieline.cli.app import app
from tieline.errors import LedgerUnavailable, StorageFailed, Unconfigured, UsageError
from tieline.flow import RealClock
from tieline.ledger import Commit
from tieline.settings import LedgerSettings, Settings, UrlTableSettings, load_settings
from tieline.sources import FEEDS

PART = part("a" * 64, datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))
LINE = (
    "Data Type,Report Code,Direct CSV URL,Archive ZIP URL\n"
    "Ancillary prices,P-99,http://mis.nyiso.com/public/csv/rtasp/{YYYYMMDD}rtasp.csv,"
    "http://mis.nyiso.com/public/csv/rtasp/{YYYYMM01}rtasp_csv.zip\n"
)


def test_a_home_is_made_marked_and_opened_again(tmp_path: Path) -> None:
    with opened(settings_of(tmp_path / "home")) as home:
        assert home.mode == "live"
        first = home.ledger.sequence()
    assert (tmp_path / "home" / "format").read_text().strip() == FORMAT
    with opened(settings_of(tmp_path / "home")) as home:
        assert home.ledger.sequence() == first


def test_a_home_that_is_not_there_is_not_made_for_a_reader(tmp_path: Path) -> None:
    with (
        pytest.raises(Unconfigured, match="tieline up"),
        opened(settings_of(tmp_path / "home"), create=False),
    ):
        pass
    assert not (tmp_path / "home").exists()


def test_a_reader_is_told_of_a_lake_of_invented_data(tmp_path: Path) -> None:
    with opened(settings_of(tmp_path / "home" / "emulated"), mode="emulated"):
        pass
    with (
        pytest.raises(Unconfigured, match="one of emulated data"),
        opened(settings_of(tmp_path / "home"), create=False),
    ):
        pass


def test_real_and_invented_data_never_share_a_home(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "home")
    with opened(settings, mode="emulated") as home:
        assert home.mode == "emulated"
    for wanted in ("live", "samples"):
        with (
            pytest.raises(Unconfigured, match="holds emulated data"),
            opened(settings, mode=wanted),
        ):
            pass
    with opened(settings) as home:
        assert home.mode == "emulated"


def test_a_home_of_a_newer_tieline_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "format").write_text("2\n")
    with (
        pytest.raises(LedgerUnavailable, match="install a newer"),
        opened(settings_of(tmp_path / "home")),
    ):
        pass
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["format"]


@pytest.mark.parametrize("mark", ["format", "mode"])
def test_a_home_that_cannot_be_used_is_storage(tmp_path: Path, mark: str) -> None:
    (tmp_path / "home" / mark).mkdir(parents=True)
    with (
        pytest.raises(StorageFailed, match="cannot be used"),
        opened(settings_of(tmp_path / "home")),
    ):
        pass


def test_the_contract_is_declared_once_and_when_it_changes(tmp_path: Path) -> None:
    with opened(settings_of(tmp_path / "home")) as home:
        first = home.ledger.sequence()
        declare(home.ledger, home.feeds)
        assert home.ledger.sequence() == first == 1
        turned = tuple(replace(feed, reports=feed.reports[::-1]) for feed in home.feeds)
        declare(home.ledger, turned)
        assert home.ledger.sequence() == 2
        now, then = home.ledger.contracts(), home.ledger.contracts(at_sequence=1)
        flow = "iso.rt.interface_flow.nyiso"
        assert now[flow].reports == then[flow].reports[::-1]
        assert now[flow].sequence == 2
        assert now["iso.rt.load.nyiso"].sequence == 1


def test_a_line_in_the_users_table_adds_a_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "URL_Instructions.txt"
    table.write_text(LINE)
    settings = settings_of(tmp_path / "home", url_tables=UrlTableSettings(instructions=table))
    with opened(settings) as home:
        ids = [feed.id for feed in home.feeds]
        assert ids == ["iso.raw.p-99.nyiso", *(feed.id for feed in FEEDS)]
        assert home.ledger.contracts()["iso.raw.p-99.nyiso"].dataset is None
        house = house_of(home, record=lambda _: None)
        feed, report = house.report("nyiso:P-99")
        assert (feed.dataset, report.reads) == (None, "raw")
    monkeypatch.setenv("TIELINE_URL_TABLES__INSTRUCTIONS", str(table))
    told = CliRunner().invoke(app, ["feeds", "list", "--home", str(tmp_path / "home"), "--json"])
    assert told.exit_code == 0, told.output
    assert "iso.raw.p-99.nyiso" in told.stdout


def test_a_known_line_keeps_its_feed(tmp_path: Path) -> None:
    table = tmp_path / "URL_Instructions.txt"
    table.write_text(
        "Data Type,Report Code,Direct CSV URL\n"
        "Load,P-58B,http://mirror.example.org/public/csv/pal/{YYYYMMDD}pal.csv\n"
    )
    settings = settings_of(tmp_path / "home", url_tables=UrlTableSettings(instructions=table))
    feeds = feeds_of(settings)
    assert sorted(feed.id for feed in feeds) == sorted(feed.id for feed in FEEDS)
    load = next(feed for feed in feeds if feed.id == "iso.rt.load.nyiso")
    assert load.publisher.base_url == "http://mirror.example.org/public/"
    assert load.dataset is not None


def test_a_table_that_cannot_be_read_names_it(tmp_path: Path) -> None:
    missing = UrlTableSettings(instructions=tmp_path / "none.txt")
    with pytest.raises(Unconfigured, match=r"none\.txt"):
        feeds_of(settings_of(tmp_path, url_tables=missing))
    broken = tmp_path / "URL_Instructions.txt"
    broken.write_text("Data Type,Report Code,Direct CSV URL\nLoad,P-1,nowhere\n")
    with pytest.raises(UsageError, match="line 2"):
        feeds_of(settings_of(tmp_path, url_tables=UrlTableSettings(instructions=broken)))


def test_hosts_are_told_apart_with_their_port() -> None:
    assert host_of("http://127.0.0.1:8765/nyiso/public/") == "127.0.0.1:8765"
    assert host_of("https://mis.nyiso.com/public/csv") == "mis.nyiso.com"


def test_a_fetcher_follows_the_homes_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIELINE_PUBLISHERS__NYISO__BASE_URL", "http://mirror.example.org:81/")
    with opened(settings_of(tmp_path / "home")) as home:
        assert home.bases == {"nyiso": "http://mirror.example.org:81/"}
        polite = fetcher_of(home, RealClock())
        assert "mirror.example.org:81" in polite._politeness
        assert "mis.nyiso.com" not in polite._politeness
        assert {"webservices.iso-ne.com", "www.iso-ne.com"} <= set(polite._politeness)
        assert polite._politeness["mirror.example.org:81"].requests_per_second <= 1.0
        told = fetcher_of(home, RealClock(), polite=False, tell_time=True)
        assert isinstance(told._client._transport, ClockTransport)


def test_a_shared_ledger_and_its_home_belong_together(tmp_path: Path, postgres_url: str) -> None:
    """Lakes of invented data have a schema of their own in it; another home is refused."""
    shared = LedgerSettings(url=SecretStr(postgres_url))

    def settings(name: str) -> Settings:
        return settings_of(tmp_path / name, ledger=shared)

    with pytest.raises(Unconfigured, match="no lake"), opened(settings("first"), create=False):
        pass
    with opened(settings("first")) as home:
        names = home.ledger.contracts().keys()
        identity = home.ledger.identity()
        home.ledger.commit(Commit(at_utc=real_now(), kind="collect", parts=(PART,)))
    assert not (tmp_path / "first" / "ledger.sqlite").exists()
    with opened(settings("first"), create=False) as home:
        assert home.ledger.contracts().keys() == names
        assert home.ledger.identity() == identity
    with pytest.raises(Unconfigured, match="is not that of the home"), opened(settings("second")):
        pass
    with opened(settings("apart"), mode="emulated") as home:
        assert home.ledger.parts() == []
        assert home.ledger.identity() != identity


def test_a_shared_ledger_belongs_to_the_home_that_came_first(
    tmp_path: Path, postgres_url: str
) -> None:
    """Also while it is empty, and though each of several hosts has a folder that looks like the home."""
    shared = LedgerSettings(url=SecretStr(postgres_url))

    def opens(name: str) -> str:
        with opened(settings_of(tmp_path / name, ledger=shared)) as home:
            return home.ledger.identity()

    identity = opens("first")
    for _ in range(2):
        with pytest.raises(Unconfigured, match="is not that of the home"):
            opens("second")
        assert not (tmp_path / "second" / "ledger.id").exists()
    mark = tmp_path / "first" / "ledger.id"
    known, home = mark.read_text("ascii").split()
    assert known == identity == opens("first")
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "ledger.id").write_text(f"{identity} {uuid.uuid4().hex}\n", "ascii")
    with pytest.raises(Unconfigured, match="is not that of the home"):
        opens("copy")
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(opens, ["first"] * 8)) == {identity}
    assert mark.read_text("ascii").split() == [identity, home]


def test_a_bound_home_is_read_without_a_lock(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that only reads may have no right to write in the shared folder."""
    settings = settings_of(tmp_path / "home", ledger=LedgerSettings(url=SecretStr(postgres_url)))
    with opened(settings):
        pass

    def refused(path: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tieline.flow.belonging.files.locked", refused)
    with opened(settings, create=False) as home:
        assert home.ledger.identity()


def test_a_home_that_was_bound_by_an_earlier_version_keeps_its_ledger(
    tmp_path: Path, postgres_url: str
) -> None:
    shared = LedgerSettings(url=SecretStr(postgres_url))
    with opened(settings_of(tmp_path / "home", ledger=shared)) as home:
        home.ledger.commit(Commit(at_utc=real_now(), kind="collect", parts=(PART,)))
        identity = home.ledger.identity()
    with psycopg.connect(postgres_url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute("delete from tieline.meta where key = 'home'")
    (tmp_path / "home" / "ledger.id").write_text(f"{identity}\n", "ascii")
    with opened(settings_of(tmp_path / "home", ledger=shared), create=False) as home:
        assert home.ledger.identity() == identity
    with (
        pytest.raises(Unconfigured, match="is not that of the home"),
        opened(settings_of(tmp_path / "other", ledger=shared)),
    ):
        pass


def test_a_ledgers_password_is_never_told(tmp_path: Path) -> None:
    told = {"TIELINE_LEDGER__URL": "postgresql://me:verysecret@127.0.0.1:1/none"}
    settings = load_settings(tmp_path / "home", told)
    assert "verysecret" not in f"{settings!r} {settings.model_dump_json()}"
    with pytest.raises(LedgerUnavailable) as raised, opened(settings):
        pass
    assert "127.0.0.1:1/none" in str(raised.value)
    assert "verysecret" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("url", ["mysql://me:verysecret@host/x", "me:verysecret", "sqlite://"])
def test_an_address_that_is_no_ledger_is_not_repeated(tmp_path: Path, url: str) -> None:
    settings = settings_of(tmp_path / "home", ledger=LedgerSettings(url=SecretStr(url)))
    with pytest.raises(Unconfigured, match="user:password@host") as raised, opened(settings):
        pass
    assert "verysecret" not in "".join(traceback.format_exception(raised.value))


def test_credentials_come_from_the_settings_and_go_to_closed_services_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(settings_of(tmp_path / "none")) as home:
        assert "isone" not in credentials_of(home)
    monkeypatch.setenv("TIELINE_PUBLISHERS__ISONE__USERNAME", "me@example.org")
    monkeypatch.setenv("TIELINE_PUBLISHERS__ISONE__PASSWORD", "s3cret")
    settings = settings_of(tmp_path / "home")
    assert "s3cret" not in f"{settings!r} {settings.model_dump()}"
    with opened(settings) as home:
        assert credentials_of(home)["isone"] == {
            "Authorization": "Basic " + base64.b64encode(b"me@example.org:s3cret").decode()
        }
    with opened(settings_of(tmp_path / "played"), mode="emulated") as home:
        assert (
            "s3cret"
            not in base64.b64decode(
                credentials_of(home)["isone"]["Authorization"].removeprefix("Basic ")
            ).decode()
        )
