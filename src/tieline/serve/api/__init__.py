"""The HTTP API."""

from tieline.serve.api.app import create_app
from tieline.serve.api.desk import Mode

__all__ = ["Mode", "create_app"]
