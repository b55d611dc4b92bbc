"""Settings come from file and environment, in order, and nothing unknown is swallowed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tieline.errors import Unconfigured
from tieline.settings import leaves, load_settings


def write(home: Path, text: str) -> None:
    (home / "tieline.toml").write_text(text, "utf-8")


def test_nothing_said_gives_the_defaults_and_a_home_of_the_platform() -> None:
    settings = load_settings(env={})
    assert settings.home.is_absolute()
    assert settings.home.name == "tieline"
    assert settings.serve.host == "127.0.0.1"
    assert settings.publishers == {}


def test_the_argument_beats_the_environment(tmp_path: Path) -> None:
    env = {"TIELINE_HOME": str(tmp_path / "b")}
    assert load_settings(env=env).home == tmp_path / "b"
    assert load_settings(tmp_path / "a", env).home == tmp_path / "a"


def test_the_environment_beats_the_file_leaf_by_leaf(tmp_path: Path) -> None:
    write(tmp_path, "concurrency = 2\n[http]\ntries = 7\nread_seconds = 5\n")
    settings = load_settings(tmp_path, {"TIELINE_HTTP__TRIES": "3"})
    assert settings.http.tries == 3
    assert settings.http.read_seconds == 5
    assert settings.concurrency == 2


def test_the_file_may_lie_elsewhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "mine.toml"
    elsewhere.write_text('contact = "ops@example.org"\n', "utf-8")
    settings = load_settings(tmp_path / "home", {"TIELINE_CONFIG": str(elsewhere)})
    assert settings.contact == "ops@example.org"


@pytest.mark.parametrize("name", ["TIELINE_PUBLISHERS__NYISO__BASE_URL"])
def test_a_publisher_can_have_another_address(tmp_path: Path, name: str) -> None:
    settings = load_settings(tmp_path, {name: "http://127.0.0.1:9/"})
    assert settings.base_url("nyiso", "https://example.org/") == "http://127.0.0.1:9/"
    assert settings.base_url("miso", "https://example.org/") == "https://example.org/"


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"TIELINE_SERV__PORT": "1"}, "TIELINE_SERV__PORT"),
        ({"TIELINE_SERVE__PROT": "1"}, "serve.prot"),
        ({"TIELINE_SERVE__PORT": "eighty"}, "serve.port"),
        ({"TIELINE_SERVE__PORT": "70000"}, "serve.port"),
        ({"TIELINE_PUBLISHERS__NYISO__URL": "x"}, "publishers.NYISO.url"),
        ({"TIELINE_SERVE": "loopback"}, "serve"),
        ({"TIELINE_CONFIG": "/nowhere/tieline.toml"}, "TIELINE_CONFIG"),
    ],
)
def test_a_wrong_environment_is_named_with_an_example(
    tmp_path: Path, env: Mapping[str, str], named: str
) -> None:
    with pytest.raises(Unconfigured) as caught:
        load_settings(tmp_path, env)
    assert named.lower() in str(caught.value).lower()
    assert "TIELINE_" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[serve]\nprot = 1\n", "serve.prot"),
        ("[server]\nport = 1\n", "server"),
        ("serve = 1\n", "serve"),
        ('home = "/tmp"\n', "home"),
        ("[serve\n", "tieline.toml"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, named: str) -> None:
    write(tmp_path, text)
    with pytest.raises(Unconfigured, match=named):
        load_settings(tmp_path, {})


def test_secrets_are_split_and_do_not_print(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {"TIELINE_SERVE__API_KEYS": "first-key, second-key"})
    assert [key.get_secret_value() for key in settings.serve.api_keys] == [
        "first-key",
        "second-key",
    ]
    assert "first-key" not in f"{settings!r} {settings} {settings.model_dump_json()}"


def test_a_wrong_value_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(Unconfigured) as caught:
        load_settings(tmp_path, {"TIELINE_SERVE__PORT": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_other_names_with_our_prefix_are_left_alone(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {"TIELINE_SAMPLES": "/x", "PATH": "/bin"}).home == tmp_path


def test_the_tree_cannot_be_changed(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    with pytest.raises(ValueError, match="frozen"):
        settings.serve.port = 1


def test_every_leaf_has_a_sentence() -> None:
    sentences = dict(leaves())
    assert "publishers.<id>.base_url" in sentences
    assert all(sentence.endswith(".") for sentence in sentences.values())
