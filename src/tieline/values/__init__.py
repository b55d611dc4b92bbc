"""What is handed from room to room."""

from tieline.values.payload import Basis, Document, Known, Payload, sha256
from tieline.values.reading import REJECTED, Verdict
from tieline.values.window import Slice, Window, stamp

__all__ = [
    "REJECTED",
    "Basis",
    "Document",
    "Known",
    "Payload",
    "Slice",
    "Verdict",
    "Window",
    "sha256",
    "stamp",
]
