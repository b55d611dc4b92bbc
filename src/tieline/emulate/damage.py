"""Ways to spoil the bytes of a file: pure functions of the bytes and a stream of draws.

Each gives the spoiled bytes, or None where this damage cannot be done to this file. Lines are
damaged as the publisher would print them: quotes and line ends stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tieline.emulate.noise import chance

PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Scheduled maintenance</title></head>\n"
    b"<body><h1>We will be back shortly</h1></body></html>\n"
)
ERROR_TEXT = b"ORA-12170: TNS:Connect timeout occurred\r\nReport could not be generated.\r\n"


@dataclass(frozen=True, slots=True)
class Draws:
    """Choices that depend only on the fault, the address and the instant."""

    seed: int
    stream: str
    path: int
    second: int

    def pick(self, name: str, count: int) -> int:
        """One of `count` things, for the choice called `name`."""
        draw = chance(self.seed, f"{self.stream} {name}", self.path, self.second)
        return int(draw * count)


Damage = Callable[[bytes, Draws], bytes | None]


def renamed_column(data: bytes, draws: Draws) -> bytes | None:
    """The last column's name gets a word in front."""
    header, rows = _split(data)
    cells, end = _cells(header)
    name = cells[-1].strip('"')
    cells[-1] = cells[-1].replace(name, f"Average {name}")
    return _joined(_line(cells, end), rows)


def added_column(data: bytes, draws: Draws) -> bytes | None:
    """A column nobody announced, at the end or in the middle."""
    header, rows = _split(data)
    cells, _ = _cells(header)
    place = len(cells) if draws.pick("place", 2) else 2
    quote = '"' if cells[0].startswith('"') else ""
    words = (f"{quote}Quality{quote}", f"{quote}GOOD{quote}")

    def widened(line: str, word: str) -> str:
        parts, end = _cells(line)
        return _line([*parts[:place], word, *parts[place:]], end)

    return _joined(widened(header, words[0]), [widened(row, words[1]) for row in rows])


def split_column(data: bytes, draws: Draws) -> bytes | None:
    """The time stamp falls apart into a date column and a time column."""
    header, rows = _split(data)
    quote = '"' if header.startswith('"') else ""
    cells, end = _cells(header)
    parted = _line([f"{quote}Date{quote}", f"{quote}Time{quote}", *cells[1:]], end)
    return _joined(parted, [row.replace(" ", f"{quote},{quote}", 1) for row in rows])


def duplicated_interval(data: bytes, draws: Draws) -> bytes | None:
    """The rows of one stamp stand twice."""
    header, rows = _split(data)
    if not rows:
        return None
    first, last = _run(rows, draws.pick("row", len(rows)))
    return _joined(header, [*_ended(rows, last), *rows[first:]])


def missing_interval(data: bytes, draws: Draws) -> bytes | None:
    """The rows of one stamp are not there."""
    header, rows = _split(data)
    if not rows:
        return None
    first, last = _run(rows, draws.pick("row", len(rows)))
    return _joined(header, [*rows[:first], *rows[last:]])


def shrunk(data: bytes, draws: Draws) -> bytes | None:
    """The last tenth to half of the rows is gone, as in an older copy of the file."""
    header, rows = _split(data)
    kept = len(rows) * (50 + draws.pick("share", 40)) // 100
    if kept == len(rows):
        return None
    first, _ = _run(rows, kept)
    return _joined(header, rows[:first])


def text_in_number(data: bytes, draws: Draws) -> bytes | None:
    """One number is a word."""
    header, rows = _split(data)
    if not rows:
        return None
    place = draws.pick("row", len(rows))
    cells, end = _cells(rows[place])
    cells[-1] = ("N/A", "ERROR", "#VALUE!", "--")[draws.pick("word", 4)]
    return _joined(header, [*rows[:place], _line(cells, end), *rows[place + 1 :]])


def impossible_stamp(data: bytes, draws: Draws) -> bytes | None:
    """The rows of one stamp carry a time that no calendar has."""
    header, rows = _split(data)
    if not rows:
        return None
    first, last = _run(rows, draws.pick("row", len(rows)))
    stamp = rows[first].split(",", 1)[0].strip('"')
    if " " not in stamp:
        return None
    day, clock = stamp.split(" ", 1)
    wrong = (f"13/32{day[5:]} {clock}", f"{day} 25{clock[2:]}", f"{day} {clock[:3]}61{clock[5:]}")
    bad = wrong[draws.pick("kind", 3)]
    spoiled = [row.replace(stamp, bad, 1) for row in rows[first:last]]
    return _joined(header, [*rows[:first], *spoiled, *rows[last:]])


def truncated(data: bytes, draws: Draws) -> bytes | None:
    """The bytes end too early, never at the end of a line."""
    if len(data) < 8:
        return None
    cut = len(data) * (20 + draws.pick("share", 75)) // 100
    while cut > 1 and data[cut - 1 : cut] in b"\r\n":
        cut -= 1
    return data[: cut - 1] if data[cut : cut + 1] in (b"\r", b"\n") else data[:cut]


def html_200(data: bytes, draws: Draws) -> bytes | None:
    """A maintenance page instead of the file."""
    return PAGE


def empty_200(data: bytes, draws: Draws) -> bytes | None:
    """Nothing."""
    return b""


def error_text(data: bytes, draws: Draws) -> bytes | None:
    """What a failing report generator wrote into the file."""
    return PAGE if draws.pick("page", 2) else ERROR_TEXT


def corrected(columns: tuple[int, ...]) -> Damage:
    """A later version in which the numbers of one stamp are higher by one."""

    def raised(data: bytes, draws: Draws) -> bytes | None:
        header, rows = _split(data)
        if not rows:
            return None
        first, last = _run(rows, draws.pick("row", len(rows)))
        return _joined(header, [*rows[:first], *_raised(rows[first:last], columns), *rows[last:]])

    return raised


def _raised(rows: list[str], columns: tuple[int, ...]) -> Iterator[str]:
    for row in rows:
        cells, end = _cells(row)
        for column in columns:
            whole, point, rest = cells[column].partition(".")
            if whole.isdigit():
                cells[column] = f"{int(whole) + 1}{point}{rest}"
        yield _line(cells, end)


def _split(data: bytes) -> tuple[str, list[str]]:
    lines = data.decode().splitlines(keepends=True)
    return (lines[0], lines[1:]) if lines else ("", [])


def _joined(header: str, rows: list[str]) -> bytes:
    return (header + "".join(rows)).encode()


def _cells(line: str) -> tuple[list[str], str]:
    body = line.rstrip("\r\n")
    return body.split(","), line[len(body) :]


def _line(cells: list[str], end: str) -> str:
    return ",".join(cells) + end


def _run(rows: list[str], place: int) -> tuple[int, int]:
    """The neighbouring rows that share the stamp of the row at `place`."""
    stamp = rows[place].split(",", 1)[0]
    first = last = place
    while first > 0 and rows[first - 1].startswith(stamp):
        first -= 1
    while last < len(rows) and rows[last].startswith(stamp):
        last += 1
    return first, last


def _ended(rows: list[str], last: int) -> list[str]:
    """The first rows, the last of them closed by a line end although the file may lack its own."""
    kept = rows[:last]
    if not kept[-1].endswith("\n"):
        kept[-1] += "\r\n" if kept[0].endswith("\r\n") else "\n"
    return kept
