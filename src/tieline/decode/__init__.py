"""Bytes to tables in the publisher's own words."""

from tieline.decode.documents import documents
from tieline.decode.read import read

__all__ = ["documents", "read"]
