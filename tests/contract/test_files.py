"""What may stand in a committed file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contract.tree import REPOSITORY, repository_files

# Written in two halves, so that this page does not hold what it forbids.
FORBIDDEN = tuple(
    re.compile(first + second)
    for first, second in (
        (r"(?<![\w.])/wo", r"rk/"),
        (r"(?<![\w.])/fa", r"rm/"),
        (r"(?<![\w.])/ro", r"ot/"),
        (r"(?<![\w.])/opt/whe", r"els"),
        (r"[.]libr", r"ary\b"),
        (r"--(extra-)?index", r"-url"),
        (r"--find", r"-links"),
        (r"pypi[.]", r"org"),
        (r"python", r"hosted[.]org"),
        (r"registry[.]npm", r"js"),
        (r"maven[.]apache[.]", r"org/maven2|repo1[.]maven"),
        (r"proxy[.]gol", r"ang[.]org"),
        (r"index[.]cra", r"tes[.]io"),
        (r"https?://[^\s\"')]+[.]", r"(whl|tgz|tar[.]gz|jar|deb)\b"),
        (r"\"reso", r"lved\":"),
    )
)
LARGEST = 600 * 1024


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in repository_files():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((path.relative_to(REPOSITORY), data.decode("utf-8")))
    return found


def test_no_path_of_a_machine_and_no_package_address_is_committed() -> None:
    found = [
        f"{path}:{number} {match.group()}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        for pattern in FORBIDDEN
        if (match := pattern.search(line))
    ]
    assert not found, "\n".join(found)


def test_no_sample_and_no_build_product_is_committed() -> None:
    large = [path for path in repository_files() if path.stat().st_size > LARGEST]
    assert not large


@pytest.mark.parametrize(
    "line",
    ["cd /wo" + "rk/main", '  "reso' + 'lved": "x"', "pip install --index" + "-url x"],
)
def test_the_patterns_find_what_they_forbid(line: str) -> None:
    assert any(pattern.search(line) for pattern in FORBIDDEN)


@pytest.mark.parametrize("line", ["src/works/x.py", "https://example.org/root/", ".cache/"])
def test_the_patterns_leave_other_words_alone(line: str) -> None:
    assert not any(pattern.search(line) for pattern in FORBIDDEN)


def test_the_lock_names_every_package_with_its_hashes_and_no_address() -> None:
    lock = (REPOSITORY / "requirements.lock").read_text("utf-8")
    packages = [block for block in re.split(r"\n(?=[A-Za-z0-9])", lock) if block.strip()]
    assert len(packages) > 20
    for block in packages:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^\s;]+", block), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), block
    assert "://" not in lock


def test_the_lock_has_every_dependency_of_the_project() -> None:
    lock = (REPOSITORY / "requirements.lock").read_text("utf-8").lower()
    named = re.findall(r'^    "([A-Za-z0-9._-]+)[>=<,\d.]*",?$', _project(), re.MULTILINE)
    assert len(named) > 20
    missing = [
        name for name in named if not re.search(rf"^{re.escape(name.lower())}==", lock, re.M)
    ]
    assert not missing


def _project() -> str:
    text = (REPOSITORY / "pyproject.toml").read_text("utf-8")
    return text[text.index("dependencies = [") : text.index("[tool.")]


def test_the_web_lock_has_every_integrity_and_no_address() -> None:
    lock = (REPOSITORY / "web" / "package-lock.json").read_text("utf-8")
    assert lock.count('"integrity": "sha512-') == len(
        re.findall(r'^    "node_modules/', lock, re.MULTILINE)
    )
