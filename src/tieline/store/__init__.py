"""Bytes at rest: the raw store of payloads and the sidecars of observations."""

from tieline.store.raw import RawStats, RawStore
from tieline.store.sidecar import Origin, Sidecar, SidecarStore

__all__ = ["Origin", "RawStats", "RawStore", "Sidecar", "SidecarStore"]
