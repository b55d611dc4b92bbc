"""`tieline up`: collect all configured feeds, serve the API and the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import guarded, say
from tieline.errors import UsageError

if TYPE_CHECKING:
    from tieline.cli.life import Life
    from tieline.settings import Settings
    from tieline.watch import Recorder


def up(
    emulate: Annotated[
        bool, typer.Option("--emulate", help="Play the publishers from a seed, into a lake apart.")
    ] = False,
    samples: Annotated[
        Path | None,
        typer.Option(help="Replay the captured files of this folder, into a lake apart."),
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to serve at.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to serve at; 0 takes a free one.")] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="Market day to catch up from; default: where it was left, at most 14 days ago."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the emulated world.")] = 7,
    speed: Annotated[float, typer.Option(help="How fast the emulated world catches up.")] = 60.0,
    faults: Annotated[str, typer.Option(help="Faults the emulator shows: a preset or a file.")] = (
        "none"
    ),
    simulate: Annotated[
        str | None,
        typer.Option(help="START/END: live through this span on a stepped clock, then end."),
    ] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve API and pages.")] = True,
    home: Annotated[Path | None, typer.Option(help="The folder where everything lies.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Log as JSON lines.")] = False,
) -> None:
    """Collect every configured feed by its cadence, and serve the API and the dashboard.

    Where the publishers cannot be reached and there is no lake yet, it says so and plays them from
    the emulator, into a lake of its own: invented rows never enter the lake of real ones.
    """
    with guarded(json=json):
        from tieline.cli.binding import listening, settings_to_serve

        settings = settings_to_serve(home, host, port)
        with listening(settings.serve.host, settings.serve.port):
            _up(
                settings,
                Wish(emulate, samples, since, seed, speed, faults, simulate, serve, json),
            )


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    emulate: bool
    samples: Path | None
    since: str | None
    seed: int
    speed: float
    faults: str
    simulate: str | None
    serve: bool
    json: bool


def _up(settings: Settings, wish: Wish) -> None:
    from tieline.cli.binding import recorder_of

    recorder = recorder_of(settings, json=wish.json)
    if wish.simulate is not None:
        _simulated(settings, wish, recorder)
        return
    if wish.samples is not None:
        _replayed(settings, wish, recorder)
        return
    if wish.emulate or _must_emulate(settings):
        _emulated(settings, wish, recorder)
    else:
        _live(settings, wish, recorder)


def _must_emulate(settings: Settings) -> bool:
    """Whether nothing real can be shown: the publisher is out of reach and there is no lake yet.

    With a lake an outage is an outage: it is told, and asking goes on.
    """
    import asyncio

    from tieline.assemble import has_lake
    from tieline.cli.life import reachable
    from tieline.sources import FEEDS

    publisher = FEEDS[0].publisher
    base = settings.base_url(publisher.id, publisher.base_url)
    if asyncio.run(reachable(base)):
        return False
    if has_lake(settings):
        say(f"{publisher.name} cannot be reached at {base}; tieline goes on asking.")
        return False
    say(
        f"{publisher.name} cannot be reached at {base}: the emulator plays it instead. "
        "The numbers are invented."
    )
    return True


def _live(settings: Settings, wish: Wish, recorder: Recorder) -> None:
    import asyncio

    from tieline.assemble import opened
    from tieline.cli.life import Life, live
    from tieline.flow import RealClock

    clock = RealClock()
    with opened(settings, mode="live") as home:
        life = Life("live", home.folder, clock, dict(home.bases), 1.0)
        _greet(settings, wish, life)
        asyncio.run(
            live(
                home,
                life,
                recorder,
                since=_since(wish, clock.now()),
                declared=wish.since is not None,
                serve=wish.serve,
            )
        )


def _emulated(settings: Settings, wish: Wish, recorder: Recorder) -> None:
    import asyncio

    from tieline.assemble import opened
    from tieline.cli.life import EMULATED, Life, emulator, live, world_start
    from tieline.emulate.clock import FastClock
    from tieline.flow import PacedClock

    apart = settings.model_copy(update={"home": settings.home / EMULATED})
    with opened(apart, mode="emulated") as home:
        world = FastClock(world_start(home, datetime.now(UTC)), wish.speed)
        clock = PacedClock(world.now, wish.speed)
        with emulator(world, seed=wish.seed, faults=wish.faults) as bases:
            life = Life("emulated", home.folder, clock, bases, wish.speed)
            _greet(apart, wish, life)
            asyncio.run(
                live(
                    home,
                    life,
                    recorder,
                    since=_since(wish, world.now()),
                    declared=wish.since is not None,
                    serve=wish.serve,
                )
            )


def _replayed(settings: Settings, wish: Wish, recorder: Recorder) -> None:
    import asyncio

    from tieline.assemble import opened
    from tieline.cli.life import REPLAYED, Life, emulator
    from tieline.cli.replayed import live_samples
    from tieline.emulate.clock import RealClock as WorldClock
    from tieline.flow import RealClock

    apart = settings.model_copy(update={"home": settings.home / REPLAYED})
    with (
        opened(apart, mode="samples") as home,
        emulator(WorldClock(), seed=wish.seed, samples=wish.samples) as bases,
    ):
        life = Life("samples", home.folder, RealClock(), bases, 1.0)
        _greet(apart, wish, life)
        assert wish.samples is not None
        asyncio.run(live_samples(home, life, recorder, wish.samples, serve=wish.serve))


def _simulated(settings: Settings, wish: Wish, recorder: Recorder) -> None:
    """A span of simulated time against whatever address the settings name; then the end."""
    import asyncio

    from tieline.assemble import opened
    from tieline.cli.life import Life, live
    from tieline.flow import SteppedClock

    start, end = _span(wish.simulate or "")
    with opened(settings, mode="emulated") as home:
        life = Life("emulated", home.folder, SteppedClock(start), dict(home.bases), 1.0, until=end)
        asyncio.run(
            live(
                home,
                life,
                recorder,
                since=_since(wish, start),
                declared=wish.since is not None,
                serve=False,
            )
        )


def _span(text: str) -> tuple[datetime, datetime]:
    first, _, last = text.partition("/")
    try:
        span = datetime.fromisoformat(first), datetime.fromisoformat(last)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no span; say START/END, 2026-03-01T00:00:00Z/2026-03-02T00:00:00Z"
        ) from error
    if any(instant.utcoffset() is None for instant in span) or span[1] < span[0]:
        raise UsageError(f"{text!r} needs two instants with a zone, the earlier one first")
    return span


def _since(wish: Wish, now: datetime) -> date:
    if wish.since is None:
        return (now - timedelta(days=1, hours=5)).date()
    try:
        return date.fromisoformat(wish.since)
    except ValueError as error:
        raise UsageError(f"--since {wish.since!r} is no day; say 2026-11-01") from error


def _greet(settings: Settings, wish: Wish, life: Life) -> None:
    say(f"The lake lies in {life.home}; ask it with --home {life.home}.")
    if wish.serve:
        say(
            f"The dashboard is at http://{settings.serve.host}:{settings.serve.port}/ (Ctrl-C ends)."
        )
