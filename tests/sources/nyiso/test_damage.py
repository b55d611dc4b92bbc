"""Damaged bytes are refused or counted; they never break anything and never go missing."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from tieline.decode import documents
from tieline.errors import SourceError
from tieline.values import Verdict

Take = Callable[..., Verdict]

HEADER = '"Time Stamp","Time Zone","Name","PTID","Load"\r\n'
LINES = "".join(
    f'"11/02/2025 01:{minute:02}:00","{zone}","{name}",{ptid},{minute}.25\r\n'
    for zone in ("EDT", "EST")
    for minute in range(0, 60, 5)
    for name, ptid in (("WEST", 61752), ("MHK VL", 61756))
)
WHOLE = (HEADER + LINES).encode()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to five accidents."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(made) or 1)
        accident = chance.randrange(5)
        if accident == 0 and made:
            made[at] = chance.randrange(256)
        elif accident == 1:
            del made[at : at + chance.randint(1, 40)]
        elif accident == 2:
            made[at:at] = bytes(chance.choice(b'",\n\r 0<') for _ in range(3))
        elif accident == 3:
            made[at:at] = made[: chance.randint(0, 200)]
        else:
            del made[max(at, 1) :]
    return bytes(made)


@pytest.mark.parametrize("packed", [False, True])
def test_damage_is_refused_or_counted(take: Take, packed: bool) -> None:
    chance = random.Random(20251102)
    data = WHOLE
    if packed:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("20251102pal.csv", (2025, 11, 3, 0, 10, 0)), WHOLE)
        data = held.getvalue()
    read, refused = 0, 0
    for _ in range(150):
        try:
            for document in documents(damaged(data, chance)):
                verdict = take("P-58B", document.data, day=date(2025, 11, 2))
                assert verdict.rows["load_mw"].is_finite().all()
                read += 1
        except SourceError:
            refused += 1
    assert refused > 20
    assert packed or read > 0
