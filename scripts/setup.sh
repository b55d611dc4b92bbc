#!/bin/sh
# Make .venv: a Python that fits, every dependency of requirements.lock by its hash, then tieline.
# Plain sh and no GNU flags, so that it runs on macOS as well.
set -eu
cd "$(dirname "$0")/.."
venv=.venv

say() { printf '%s\n' "$*" >&2; }

fits() {
    "$@" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

has_pip() { "$venv/bin/python" -m pip --version >/dev/null 2>&1; }

# Debian splits ensurepip from python3: then pip comes from virtualenv, uv or the system's pip.
make_venv() {
    "$1" -m venv --clear "$venv" >/dev/null 2>&1 && has_pip && return
    "$1" -m virtualenv --clear "$venv" >/dev/null 2>&1 && has_pip && return
    if command -v uv >/dev/null 2>&1; then
        uv venv --clear --seed --python "$1" "$venv" >/dev/null 2>&1 && has_pip && return
    fi
    "$1" -m venv --clear --without-pip "$venv" >/dev/null 2>&1 || return 1
    "$1" -m pip --python "$venv/bin/python" install pip >/dev/null 2>&1 && has_pip
}

if ! { fits "$venv/bin/python" && has_pip; }; then
    unusable=""
    made=""
    for python in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
        fits "$python" || continue
        if make_venv "$python"; then
            made=$python
            break
        fi
        unusable="$unusable $python"
    done
    if [ -z "$made" ] && [ -n "$unusable" ]; then
        rm -rf "$venv"
        say "Found$unusable, but it cannot make a virtual environment (it lacks ensurepip)."
        say "On Debian or Ubuntu: sudo apt-get install python3-venv   Then run make setup again."
        exit 2
    fi
    if [ -z "$made" ]; then
        say "tieline needs Python 3.11, 3.12 or 3.13; none was found."
        say "Debian, Ubuntu: sudo apt-get install python3 python3-venv   macOS: brew install python@3.13"
        say "A Python that is not on the path: make setup PYTHON=/path/to/python3"
        exit 2
    fi
    say "Made $venv with $made ($("$venv/bin/python" -V))."
fi

say "Installing what requirements.lock names, each file checked by its hash ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r requirements.lock </dev/null
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --no-build-isolation -e . </dev/null
