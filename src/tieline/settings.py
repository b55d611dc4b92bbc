"""One frozen tree of settings, read once from file and environment.

Order: an argument, `TIELINE_...` in the environment (`__` between the levels), `tieline.toml`, the
default. The file lies in the home, or where `TIELINE_CONFIG` says. A key nobody knows is refused:
a setting that is silently ignored is worse than none.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from tieline.errors import Unconfigured

PREFIX = "TIELINE_"
CONFIG = "TIELINE_CONFIG"
NOT_SETTINGS = frozenset(
    {CONFIG}
    | {
        f"{PREFIX}{name}"
        for name in ("CHROMIUM", "KEEPING", "KILLS", "NODE", "PROOF", "SAMPLES", "SEED")
    }
)
"""Names with our prefix that are no settings: they steer this module, the tests and the build."""


class _Branch(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _split(text: str) -> tuple[str, ...]:
    """Words with commas between them."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


class PublisherSettings(_Branch):
    """What may be told about one publisher; the rest stands on its feed rows."""

    base_url: str | None = Field(
        default=None, description="Another address for this publisher's files."
    )
    username: str | None = Field(
        default=None, description="User of its web services, where they ask for one."
    )
    password: SecretStr | None = Field(default=None, description="Password of that user.")
    key: SecretStr | None = Field(
        default=None, description="Key of its web services, where they ask for one."
    )
    keys: dict[str, SecretStr] = Field(
        default_factory=dict, description="Keys by product, where each of its services has its own."
    )


class HttpSettings(_Branch):
    """How patiently publishers are asked."""

    connect_seconds: float = Field(default=10.0, gt=0, description="Deadline for a connection.")
    read_seconds: float = Field(default=60.0, gt=0, description="Deadline for the next bytes.")
    total_seconds: float = Field(default=300.0, gt=0, description="Deadline for one whole answer.")
    tries: int = Field(
        default=4, ge=1, le=20, description="Tries of one request before it counts failed."
    )


class LedgerSettings(_Branch):
    """Where the ledger lies, and how long it lists what brought nothing."""

    url: SecretStr | None = Field(
        default=None,
        description="Address of a PostgreSQL database, for several daemons that share a home; "
        "without one the ledger is a file in the home.",
    )
    keep_attempts_days: float = Field(
        default=90.0,
        ge=1,
        description="How long attempts stay listed that brought neither bytes nor rows.",
    )


class ServeSettings(_Branch):
    """Where the API and the pages are served."""

    host: str = Field(default="127.0.0.1", description="Address to bind to; loopback unless told.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port to bind to; 0 takes a free one."
    )
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Keys that callers must show; in the environment a list with commas.",
    )

    @field_validator("api_keys", mode="before")
    @classmethod
    def _listed(cls, keys: object) -> object:
        return _with_commas(keys)


class UrlTableSettings(_Branch):
    """The user's own tables of reports, which add feeds without code."""

    instructions: Path | None = Field(default=None, description="Path of a URL_Instructions.txt.")
    lookup: Path | None = Field(default=None, description="Path of a URL_Lookup.txt.")


class KeepSettings(_Branch):
    """How long files stay that the lake does not need."""

    grace_minutes: float = Field(
        default=15.0, ge=0, description="How long merged parts stay for readers that began before."
    )
    orphan_hours: float = Field(
        default=24.0, ge=1, description="Age at which a file that no catalogue names is removed."
    )


