"""Where a cut answer goes on: the sequence it was read at, and a place in its order."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from tieline.errors import UsageError
from tieline.values import stamp


@dataclass(frozen=True, slots=True)
class Cursor:
    """Skip `skip` rows whose interval starts at `at`, of the answer at `sequence`.

    At one sequence an answer never changes, so the place is exact; `at` narrows the window, so that
    page after page costs no more than the first. None is the rows without an interval, which come last.
    """

    sequence: int
    at: datetime | None
    skip: int

    def encode(self) -> str:
        fields = [self.sequence, None if self.at is None else stamp(self.at), self.skip]
        return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")


def decode_cursor(text: str) -> Cursor:
    """Raises: UsageError if the text was not made by `Cursor.encode`."""
    try:
        sequence, at, skip = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        place = None if at is None else datetime.fromisoformat(at)
        if (place is not None and place.utcoffset() is None) or min(int(sequence), int(skip)) < 0:
            raise ValueError("out of range")
        return Cursor(int(sequence), place, int(skip))
    except (ValueError, TypeError, binascii.Error) as error:
        raise UsageError(f"{text!r} is no cursor; take `next` from the answer before") from error
