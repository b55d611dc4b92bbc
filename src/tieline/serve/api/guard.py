"""What stands before every endpoint: keys, security headers, and the happening of an answer."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tieline.serve.api.refusals import refusal
from tieline.watch import Recorder, RequestAnswered

OPEN_PATHS = frozenset({"/healthz", "/readyz"})
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Asks for a key where keys are set, and adds what every answer carries.

    A key is shown as `Authorization: Bearer KEY` or `X-Api-Key: KEY`; a browser, which can show
    neither, asks its user and sends it as the password of `Authorization: Basic`.
    """

    def __init__(self, app: ASGIApp, recorder: Recorder, api_keys: Sequence[str]) -> None:
        self._app = app
        self._recorder = recorder
        self._keys = [key.encode() for key in api_keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if self._admits(scope):
                await self._app(scope, receive, dressed)
            else:
                challenge = {"WWW-Authenticate": 'Basic realm="tieline", charset="UTF-8"'}
                text = "show a key: Authorization: Bearer KEY, or X-Api-Key: KEY"
                await refusal("Refused", text, 401, challenge)(scope, receive, dressed)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            seconds = time.perf_counter() - started
            self._recorder.record(
                RequestAnswered(method=scope["method"], route=route, status=status, seconds=seconds)
            )

    def _admits(self, scope: Scope) -> bool:
        if not self._keys or scope["path"] in OPEN_PATHS:
            return True
        shown = shown_key(Headers(scope=scope)).encode()
        return sum(hmac.compare_digest(shown, key) for key in self._keys) > 0


def shown_key(headers: Headers) -> str:
    """The key that a request shows; empty if it shows none."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            _, _, password = base64.b64decode(rest).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return password
    return headers.get("x-api-key", "")
