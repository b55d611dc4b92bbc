"""A file that grows, is rewritten and corrected: every version of it from one description.

A file is a header and blocks in print order, a block the lines of one stamp. Each block has
versions; as of an instant the newest version that was written by then stands in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieline.emulate.noise import Ints


@dataclass(frozen=True, slots=True)
class Version:
    """The lines of one stamp from the second `since` on; `advisory` if a look-ahead run made them."""

    since: int
    text: bytes
    advisory: bool = False


Block = tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What a file holds as of an instant, and when it was last written."""

    body: bytes
    modified: int


@dataclass(frozen=True, slots=True)
class Growing:
    """One dated file through its life.

    `closed` is the last write of an ordinary day, which changes nothing but the file's time; None
    for a file that is written in one go. `unended` drops the line end of the last line.
    """

    header: bytes
    blocks: tuple[Block, ...]
    closed: int | None = None
    unended: bool = False

    def view(self, at: int) -> View | None:
        """The file as of a second; None as long as it has not been written."""
        standing = [version for block in self.blocks if (version := _standing(block, at))]
        if not standing:
            return None
        written = max(version.since for version in standing)
        if self.closed is not None and self.closed <= at:
            written = max(written, self.closed)
        body = self.header + b"".join(version.text for version in standing)
        return View(body.rstrip(b"\r\n") if self.unended else body, written)

    def newest(self, at: int, *, advisory: bool = True) -> View | None:
        """Header and newest block alone, as the static files show it."""
        for block in reversed(self.blocks):
            version = _standing(block, at)
            if version and (advisory or not version.advisory):
                return View(self.header + version.text, version.since)
        return None


def grow(texts: Sequence[bytes], since: Ints) -> list[Block]:
    """Blocks that are written once, each at its second."""
    return [(Version(second, text),) for text, second in zip(texts, since.tolist(), strict=True)]


def preceded(block: Block, text: bytes, until: int) -> Block:
    """Let other lines stand in a block's place until its text is written at `until`.

    A block that was not there before `until` appears with its right text at once.
    """
    last = block[-1]
    if last.since >= until:
        return block
    return (*block[:-1], Version(last.since, text), Version(until, last.text))


def _standing(block: Block, at: int) -> Version | None:
    for version in reversed(block):
        if version.since <= at:
            return version
    return None
