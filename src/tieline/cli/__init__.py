"""Thin commands over the house: `tieline`, and `feeds` as a short word for `tieline feeds`."""

from tieline.cli.app import app, feeds_main, main

__all__ = ["app", "feeds_main", "main"]
