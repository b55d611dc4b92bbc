"""Late corrections: a finished day's file changes once more, days later, and stays so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

from tieline.emulate import archive, damage
from tieline.emulate.faults import Fault, Faults
from tieline.emulate.noise import chance
from tieline.emulate.site import CSV, ZIP, File, Site

_DAY = 86400


@dataclass(frozen=True, slots=True)
class Corrections:
    """The late corrections of one publisher under one plan of faults."""

    seed: int
    publisher: str
    site: Site
    faults: Faults

    def file(self, path: str, second: int) -> File | None:
        """The file with every correction that has come by then; archives hold them too."""
        file = self.site.file(path, second)
        if file is None or not self.faults.corrections():
            return file
        if file.media_type != ZIP:
            return self._plain(path, file, second)
        return self._packed(str(PurePosixPath(path).parent), file, second)

    def _plain(self, path: str, file: File, second: int) -> File:
        dated = self.site.dated(path)
        if dated is None:
            return file
        for fault in self.faults.corrections():
            draws = fault.draws(self.seed, f"/{self.publisher}/{path}", 0)
            wait = chance(self.seed, f"{draws.stream} wait", draws.path)
            at = dated.ends + _DAY + 2 * int(wait * 2 * _DAY)
            if at > second or not self._strikes(fault, path, at, draws.stream, draws.path):
                continue
            body = damage.corrected(dated.values)(file.body, draws)
            if body is not None:
                file = File(body, CSV, max(file.modified or at, at))
        return file

    def _strikes(self, fault: Fault, path: str, at: int, stream: str, key: int) -> bool:
        moment = datetime.fromtimestamp(at, UTC)
        concerned = fault.concerns(f"/{self.publisher}/{path}", moment)
        return concerned and chance(self.seed, stream, key) < fault.rate

    def _packed(self, folder: str, file: File, second: int) -> File:
        members = []
        written = file.modified or 0
        for name, modified, data in archive.unpacked(file.body):
            plain = self._plain(f"{folder}/{name}", File(data, CSV, None), second)
            if plain.modified is not None:
                modified = self.site.archive_clock(plain.modified)
                written = max(written, plain.modified)
            members.append(archive.member(name, modified, plain.body))
        members.sort(key=lambda one: (one.modified, one.name))
        return File(archive.archive(members), ZIP, written)
