"""A ClickHouse to talk to: in this process over a folder, or a server by HTTP. Both take the same SQL."""

from __future__ import annotations

import re
from pathlib import Path
from threading import RLock
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import httpx2

from tieline.errors import LedgerUnavailable, Unconfigured

DATABASE = "tieline"
EXAMPLE = "https://user:password@host:8443/tieline, or chdb:///folder"
OURS = ("127.0.0.1", "::1", "localhost")
ANSWER_SECONDS = 300.0
LATER = frozenset({159, 202, 209, 210, 241, 242, 243, 252, 319, 999})
"""ClickHouse's codes of errors that pass: time and memory limits, networks, full disks, its keeper."""

_CODE = re.compile(r"Code: (\d+)")


class ClickhouseRefused(LedgerUnavailable):
    """ClickHouse understood and will not: a wrong password, a missing right, a table of another shape."""


class Server(Protocol):
    """Statements to one database of a ClickHouse.

    Every method raises LedgerUnavailable, and ClickhouseRefused for what does not pass by itself.
    """

    def ask(self, statement: str) -> bytes:
        """What it answers, in the format that the statement names."""

    def tell(self, statement: str, body: bytes = b"") -> None:
        """Do something; rows to insert come behind the statement as its format says."""

    def drop(self) -> None:
        """Drop the database and make it anew, empty."""

    def close(self) -> None: ...


def open_server(url: str) -> Server:
    """The ClickHouse that an address means; its database is made where it is missing.

    Raises: Unconfigured for an address that means none, without repeating it; as Server.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unconfigured(f"the address of ClickHouse cannot be read; say {EXAMPLE}") from None
    if parts.scheme == "chdb" and parts.path.strip("/"):
        return InProcess(Path(unquote(parts.path)))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unconfigured(f"ClickHouse is reached by HTTP or lies in a folder; say {EXAMPLE}")
    if parts.scheme == "http" and parts.hostname not in OURS:
        raise Unconfigured(
            "ClickHouse on another machine is spoken to by https://; http:// is only for this one"
        )
    return Served(parts, port)


class InProcess:
    """ClickHouse as a library over a folder that one process may have open at a time."""

    def __init__(self, folder: Path) -> None:
        try:
            from chdb import session
        except ImportError:
            raise Unconfigured(
                "ClickHouse in this process needs chdb: install tieline[clickhouse]"
            ) from None
        self._folder = folder
        self._lock = RLock()
        opens: Any = session.Session
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._session = opens(str(folder))
        except (OSError, RuntimeError) as error:
            raise LedgerUnavailable(
                f"the ClickHouse folder {folder} cannot be opened; another process has it, or this one "
                f"has another one: {_first(str(error))}"
            ) from error
        self._make()

    def _make(self) -> None:
        self.tell(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
        self.tell(f"USE {DATABASE}")

    def ask(self, statement: str) -> bytes:
        with self._lock:
            try:
                return bytes(self._session.query(statement).bytes())
            except RuntimeError as error:
                raise told(f"the ClickHouse folder {self._folder}", str(error)) from error

    def tell(self, statement: str, body: bytes = b"") -> None:
        with self._lock:
            try:
                self._session.query(f"{statement}\n{body.decode()}" if body else statement)
            except RuntimeError as error:
                raise told(f"the ClickHouse folder {self._folder}", str(error)) from error

    def drop(self) -> None:
        self.tell(f"DROP DATABASE IF EXISTS {DATABASE}")
        self._make()

    def close(self) -> None:
        with self._lock:
            self._session.close()


class Served:
    """A ClickHouse server; each statement is one request."""

    def __init__(self, parts: SplitResult, port: int | None) -> None:
        self._name = f"ClickHouse at {parts.hostname}"
        self._database = unquote(parts.path.strip("/")) or DATABASE
        if not self._database.replace("_", "").isalnum():
            raise Unconfigured(
                f"the name of a ClickHouse database has odd characters; say {EXAMPLE}"
            )
        account = {"X-ClickHouse-User": parts.username, "X-ClickHouse-Key": parts.password}
        host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
        self._client = httpx2.Client(
            base_url=f"{parts.scheme}://{host}" + (f":{port}" if port else ""),
            headers={name: unquote(value) for name, value in account.items() if value},
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=10.0),
        )
        try:
            self._make()
        except LedgerUnavailable:
            self.close()
            raise

    def _make(self) -> None:
        self._post(f"CREATE DATABASE IF NOT EXISTS {self._database}", b"", {})

    def ask(self, statement: str) -> bytes:
        return self._post(statement, b"", {"database": self._database})

    def tell(self, statement: str, body: bytes = b"") -> None:
        self._post(statement, body, {"database": self._database})

    def drop(self) -> None:
        self._post(f"DROP DATABASE IF EXISTS {self._database}", b"", {})
        self._make()

    def close(self) -> None:
        self._client.close()

    def _post(self, statement: str, body: bytes, options: dict[str, Any]) -> bytes:
        sent = statement.encode() + (b"\n" + body if body else b"")
        try:
            answer = self._client.post("/", params=options, content=sent)
        except httpx2.HTTPError as error:
            raise LedgerUnavailable(
                f"{self._name} cannot be reached: {_first(str(error)) or type(error).__name__}"
            ) from error
        if answer.status_code in (401, 403):
            raise ClickhouseRefused(f"{self._name} refuses the account: {_first(answer.text)}")
        if answer.status_code != 200:
            raise told(self._name, answer.text)
        return answer.content


def told(where: str, text: str) -> LedgerUnavailable:
    """An error of ClickHouse as one of ours, by its code."""
    found = _CODE.search(text)
    passes = found is None or int(found.group(1)) in LATER
    kind = LedgerUnavailable if passes else ClickhouseRefused
    return kind(f"{where}: {_first(text)}")


def _first(text: str) -> str:
    return text.strip().split("\n")[0][:400]
