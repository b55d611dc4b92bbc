"""Days of five-minute versions of one growing file, made up or cut from a real one."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

INTERFACES = (
    ("CENTRAL EAST - VC", 23330, 2175, -9999),
    ("DYSINGER EAST", 23326, 1500, -9999),
    ("MOSES SOUTH", 23319, 2850, -1600),
    ("SCH - HQ - NY", 23324, 1200, -500),
    ("SCH - NE - NY", 23318, 1400, -1600),
    ("SCH - NPX_1385", 325277, 200, -200),
    ("SCH - NPX_CSC", 325154, 330, -330),
    ("SCH - OH - NY", 23317, 1750, -1700),
    ("SCH - PJ - NY", 23316, 1950, -1350),
    ("SCH - PJM_HTP", 325905, 660, -660),
    ("SCH - PJM_NEPTUNE", 325305, 660, -660),
    ("SCH - PJM_VFT", 325658, 315, -315),
    ("SPR/DUN-SOUTH", 23320, 4600, -9999),
    ("TOTAL EAST", 23314, 6800, -9999),
    ("UPNY CONED", 23315, 5700, -9999),
    ("WEST CENTRAL", 23312, 9999, -9999),
)
HEADER = (
    b"Timestamp,Interface Name,Point ID,Flow (MWH),Positive Limit (MWH),Negative Limit (MWH)\r\n"
)


def made_up(seed: int = 1, versions: int = 288) -> list[bytes]:
    """Growing versions in the form of P-32: a random walk per interface."""
    chance = random.Random(seed)
    flows = [chance.uniform(low / 4, high / 2) for _, _, high, low in INTERFACES]
    stamp = datetime(2026, 11, 21)  # noqa: DTZ001 (wall time as the file prints it)
    out, text = [], HEADER
    for _ in range(versions):
        for number, (name, point, high, low) in enumerate(INTERFACES):
            flows[number] += chance.gauss(0, 25)
            line = f"{stamp:%m/%d/%Y %H:%M},{name},{point},{flows[number]:.2f},{high},{low}\r\n"
            text += line.encode()
        stamp += timedelta(minutes=5)
        out.append(text)
    return out


def cut(whole: bytes) -> list[bytes]:
    """The versions that a real day's file went through, one for each stamp in it."""
    lines = whole.splitlines(keepends=True)
    out = [
        b"".join(lines[:end])
        for end in range(2, len(lines))
        if lines[end].split(b",")[0] != lines[end - 1].split(b",")[0]
    ]
    return [*out, whole]
