"""Where settings become objects: the one place that knows every room."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import httpx2
from pydantic import SecretStr

from tieline.errors import LedgerUnavailable, StorageFailed, Unconfigured
from tieline.feeds import PRINT_RANK, Feed
from tieline.fetch import Deadlines, Fetcher, Politeness, Retries
from tieline.flow import Clock, House, SinkName
from tieline.flow.belonging import MARK, belong
from tieline.ledger import Commit, Contract, Ledger, open_ledger
from tieline.select import Lake
from tieline.settings import Settings, SinkSettings, load_settings
from tieline.sinks import Follower
from tieline.sources import FEEDS, feeds_from_documents
from tieline.store import files
from tieline.store.parts import Parts
from tieline.store.raw import RawStore
from tieline.store.sidecars import SidecarStore
from tieline.watch import Happening

Mode = Literal["live", "emulated", "samples"]
MODES: tuple[Mode, ...] = ("live", "emulated", "samples")

FORMAT = "1"
"""Format of a home's layout; a newer one is refused, an older one is migrated when opened."""


@dataclass(frozen=True, slots=True)
class Home:
    """An open home: its settings, its feeds, and the ledger they are written in.

    `mode` says whose data it holds; invented and replayed ones never mix with a publisher's own.
    """

    settings: Settings
    mode: Mode
    feeds: tuple[Feed, ...]
    ledger: Ledger

    @property
    def folder(self) -> Path:
        return self.settings.home

    @property
    def bases(self) -> Mapping[str, str]:
        """Addresses that replace a publisher's own."""
        return {
            name: told.base_url
            for name, told in self.settings.publishers.items()
            if told.base_url is not None
        }


def real_now() -> datetime:
    return datetime.now(UTC)


def settings_of(home: Path | str | None = None, **overrides: Any) -> Settings:
    """The settings tree, with some values replaced by what a command was told."""
    settings = load_settings(Path(home) if home is not None else None)
    return settings.model_copy(update=overrides) if overrides else settings


@contextmanager
def opened(
    settings: Settings,
    *,
    create: bool = True,
    mode: Mode | None = None,
    rebuilding: bool = False,
    planning: bool = False,
) -> Iterator[Home]:
    """Open the home that the settings name, to hold data of a mode (None: whatever it holds).

    `rebuilding` takes an empty shared ledger in the place of one that was lost; who is only `planning` declares nothing.

    Raises: Unconfigured if it does not exist and may not be made, or holds data of another mode;
            StorageFailed, LedgerUnavailable.
    """
    folder = settings.home
    if not create and not has_lake(settings):
        apart = [name for name in MODES if has_lake(settings, name)]
        beside = f"; there is one of {apart[0]} data: --home {folder / apart[0]}" if apart else ""
        raise Unconfigured(
            f"there is no lake at {folder}; collect or import something first, for example "
            f"`tieline up`, or name another one with --home{beside}"
        )
    _check_format(folder)
    held = _mode_of(folder, mode)
    ledger = ledger_of(settings, held, rebuilding=rebuilding)
    try:
        feeds = feeds_of(settings)
        declare(ledger, () if planning else feeds)
        yield Home(settings, held, feeds, ledger)
    finally:
        ledger.close()


def has_lake(settings: Settings, apart: str = "") -> bool:
    """Whether the home, or the folder apart in it, was opened before with the ledger it names."""
    folder = settings.home / apart
    return (folder / ("ledger.sqlite" if settings.ledger.url is None else MARK)).exists()


def ledger_of(settings: Settings, mode: Mode, *, rebuilding: bool = False) -> Ledger:
    """The ledger that the settings name; lakes of invented data have schemas of their own.

    Raises: Unconfigured if a shared ledger belongs to another home; StorageFailed, LedgerUnavailable.
    """
    if settings.ledger.url is None:
        return open_ledger(settings.home / "ledger.sqlite")
    schema = "tieline" if mode == "live" else f"tieline_{mode}"
    ledger = open_ledger(settings.ledger.url.get_secret_value(), schema=schema)
    try:
        belong(settings.home, ledger, rebuilding=rebuilding)
    except BaseException:
        ledger.close()
        raise
    return ledger


