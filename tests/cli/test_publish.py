"""`tieline publish` and `tieline sinks`."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import psycopg
import pytest

from tests.cli.conftest import Run
from tests.cli.files import load_file


@pytest.fixture
def drops(home: Path, tmp_path: Path, lake: Path) -> Path:
    """A home with one file imported and a sink named in its settings; gives the sink's folder."""
    folder = tmp_path / "drops"
    told = f'[sinks.drops]\nkind = "objects"\nurl = "{folder.as_uri()}"\nform = "csv"\n'
    (home / "tieline.toml").write_text(told)
    return folder


def rows(folder: Path) -> int:
    files = [path for path in folder.rglob("*.csv") if "_tieline" not in path.parts]
    return sum(pl.read_csv(path).height for path in files)


def test_publishing_brings_a_sink_up_to_the_lake_and_says_so(run: Run, drops: Path) -> None:
    (line,) = run("sinks", "--json").json()
    assert (line["sink"], line["state"], line["rows"]) == ("drops", "behind", 48)
    (told,) = run("publish", "drops", "--json").json()
    assert (told["rows"], told["refused"]) == (48, {})
    assert rows(drops) == 48
    (line,) = run("sinks", "--json").json()
    assert (line["state"], line["commits"], line["dead_letters"]) == ("current", 0, 0)
    assert line["sequence"] == told["sequence"]
    assert "has everything already" in run("publish").err
    assert "drops" in run("sinks").out


def test_a_sink_is_filled_anew(run: Run, drops: Path) -> None:
    run("publish")
    for path in drops.rglob("*.csv"):
        path.unlink()
    assert run("publish", "--json").json()[0]["batches"] == 0
    assert run("publish", "drops", "--anew", "--json").json()[0]["rows"] == 48
    assert rows(drops) == 48
    assert "name it" in run("publish", "--anew", code=2).err


def test_a_sink_that_cannot_be_reached_ends_with_seven_and_keeps_nobody(
    run: Run, drops: Path, home: Path
) -> None:
    secret = "a-very-secret-word"
    with (home / "tieline.toml").open("a") as told:
        told.write(
            '[sinks.away]\nkind = "postgres"\n'
            f'url = "postgresql://me:{secret}@127.0.0.1:1/nothing"\n'
        )
    ended = run("publish", "--json", code=7)
    assert ended.told()["error"] == "SinkUnavailable"
    assert [line["sink"] for line in ended.json()] == ["drops"]
    assert rows(drops) == 48
    listed = run("sinks", "--json", code=7)
    states = {line["sink"]: line["state"] for line in listed.json()}
    assert states == {"drops": "current", "away": "SinkUnavailable"}
    assert secret not in ended.out + ended.err + listed.out + listed.err


def test_a_sink_that_is_configured_wrongly_keeps_nobody(run: Run, drops: Path, home: Path) -> None:
    """It is told with its name; where another cannot be reached, the command ends with that."""
    good = (home / "tieline.toml").read_text()
    typed = '[sinks.a_typo]\nkind = "objects"\nurl = "{}"\nfeeds = ["iso.rt.laod.nyiso"]\n'.format(
        (home.parent / "typo").as_uri()
    )
    nowhere = '[sinks.nowhere]\nkind = "objects"\nurl = "file:///proc/nope"\n'
    (home / "tieline.toml").write_text(typed + nowhere + good)
    ended = run("publish", code=2)
    assert "a_typo: UnknownName: " in ended.err and "nowhere: Unconfigured: " in ended.err
    assert "drops stands at commit" in ended.err and rows(drops) == 48
    listed = run("sinks", "--json", code=2)
    states = {line["sink"]: line["state"] for line in listed.json()}
    assert states == {"a_typo": "UnknownName", "nowhere": "Unconfigured", "drops": "current"}
    assert "a_typo: no feed with rows is called" in run("sinks", code=2).err
    told = run("publish", "a_typo", "--json", code=2).told()
    assert (told["sink"], told["error"]) == ("a_typo", "UnknownName")
    away = '[sinks.away]\nkind = "postgres"\nurl = "postgresql://me@127.0.0.1:1/nothing"\n'
    (home / "tieline.toml").write_text(away + typed + good)
    run("publish", code=7)
    run("sinks", code=7)


def test_a_damaged_part_is_no_sink_s_fault(run: Run, drops: Path, home: Path) -> None:
    for part in (home / "parts").rglob("*.parquet"):
        part.write_bytes(b"")
    assert run("publish", code=8).err.startswith("Damaged: ")