class LogSettings(_Branch):
    """What is said about normal work, and how."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severity that is written."
    )
    format: Literal["auto", "text", "json"] = Field(
        default="auto", description="auto is text on a terminal and JSON lines elsewhere."
    )


class SinkSettings(_Branch):
    """A place that rows are written to, and what it takes to reach it."""

    kind: Literal["postgres", "objects", "clickhouse"] = Field(
        description="postgres: tables of a database; objects: files in a bucket or folder; "
        "clickhouse: a copy of the ledger itself."
    )
    url: SecretStr = Field(
        description="postgresql://user:password@host/database, s3://bucket/prefix, file:///folder, "
        "https://user:password@host:8443/database or chdb:///folder."
    )
    feeds: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Ids of the feeds it takes; none means all. In the environment a list with commas.",
    )
    takes: Literal["live", "emulated", "samples"] = Field(
        default="live",
        description="Whose data it takes; invented rows never enter a sink of real ones.",
    )
    follow: bool = Field(
        default=True, description="Whether `tieline up` keeps it up to date by itself."
    )
    namespace: str = Field(
        default="tieline", description="postgres: schema of its own that the tables lie in."
    )
    form: Literal["parquet", "csv", "json"] = Field(
        default="parquet", description="objects: how files are written."
    )
    holds: Literal["current", "history"] = Field(
        default="current",
        description="objects: current says what each fact became; history has every stored row.",
    )
    endpoint: str | None = Field(
        default=None,
        description="objects: address of a server that is not Amazon's, with https://.",
    )
    region: str | None = Field(default=None, description="objects: region of the bucket.")
    access_key: SecretStr | None = Field(
        default=None, description="objects: key id; default: AWS_ACCESS_KEY_ID and its kin."
    )
    secret_key: SecretStr | None = Field(default=None, description="objects: the secret to it.")

    @field_validator("feeds", mode="before")
    @classmethod
    def _split(cls, feeds: object) -> object:
        return _with_commas(feeds)


def _with_commas(value: object) -> object:
    """A list as the environment says it."""
    if isinstance(value, str):
        return tuple(one.strip() for one in value.split(",") if one.strip())
    return value


class Settings(BaseSettings):
    """The whole tree. Only `assemble` reads it whole; others get the values they need."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    home: Path = Field(description="The folder in which everything local lies.")
    contact: str | None = Field(
        default=None, description="Who may be asked about our requests: a mail address or a page."
    )
    collect: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Publishers, feeds or reports that `up` collects, with commas; all unless told.",
    )
    concurrency: int = Field(default=4, ge=1, le=64, description="Slices worked on at once.")
    lease_seconds: float = Field(
        default=300.0, gt=0, description="How long a claim on a slice holds without a sign of life."
    )
    http: HttpSettings = HttpSettings()
    ledger: LedgerSettings = LedgerSettings()
    serve: ServeSettings = ServeSettings()
    url_tables: UrlTableSettings = UrlTableSettings()
    keep: KeepSettings = KeepSettings()
    log: LogSettings = LogSettings()
    publishers: dict[str, PublisherSettings] = Field(
        default_factory=dict, description="By publisher id: nyiso, isone, ..."
    )
    sinks: dict[str, SinkSettings] = Field(
        default_factory=dict, description="By a name of your own: warehouse, drops, ..."
    )

    @field_validator("collect", mode="before")
    @classmethod
    def _listed(cls, names: object) -> object:
        return _split(names) if isinstance(names, str) else names

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing but what `load_settings` hands over."""
        return (init_settings,)

    def base_url(self, publisher: str, default: str) -> str:
        """The address to ask a publisher at: the override, or what its row says."""
        override = self.publishers.get(publisher)
        return (override.base_url if override else None) or default


def load_settings(home: Path | None = None, env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    `home` is what `--home` said; `env` replaces the process environment.

    Raises: Unconfigured where a key is unknown or a value is wrong; it names the key, never the
            value, and shows an example.
    """
    environment = os.environ if env is None else env
    told = _from_environment(environment)
    chosen = home or Path(told.pop("home", "") or platformdirs.user_data_dir("tieline"))
    chosen = chosen.expanduser().absolute()
    merged = _over(_from_file(chosen, environment), told)
    try:
        return Settings(**{**merged, "home": chosen})
    except ValidationError as error:
        raise Unconfigured(_explain(error)) from error


class _Environment(EnvSettingsSource):
    """The environment as a tree, read from a mapping that is handed in."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._environment.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    for name in environment:
        top = name.upper().removeprefix(PREFIX).split("__")[0].lower()
        ours = name.upper().startswith(PREFIX) and name.upper() not in NOT_SETTINGS
        if ours and top not in Settings.model_fields:
            raise Unconfigured(
                f"{name} is not a setting; known are {_names()}, for example {PREFIX}SERVE__PORT=8000"
            )
    try:
        return _Environment(environment)()
    except SettingsError as error:
        raise Unconfigured(
            f"The environment cannot be read: {error}. Levels are separated by two underscores, "
            f"for example {PREFIX}SERVE__PORT=8000"
        ) from error


def _from_file(home: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    named = environment.get(CONFIG)
    path = Path(named).expanduser() if named else home / "tieline.toml"
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if named:
            raise Unconfigured(f"{CONFIG} names {path}, and there is no such file") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unconfigured(f"{path} cannot be read as TOML: {error}") from error
    if "home" in tree:
        raise Unconfigured(
            f"{path}: the home is not a key of the file; say --home DIR or {PREFIX}HOME=DIR"
        )
    return tree


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`below` with everything that `above` says, level by level."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(value, dict) and isinstance(under, dict):
            merged[key] = _over(under, value)
        else:
            merged[key] = value
    return merged


def _explain(error: ValidationError) -> str:
    return "; ".join(
        _one(tuple(str(step) for step in fault["loc"]), fault["type"], fault["msg"])
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    )


def _one(path: tuple[str, ...], kind: str, message: str) -> str:
    key = ".".join(path)
    if kind == "extra_forbidden":
        return f"{key} is not a setting; known are {_names()}, for example {PREFIX}SERVE__PORT=8000"
    return f"{key}: {message}; say it as {PREFIX}{'__'.join(path).upper()}=... or in tieline.toml"


def _names() -> str:
    return ", ".join(sorted(path for path, _ in leaves()))


NAMED: dict[str, type[BaseModel]] = {"publishers": PublisherSettings, "sinks": SinkSettings}
"""Settings of which there is one branch for each name; the name stands as `<id>`."""


def leaves() -> Iterable[tuple[str, str]]:
    """Every setting: its dotted path and its sentence."""
    yield from _leaves(Settings, "")


def _leaves(branch: type[BaseModel], before: str) -> Iterable[tuple[str, str]]:
    for name, field in branch.model_fields.items():
        kind = NAMED.get(name, field.annotation)
        step = f"{name}.<id>" if name in NAMED else name
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _leaves(kind, f"{before}{step}.")
        else:
            yield f"{before}{step}", field.description or ""
