"""`tieline serve` and `tieline emulate`: the API over a lake, and the publishers played."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give_json, guarded, say
from tieline.cli.options import AsJson, Home
from tieline.errors import UsageError

if TYPE_CHECKING:
    from tieline.emulate.clock import Clock

Host = Annotated[str | None, typer.Option("--host", help="Address to listen at.")]


def serve(
    host: Host = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = None,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Serve the API and the pages over the lake, without collecting.

    Beyond this machine only with API keys: TIELINE_SERVE__API_KEYS.
    """
    with guarded(json=json):
        from tieline.assemble import opened
        from tieline.cli.binding import listening, recorder_of, settings_to_serve
        from tieline.cli.life import Life, server_of
        from tieline.flow import RealClock

        settings = settings_to_serve(home, host, port)
        recorder = recorder_of(settings, json=json)
        with opened(settings, create=False) as found:
            life = Life(found.mode, found.folder, RealClock(), dict(found.bases), 1.0)
            _greet("Serving", f"http://{settings.serve.host}:{settings.serve.port}/", json=json)
            with listening(settings.serve.host, settings.serve.port):
                server_of(found, life, recorder).run()


def emulate(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port.")] = 8765,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")] = 7,
    clock: Annotated[
        str,
        typer.Option(
            "--clock", help="real; asked: each request says its time; or the instant to start at."
        ),
    ] = "real",
    speed: Annotated[
        float, typer.Option("--speed", help="How fast a clock with a start runs.")
    ] = 60.0,
    faults: Annotated[
        str, typer.Option("--faults", help="Faults to show: none, light, all, or a JSON file.")
    ] = "none",
    samples: Annotated[
        Path | None, typer.Option("--samples", help="Replay the captured files of this folder.")
    ] = None,
    host: Host = None,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Play every publisher in its exact wire format, for demos and tests without a network."""
    with guarded(json=json):
        from tieline.cli.binding import listening
        from tieline.emulate import server
        from tieline.emulate.faults import load

        app = server.create_app(
            seed=seed, clock=_clock(clock, speed), faults=load(faults), samples=samples
        )
        address = host or "127.0.0.1"
        _greet("Playing the publishers", f"http://{address}:{port}/", json=json)
        with listening(address, port):
            server.serve(app, host=address, port=port)


def _clock(text: str, speed: float) -> Clock:
    """Raises: UsageError for a start that is no instant or lies in the future."""
    from tieline.cli.moments import parsed
    from tieline.emulate.clock import AskedClock, FastClock, RealClock

    if text == "real":
        return RealClock()
    if text == "asked":
        return AskedClock()
    start = parsed(text, datetime.now(UTC))
    if not isinstance(start, datetime):
        raise UsageError(f"--clock {text!r} is real, asked, or an instant: 2026-03-01T00:00:00Z")
    return FastClock(start, speed)


def _greet(what: str, url: str, *, json: bool) -> None:
    if json:
        give_json({"url": url})
    else:
        say(f"{what} at {url} (Ctrl-C ends).")