def test_a_sink_that_does_not_follow_is_left_to_publish(run: Run, drops: Path, home: Path) -> None:
    with (home / "tieline.toml").open("a") as told:
        told.write("follow = false\n")
    (told_of,) = run("publish", "--json").json()
    assert (told_of["sink"], told_of["rows"]) == ("drops", 48)
    assert rows(drops) == 48
    assert run("sinks", "--json").json()[0]["state"] == "current"


def test_up_opens_only_sinks_that_follow(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder is made where a sink is opened, also by a life in which nobody can be reached."""
    monkeypatch.setenv("TIELINE_PUBLISHERS__NYISO__BASE_URL", "http://127.0.0.1:1/")
    monkeypatch.setenv("TIELINE_COLLECT", "nyiso:P-32")
    home.mkdir()
    (home / "tieline.toml").write_text(
        "".join(
            f'[sinks.{name}]\nkind = "objects"\nurl = "{(tmp_path / name).as_uri()}"\n'
            f'takes = "emulated"\nfollow = {follow}\n'
            for name, follow in (("one", "true"), ("two", "false"))
        )
    )
    span = "2026-03-02T05:00:00Z/2026-03-02T05:06:00Z"
    run("up", "--simulate", span, "--since", "2026-03-02", "--no-serve")
    assert (tmp_path / "one").exists() and not (tmp_path / "two").exists()


def test_dead_letters_are_listed_and_tried_again(
    run: Run, home: Path, lake: Path, postgres_url: str
) -> None:
    told = f'[sinks.warehouse]\nkind = "postgres"\nurl = "{postgres_url}"\n'
    (home / "tieline.toml").write_text(told)
    run("publish")
    with psycopg.connect(postgres_url) as connection:
        connection.execute("ALTER TABLE tieline.load ADD CONSTRAINT odd CHECK (load_mw <> 2000)")
    lake.write_bytes(load_file(first=2000.0))
    run("import", "P-58B", lake, "--fetched-at", "2025-11-06T13:00:00Z")
    assert run("publish", "--json").json()[0]["refused"] == {"load": 1}
    (letter,) = run("sinks", "letters", "warehouse", "--json").json()
    assert (letter["table"], letter["feed"]) == ("load", "iso.rt.load.nyiso")
    assert "area_id=61757" in letter["key"] and "stamp_utc=2025-11-05T05:00" in letter["key"]
    assert "violates check" in letter["reason"] and letter["sequence"]
    assert "violates check" in run("sinks", "letters", "warehouse").out
    assert "1 rows refused once more" in run("sinks", "letters", "warehouse", "--again", code=7).err
    with psycopg.connect(postgres_url) as connection:
        connection.execute("ALTER TABLE tieline.load DROP CONSTRAINT odd")
    ended = run("sinks", "letters", "warehouse", "--again", "--json")
    assert (ended.json(), ended.err) == ([], "1 tried again, 0 rows refused once more.\n")
    (line,) = run("sinks", "--json").json()
    assert (line["state"], line["dead_letters"]) == ("current", 0)


def test_a_folder_has_no_dead_letters(run: Run, drops: Path) -> None:
    run("publish")
    assert run("sinks", "letters", "drops", "--again", "--json").json() == []
    assert "no sink is called" in run("sinks", "letters", "away", code=2).err


def test_an_unknown_sink_says_how_one_is_named(run: Run, drops: Path) -> None:
    ended = run("publish", "warehouse", code=2)
    assert "[sinks.warehouse]" in ended.err and "drops" in ended.err


def test_invented_rows_do_not_enter_a_sink_of_real_ones(run: Run, drops: Path, home: Path) -> None:
    (home / "mode").write_text("emulated\n")
    assert 'takes = "emulated"' in run("publish", "drops", code=2).err
    assert run("sinks", "--json").json() == []
    assert "No sink follows" in run("publish").err
    assert rows(drops) == 0


def test_the_environment_names_a_sink_too(
    run: Run, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "elsewhere"
    monkeypatch.setenv("TIELINE_SINKS__DROPS__KIND", "objects")
    monkeypatch.setenv("TIELINE_SINKS__DROPS__URL", folder.as_uri())
    monkeypatch.setenv("TIELINE_SINKS__DROPS__FORM", "csv")
    monkeypatch.setenv("TIELINE_SINKS__DROPS__FEEDS", "iso.rt.load.nyiso,iso.rt.lmp.nyiso")
    assert run("publish", "--json").json()[0]["rows"] == 48
    assert rows(folder) == 48
