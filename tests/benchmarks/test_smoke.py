"""The benchmark itself, at a small size: three independent engines must find the same, to the last value."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.screening import RULES, job_for
from benchmarks.screening_ways import hits_hash, in_pandas, needed_columns, ours

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bench")


def test_rules_of_the_benchmark_cover_every_group():
    named = [name for names in RULES.values() for name in names]

    assert len(named) == len(set(named)) == 40
    assert len(RULES) == 10


def test_quick_run_finds_the_same_on_duckdb_pandas_and_postgresql(folder):
    call = [sys.executable, "benchmarks/run.py", "--quick", "--only", "screening", "--folder", str(folder)]
    folder.chmod(0o755)
    done = subprocess.run([*call, "--results", str(folder / "RESULTS.md")], capture_output=True, text=True, cwd=ROOT)

    assert done.returncode == 0, done.stderr
    ways = json.loads((folder / "quick/screening.json").read_text())["ways"]
    assert ways["pandas"]["hash"] == ways["postgres"]["hash"] == ways["ours"]["hash"]
    assert ways["ours"]["hits"] > 300
    assert "faster than pandas" in (folder / "RESULTS.md").read_text()


def test_what_no_feed_says_is_unknown_to_pandas_as_well(folder):
    job, told = job_for(5_000, folder)
    kept = {n: t for n, t in job.frozen.tables.items() if n not in ("employment", "medical_settlements", "disasters")}
    job = replace(job, frozen=replace(job.frozen, tables=kept), folder=folder)

    ours(job)
    found = hits_hash(job.hits)
    in_pandas(job, needed_columns(job))

    assert told["feeds_read"] >= 12
    assert hits_hash(job.hits) == found