def feeds_of(settings: Settings) -> tuple[Feed, ...]:
    """The registry, and what the user's own tables add to it."""
    tables = settings.url_tables
    if tables.instructions is None:
        return FEEDS
    try:
        instructions = tables.instructions.read_text("utf-8", errors="replace")
        lookup = tables.lookup.read_text("utf-8", errors="replace") if tables.lookup else ""
    except OSError as error:
        raise Unconfigured(
            f"the URL table {error.filename} cannot be read: {error.strerror}"
        ) from error
    named = feeds_from_documents(instructions, lookup)
    ids = {feed.id for feed in named.feeds}
    return (*named.feeds, *(feed for feed in FEEDS if feed.id not in ids))


def lake_of(home: Home, now: Callable[[], datetime] = real_now) -> Lake:
    """What asking needs."""
    return Lake(home.ledger, home.folder / "parts", home.feeds, now)


def house_of(
    home: Home,
    *,
    now: Callable[[], datetime] = real_now,
    record: Callable[[Happening], None],
    steady: bool = False,
) -> House:
    """What the stages work with; `steady` where `now` should never go back."""
    folder = home.folder
    return House(
        ledger=home.ledger,
        raw=RawStore(folder / "raw"),
        sidecars=SidecarStore(folder / "raw"),
        parts=Parts(folder / "parts"),
        locks=folder / "locks",
        feeds=home.feeds,
        now=now,
        beat=home.ledger.now,
        record=record,
        version=version("tieline"),
        run=uuid.uuid4().hex[:12],
        lease=timedelta(seconds=home.settings.lease_seconds),
        grace=timedelta(minutes=home.settings.keep.grace_minutes),
        orphan_grace=timedelta(hours=home.settings.keep.orphan_hours),
        kept=timedelta(days=home.settings.ledger.keep_attempts_days),
        steady=steady,
    )


def fetcher_of(
    home: Home,
    clock: Clock,
    *,
    bases: Mapping[str, str] | None = None,
    polite: bool = True,
    tell_time: bool = False,
) -> Fetcher:
    """A pool of connections that keeps every publisher's politeness.

    `bases` are the addresses asked (default: the home's). `polite=False` is for an emulator of our
    own, where waiting would only distort its time; `tell_time` tells it ours with each request.
    """
    http = home.settings.http
    politeness = {}
    for publisher in {report.publisher for feed in home.feeds for report in feed.reports}:
        base = (home.bases if bases is None else bases).get(publisher.id, publisher.base_url)
        politeness[host_of(base)] = Politeness(
            requests_per_second=publisher.requests_per_second if polite else 10_000.0,
            connections=publisher.connections if polite else 32,
        )

    return Fetcher(
        clock=clock.now,
        sleep=clock.sleep,
        politeness=politeness,
        deadlines=Deadlines(
            connect=http.connect_seconds, read=http.read_seconds, total=http.total_seconds
        ),
        retries=Retries(tries=http.tries),
        contact=home.settings.contact or "",
        credentials=credentials_of(home),
        transport=ClockTransport(clock.now) if tell_time else None,
    )


def credentials_of(home: Home) -> dict[str, dict[str, str]]:
    """The headers that open closed services: by publisher, or by publisher and what it asks for where
    services have keys; an emulated world asks for no secret."""
    found: dict[str, dict[str, str]] = {}
    for publisher in {report.publisher for feed in home.feeds for report in feed.reports}:
        told = home.settings.publishers.get(publisher.id)
        if publisher.access == "basic":
            pair = (told.username, told.password) if told else (None, None)
            user, password = pair if home.mode == "live" else ("emulated", SecretStr("emulated"))
            if user and password:
                word = base64.b64encode(f"{user}:{password.get_secret_value()}".encode()).decode()
                found[publisher.id] = {"Authorization": f"Basic {word}"}
        elif publisher.access:
            header, _, product = publisher.access.partition(" ")
            own = (told.keys.get(product) or told.key) if told else None
            key = own if home.mode == "live" else SecretStr("emulated")
            if key:
                opened = {header: key.get_secret_value()}
                found[f"{publisher.id} {publisher.access}"] = opened
    return found


