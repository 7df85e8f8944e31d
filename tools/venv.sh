#!/usr/bin/env bash
# Make the virtual environment .venv and install Basisbook into it, or say in one line what lacks.
# Usage: tools/venv.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3}

fail() {
    echo "basisbook: $1" >&2
    exit 1
}

command -v "$python" >/dev/null || fail "$python is not there; name one: make PYTHON=python3.12"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or later is needed and $python is older; name one: make PYTHON=python3.12"

# Debian ships Python without ensurepip, so that plain venv fails: each way is tried in turn.
make_venv() {
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1 && return
    rm -rf .venv
    "$python" -m virtualenv --quiet .venv 2>/dev/null && return
    rm -rf .venv
    "$python" -m venv --without-pip .venv 2>/dev/null &&
        "$python" -m pip --python .venv/bin/python install --quiet pip 2>/dev/null && return
    rm -rf .venv
    command -v uv >/dev/null && uv venv --quiet --seed --python "$python" .venv && return
    return 1
}

make_venv || fail "no virtual environment can be made; run once: sudo apt install python3-venv"
echo "basisbook: installing into .venv (once, about a minute)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' ||
    fail "the libraries could not be installed; see the lines above"
