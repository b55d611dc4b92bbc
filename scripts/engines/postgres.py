"""A real PostgreSQL server of our own, in a folder: for the tests and the benches.

Needs the server's programs: Debian's `postgresql` package, or `initdb` and `pg_ctl` on the PATH.
It listens on 127.0.0.1 alone, with a password of its own, and needs no rights on the machine. Because
PostgreSQL refuses to run as root, root starts it as the user `postgres` (or `nobody`).
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.bench_figure import REPOSITORY

USER = "tieline"
START_SECONDS = 60
_TRIES = 5
_LOGGED = 3000


class NotStarted(Exception):
    """The server did not start; the text has the end of its log."""


def programs() -> Path | None:
    """Folder of the newest `initdb` and `pg_ctl`; None where PostgreSQL is not installed."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_release)
    if packaged:
        return packaged[-1].parent
    on_path = shutil.which("initdb")
    return None if on_path is None else Path(on_path).resolve().parent


def _release(program: Path) -> tuple[int, ...]:
    return tuple(int(step) for step in program.parts[-3].split(".") if step.isdigit())


def start(folder: Path, *, durable: bool = False) -> str:
    """Start the server whose data lie in `folder`, made if need be; gives its address.

    A server that was stopped comes back at the same address. Everybody must be allowed to pass through
    the folders above. `durable` forces every commit to disk, as a server with data of value does.

    Raises: NotStarted.
    """
    bin = programs()
    if bin is None:
        raise NotStarted("PostgreSQL is not installed: apt-get install postgresql")
    if not (folder / "data" / "PG_VERSION").exists():
        _make(bin, folder)
    for attempt in range(_TRIES):
        port = _port(folder)
        sync = "on" if durable else "off"
        told = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync={sync}"
            f" -c synchronous_commit={sync} -c full_page_writes={sync} -c max_connections=200"
        )
        command: list[str | Path] = [bin / "pg_ctl", "-D", folder / "data", "-l", folder / "log"]
        if _run([*command, "-w", "-t", str(START_SECONDS), "-o", told, "start"], folder / "said"):
            return url(folder)
        if attempt == 0 and _listens(port):
            (folder / "port").unlink()
    raise NotStarted(_end_of(folder / "log"))


def stop(folder: Path, *, at_once: bool = False) -> None:
    """Stop the server; `at_once` as a crash would, without a checkpoint."""
    bin = programs()
    if bin is not None and (folder / "data" / "postmaster.pid").exists():
        mode = "immediate" if at_once else "fast"
        _run([bin / "pg_ctl", "-D", folder / "data", "-w", "-m", mode, "stop"], folder / "said")


def url(folder: Path, database: str = "postgres") -> str:
    """Address of a database of the server."""
    password = (folder / "password").read_text("ascii")
    return f"postgresql://{USER}:{password}@127.0.0.1:{_port(folder)}/{database}"


@contextmanager
def shared(folder: Path, locks: Path) -> Iterator[str]:
    """The address of one server for many processes; the last of them that ends, ends it.

    A user holds a shared lock, which the kernel gives back however its process ends. A guard waits for
    the exclusive one, then stops the server and removes the folder. The lock files lie in `locks`.
    """
    users = locks / f"{folder.name}.users"
    with _locked(locks / f"{folder.name}.start"):
        handle = _join(users)
        try:
            if not (folder / "guarded").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                folder.chmod(0o755)
                _guard(folder, users)
                start(folder)
                (folder / "guarded").touch()
        except BaseException:
            os.close(handle)
            raise
    try:
        yield url(folder)
    finally:
        os.close(handle)


def _join(users: Path) -> int:
    """The lock of a user; waits while a guard is at work."""
    handle = os.open(users, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def _guard(folder: Path, users: Path) -> None:
    subprocess.Popen(
        [sys.executable, "-m", "scripts.engines.postgres", folder, users],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def guard(folder: Path, users: Path) -> None:
    """Wait until nobody uses a server, then stop it and remove its folder."""
    with _locked(users):
        stop(folder, at_once=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make(bin: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if (user := _runs_as()) is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    password = folder / "password"
    password.write_text(secrets.token_hex(12), "ascii")
    if user is not None:
        os.chown(password, user.pw_uid, user.pw_gid)
    password.chmod(0o600)
    command: list[str | Path] = [bin / "initdb", "-D", folder / "data", "-U", USER]
    command += ["--pwfile", password, "-A", "scram-sha-256", "-E", "UTF8", "--locale", "C"]
    if not _run([*command, "--no-sync"], folder / "said"):
        shutil.rmtree(folder / "data", ignore_errors=True)
        raise NotStarted(_end_of(folder / "said"))


def _run(command: list[str | Path], log: Path) -> bool:
    """Run one of the server's programs to its end; gives whether it went well.

    What it says goes to a file: a pipe would stay open in the server that `pg_ctl` leaves running.
    """
    user = _runs_as()
    with log.open("a") as said:
        done = subprocess.run(
            command,
            cwd="/",
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            check=False,
        )
    return done.returncode == 0


def _runs_as() -> pwd.struct_passwd | None:
    """Another user where we are root; None where we may run the server ourselves."""
    if os.getuid() != 0:
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _port(folder: Path) -> int:
    """The server's port, chosen once among those that are free."""
    path = folder / "port"
    if not path.exists():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            path.write_text(str(free.getsockname()[1]), "ascii")
    return int(path.read_text("ascii"))


def _end_of(log: Path) -> str:
    return log.read_text("utf-8", errors="replace")[-_LOGGED:]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    guard(Path(sys.argv[1]), Path(sys.argv[2]))
