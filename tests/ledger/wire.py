"""A wire to a PostgreSQL server that can be cut at the moment of a COMMIT."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

Cut = Literal["before", "after", "hung"]
"""Where the next COMMIT is cut: it never reaches the server; its answer never comes back; it never
reaches the server, which for a while does not notice."""


class Wire:
    """Passes bytes on in both directions. `address` is what to connect to instead of the server."""

    def __init__(self, url: str) -> None:
        server = urlsplit(url)
        self._server = (server.hostname or "", server.port or 5432)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.cut: Cut | None = None
        self.kept: list[socket.socket] = []
        port = self._door.getsockname()[1]
        self.address = url.replace(f":{self._server[1]}/", f":{port}/")
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._door.close()
        for one in self.kept:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=_pass, args=(server, client), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(65536):
                cut = self.cut if b"COMMIT" in data else None
                if cut is None:
                    server.sendall(data)
                    continue
                self.cut = None
                if cut == "hung":
                    self.kept.append(server)
                    _end(client)
                    return
                if cut == "after":
                    _end(client)
                    server.sendall(data)
                    return
                break
        except OSError:
            _end(client)
        _end(client)
        _end(server)


def _pass(server: socket.socket, client: socket.socket) -> None:
    try:
        while data := server.recv(65536):
            client.sendall(data)
    except OSError:
        _end(server)
    _end(client)


def _end(one: socket.socket) -> None:
    """Close both directions, also for a thread that waits in `recv`."""
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        one.close()


@contextmanager
def wire_to(url: str) -> Iterator[Wire]:
    wire = Wire(url)
    try:
        yield wire
    finally:
        wire.close()