def sinks_of(home: Home, names: Sequence[str] = (), *, up: bool = False) -> list[SinkName]:
    """The sinks of these names, or all that take this home's data, not yet opened; `up` keeps to those
    that follow by themselves. Raises: Unconfigured for a name without settings, or of other data.
    """
    told = home.settings.sinks
    for name in names:
        if name not in told:
            known = ", ".join(sorted(told)) or "none"
            raise Unconfigured(
                f"no sink is called {name}; there is {known}. Say it in tieline.toml: [sinks.{name}] "
                'kind = "postgres", url = "postgresql://user:password@host/database"'
            )
        if told[name].takes != home.mode:
            raise Unconfigured(
                f"sink {name} takes {told[name].takes} data, and this home holds {home.mode} data; "
                f'sinks.{name}.takes = "{home.mode}" would say otherwise'
            )
    fitting = [name for name, one in told.items() if one.takes == home.mode]
    wanted = [name for name in names or fitting if told[name].follow or not up]
    return [SinkName(name, partial(_open_sink, name, told[name])) for name in wanted]


def _open_sink(name: str, told: SinkSettings) -> Follower:
    """Raises: Unconfigured. What reaches a database or a store is imported where one is used."""
    url = told.url.get_secret_value()
    if told.kind == "postgres":
        from tieline.sinks.postgres import PostgresSink

        return PostgresSink(name, url, told.namespace, told.feeds)
    if told.kind == "clickhouse":
        from tieline.sinks.clickhouse import LedgerCopy

        return LedgerCopy(name, url, told.feeds)
    from tieline.sinks.objects import ObjectSink, open_bucket

    bucket = open_bucket(
        name,
        url,
        endpoint=told.endpoint,
        region=told.region,
        access_key=told.access_key.get_secret_value() if told.access_key else None,
        secret_key=told.secret_key.get_secret_value() if told.secret_key else None,
    )
    return ObjectSink(name, bucket, told.form, told.holds, told.feeds)


def host_of(url: str) -> str:
    """Host of an address, with its port where one is said."""
    return url.split("://", 1)[-1].split("/", 1)[0]


def declare(ledger: Ledger, feeds: tuple[Feed, ...]) -> None:
    """Write the contract in force to the ledger where it changed, under a sequence of its own."""
    known = ledger.contracts()
    news = tuple(
        contract
        for contract in (_contract(feed) for feed in feeds)
        if _facts(known.get(contract.feed)) != _facts(contract)
    )
    if news:
        ledger.commit(
            Commit(at_utc=real_now(), kind="contract", contracts=news, version=version("tieline"))
        )


def _contract(feed: Feed) -> Contract:
    return Contract(
        feed=feed.id,
        dataset=feed.dataset.name if feed.dataset else None,
        reports=tuple(report.name for report in feed.reports),
        prints=tuple(sorted(PRINT_RANK.items(), key=lambda item: item[1])),
        key=feed.dataset.key_names if feed.dataset else (),
    )


def _facts(contract: Contract | None) -> tuple[object, ...] | None:
    if contract is None:
        return None
    return (contract.dataset, contract.reports, contract.prints, contract.key)


def _mode_of(folder: Path, wanted: Mode | None) -> Mode:
    """Whose data the home holds; decided by the first who opens it.

    Raises: Unconfigured if it was decided otherwise; StorageFailed.
    """
    mark = folder / "mode"
    with _usable(folder):
        if not mark.exists():
            _write_mark(mark, wanted or "live")
        found = mark.read_text("ascii").strip()
    held = next((mode for mode in MODES if mode == found), None)
    if held is None or (wanted is not None and wanted != held):
        raise Unconfigured(
            f"the home {folder} holds {found} data and cannot take {wanted} data; name another "
            "with --home"
        )
    return held


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    """Raises: StorageFailed for whatever the disk under a home refuses."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"the home {folder} cannot be used: {error.strerror}; free space or make it writable"
        ) from error


def _write_mark(mark: Path, text: str) -> None:
    files.write_atomically(mark, f"{text}\n".encode("ascii"))


def _check_format(folder: Path) -> None:
    """Hold the home's format; a home of a newer tieline is not touched.

    Raises: LedgerUnavailable, StorageFailed.
    """
    mark = folder / "format"
    with _usable(folder):
        if not mark.exists():
            _write_mark(mark, FORMAT)
        found = mark.read_text("ascii").strip()
    if found != FORMAT:
        raise LedgerUnavailable(
            f"the home {folder} has format {found}, this tieline knows {FORMAT}; install a newer tieline"
        )


class ClockTransport(httpx2.AsyncHTTPTransport):
    """Tells an emulator, with every request, which time it is here."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Tieline-Simulated-Time"] = self._now().isoformat()
        return await super().handle_async_request(request)
