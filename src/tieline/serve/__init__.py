"""Serving a lake: the HTTP API and the pages over it."""

from tieline.serve.api import create_app

__all__ = ["create_app"]
