#!/bin/sh
# All checks, one line each; every one runs even when an earlier one failed, and the sum decides.
set -u
cd "$(dirname "$0")/.."
export PYTHONPATH=src DJANGO_SETTINGS_MODULE=shouwang.conf.settings
failed=""

check() {
    name=$1
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        printf 'ok      %s\n' "$name"
    else
        printf 'FAILED  %s\n' "$name"
        cat "$log"
        failed="$failed $name"
    fi
    rm -f "$log"
}

check lint .venv/bin/ruff check .
check format .venv/bin/ruff format --check .
check types .venv/bin/mypy
check layers .venv/bin/lint-imports
check packs .venv/bin/shouwang pack check
check migrations .venv/bin/python -m django makemigrations --check --dry-run
check docs .venv/bin/python scripts/write_docs.py --check
check lock .venv/bin/uv lock --check --offline

[ -z "$failed" ] || { printf '\nfailed:%s\n' "$failed"; exit 1; }
