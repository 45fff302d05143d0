"""Benchmarks of scale at a small size: they run, and what they compare is the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.cluster import overtaking
from benchmarks.crowd import figures
from benchmarks.febrl import quality
from benchmarks.results_scale import febrl
from benchmarks.startup import installed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("scale")
    made.chmod(0o755)
    return made


def quick(name, folder):
    call = [sys.executable, "benchmarks/run.py", "--quick", "--only", name, "--folder", str(folder)]
    done = subprocess.run([*call, "--results", str(folder / f"{name}.md")], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found = json.loads((folder / f"quick/{name}.json").read_text())
    return found, (folder / f"{name}.md").read_text()


def test_a_small_delivery_is_read_linked_stored_and_handed_over_both_ways(folder):
    found, page = quick("delivery", folder)

    ways = found["ways"]
    assert ways["csv"]["accepted"] == ways["csv gb18030"]["accepted"] == 4990
    assert ways["xlsx"]["rows"] == 1000
    assert ways["whole"]["linked"] > 4300  # a tenth are strangers, or wait for a person
    assert ways["to postgres, adbc"]["rows"] == ways["from postgres, adbc"]["rows"] == 5000
    assert "csv, UTF-8: read and checked" in page


def test_a_feed_that_arrives_leads_to_what_a_run_from_nothing_finds(folder):
    found, page = quick("arrival", folder)

    assert found["same_bytes"] is True
    assert found["accepted"] == 200
    assert found["warnings"] > 100
    assert "published after receipt" in page


def test_a_cluster_overtakes_where_its_fixed_part_is_won_back():
    sizes = {
        str(n): {"ours": {"seconds": 1 + n / 1e6}, "spark": {"seconds": 20 + 4 * n / 1e6}}
        for n in (1_000_000, 2_000_000)
    }
    found = overtaking(sizes)

    # 19 s more to begin with, and 0.5 s a million residents quicker on 16 cores
    assert found["overtakes_at"]["16"] == 38_000_000
    assert found["lines"]["spark"] == {"fixed_s": 20.0, "per_million_s": 4.0}


def test_one_slow_page_in_a_hundred_moves_no_95th_percentile_and_one_failed_one_is_told():
    answers = [{"page": "case", "waited_ms": 10.0, "served_ms": 5.0, "failed": ""} for _ in range(99)]
    answers.append({"page": "dashboard", "waited_ms": 900.0, "served_ms": None, "failed": "503"})

    found = figures(answers, 10)

    assert (found["waited_p95_ms"], found["failed"], found["per_second"]) == (10.0, 1, 10.0)
    assert found["dashboards"]["waited_p95_ms"] == 900.0
    assert found["wrong"] == {"dashboard: 503": 1}


def test_what_is_installed_is_weighed_with_all_that_it_needs():
    found = installed()

    assert found["packages"] > 40
    assert {"duckdb", "pyarrow"} <= set(found["heaviest_mb"])


def test_every_linker_stands_beside_ours_on_both_sets():
    told = {"seconds": 1.0, "range": [1.0, 1.0], "runs": 1, "precision": 1.0, "recall": 0.99, "f1": 0.995}
    told |= {"wrong": 0, "proposed": 2, "proposed_right": 1}
    ways = dict.fromkeys(("shouwang", "splink defaults", "recordlinkage"), told)
    report = {"records": 5, "ways": ways, "command": "c", "measured": "m", "load": [0, 0]}
    report["pseudopeople"] = {"records": 7, "residents": 9, "ways": ways}

    page = "\n".join(febrl(report))

    assert page.count("| recordlinkage | 1.0 | 1.0000 | 0.9900 | 0.9950 | 0 | 2 | 1 |") == 2
    assert "7 people of a census sought on a social security list of 9" in page


def test_recall_counts_those_who_can_be_found():
    listed = [{"rec_id": f"person-{one}"} for one in "ABC"]
    counted = [{"rec_id": f"person-{one}"} for one in "BAXC"]

    found = quality([(0, 1), (1, 2)], [(3, 2)], listed, counted)

    assert (found["precision"], found["recall"]) == (0.5, round(1 / 3, 5))
    assert (found["wrong"], found["proposed"], found["proposed_right"]) == (1, 1, 1)
