"""Bytes at rest: the raw store of payloads and the sidecars of observations."""

from tieline.store.raw import RawStats, RawStore
from tieline.store.sidecar import Failure, Origin, Sidecar
from tieline.store.sidecars import SidecarStore

__all__ = ["Failure", "Origin", "RawStats", "RawStore", "Sidecar", "SidecarStore"]
