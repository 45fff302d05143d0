#!/bin/sh
# Makes .venv with everything locked in uv.lock. Nothing has to be installed by hand first, as root or not.
#   scripts/bootstrap.sh run    what the program needs
#   scripts/bootstrap.sh dev    and what tests and checks need
# A stamp of uv.lock and pyproject.toml lets a second call end at once.
set -eu
cd "$(dirname "$0")/.."

mode=${1:-run}
venv=.venv
uv_release='uv>=0.9,<1'
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1
# Compiled once here: whoever may not write into the environment, as a service should not, would compile at every start.
export UV_COMPILE_BYTECODE=1

say() { printf '%s\n' "$*" >&2; }
fail() { say "bootstrap: $*"; exit 1; }

wanted() { cat uv.lock pyproject.toml scripts/bootstrap.sh | cksum; }
stamped() { [ -f "$venv/.stamp-$1" ] && [ "$(cat "$venv/.stamp-$1")" = "$(wanted)" ]; }

# ---------------------------------------------------------------- an interpreter
recent() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if command -v "$name" >/dev/null 2>&1 && recent "$name"; then
            echo "$name"
            return
        fi
    done
    fail "no Python 3.11 or newer was found; install one (Debian: apt-get install python3, macOS: brew install python) or name it: make PYTHON=/path/to/python3.12"
}

apt_as_root() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    say "bootstrap: apt-get install $*"
    DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null && \
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

# ------------------------------------------------------------- a virtual environment
# Debian's Python comes without ensurepip; python3-venv has it. Where that cannot be installed (not root), a pip
# outside the environment can fill it just as well, and so can a uv that is already there.
make_venv() {
    python=$(find_python)
    rm -rf "$venv"
    say "bootstrap: making $venv with $("$python" --version 2>&1)"
    "$python" -m venv "$venv" >/dev/null 2>&1 && return
    rm -rf "$venv"
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if apt_as_root "python$version-venv" || apt_as_root python3-venv; then
        "$python" -m venv "$venv" >/dev/null 2>&1 && return
        rm -rf "$venv"
    fi
    "$python" -m venv --without-pip "$venv" >/dev/null 2>&1 || fail "$python cannot make a virtual environment; install its venv module (Debian: sudo apt-get install python3-venv)"
    if ! command -v uv >/dev/null 2>&1 && ! "$python" -m pip --version >/dev/null 2>&1; then
        rm -rf "$venv"
        fail "$python has neither ensurepip nor pip, and this user may not install them; run 'sudo apt-get install python3-venv' once and call make again"
    fi
}

get_uv() {
    [ -x "$venv/bin/uv" ] && return
    if "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$venv/bin/python" -m pip install -q "$uv_release"
    elif command -v uv >/dev/null 2>&1; then
        ln -s "$(command -v uv)" "$venv/bin/uv"
    else
        "$(find_python)" -m pip --python "$venv/bin/python" install -q "$uv_release"
    fi || fail "pip could not install uv; check that this machine reaches its package index (pip config list)"
}

# -------------------------------------------------------------------- the packages
# uv reads its own settings, not pip's. Where pip is told to use another index (a mirror inside the county's network),
# the locked versions are taken from there, with their hashes checked; else uv takes them from where the lock says.
pip_setting() { "$venv/bin/python" -m pip config get "global.$1" 2>/dev/null || true; }

mirror() { echo "${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(pip_setting index-url)}}"; }

install_locked() {
    index=$(mirror)
    if [ -z "$index" ]; then
        "$venv/bin/uv" sync -q --frozen --inexact "$@"
        return
    fi
    say "bootstrap: taking packages from the configured index"
    "$venv/bin/uv" export -q --frozen --no-emit-project "$@" -o "$venv/locked.txt" >/dev/null
    "$venv/bin/uv" pip install -q --python "$venv/bin/python" --default-index "$index" --require-hashes -r "$venv/locked.txt"
    "$venv/bin/uv" pip install -q --python "$venv/bin/python" --default-index "$index" --no-deps --editable .
}

groups() {
    [ "$mode" = dev ] && echo "--group dev"
    # The few browser assets that no wheel ships come from npm; where no Node is, from the one in a wheel.
    command -v npm >/dev/null 2>&1 || echo "--group node"
}

main() {
    case $mode in run | dev) ;; *) fail "unknown mode $mode; use run or dev" ;; esac
    if [ -x "$venv/bin/python" ] && "$venv/bin/python" -c '' 2>/dev/null; then
        stamped dev && return
        [ "$mode" = run ] && stamped run && return
    else
        make_venv
    fi
    get_uv
    say "bootstrap: installing the locked packages ($mode)"
    # shellcheck disable=SC2046
    install_locked $(groups) || fail "the locked packages could not be installed; the message above says why"
    wanted >"$venv/.stamp-$mode"
}

main
