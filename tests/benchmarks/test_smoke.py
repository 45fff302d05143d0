"""The benchmark itself, at a small size: independent ways must find the same, to the last value."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from benchmarks.benefits import compared
from benchmarks.benefits import job_for as benefits_job_for
from benchmarks.benefits_policy import AS_OF, measured_pack
from benchmarks.benefits_ways import computed
from benchmarks.curves import draw, points, taken
from benchmarks.peers_rules import rules
from benchmarks.screening import job_for
from benchmarks.screening_ways import by_hand, differences, hits_hash, in_pandas, needed_columns, ours
from shouwang.engine.nodes import ParameterRef, walk

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bench")


def test_rules_of_the_benchmark_are_all_of_the_pack(folder):
    job, told = job_for(5_000, folder)

    assert len(job.findings) == len({finding.name for finding in job.findings}) >= 60
    assert len({finding.definition.factor.partition(".")[0] for finding in job.findings}) >= 4
    assert told["feeds_read"] >= 12


def test_quick_run_finds_the_same_on_duckdb_pandas_and_postgresql(folder):
    call = [sys.executable, "benchmarks/run.py", "--quick", "--only", "screening", "--folder", str(folder)]
    folder.chmod(0o755)
    done = subprocess.run([*call, "--results", str(folder / "RESULTS.md")], capture_output=True, text=True, cwd=ROOT)

    assert done.returncode == 0, done.stderr
    ways = json.loads((folder / "quick/screening.json").read_text())["ways"]
    assert ways["pandas"]["hash"] == ways["postgres"]["hash"] == ways["ours"]["hash"]
    by_hand = {way: ways[way]["differences"] for way in ("sql_by_hand", "polars", "openfisca", "orm")}
    assert by_hand == dict.fromkeys(by_hand, 0)
    assert 0 < ways["orm"]["hits"] < ways["ours"]["hits"]
    assert ways["orm"]["share"] < 1
    assert ways["ours"]["hits"] > 300
    assert "faster than pandas" in (folder / "RESULTS.md").read_text()


def test_a_hit_that_another_way_lacks_is_counted(folder):
    job, _ = job_for(5_000, folder)
    one, other = replace(job, way="ours"), replace(job, way="other")
    ours(one)
    hits = pq.read_table(one.hits)
    pq.write_table(hits.slice(1), other.hits)

    assert differences(one.hits, one.hits) == 0
    assert differences(one.hits, other.hits) == 1


def test_rules_written_by_hand_are_those_of_the_pack(folder):
    job, _ = job_for(5_000, folder)

    written = by_hand(job)

    assert len(written) == len(rules()) == len(job.findings)
    assert [len(rule.levels) for rule in written] == [len(finding.conditions) for finding in job.findings]
    assert [rule.shown for rule in written] == [tuple(finding.evidence) for finding in job.findings]


def test_quick_run_of_benefits_finds_the_same_in_openfisca(folder):
    call = [sys.executable, "benchmarks/run.py", "--quick", "--only", "benefits", "--folder", str(folder)]
    done = subprocess.run([*call, "--results", str(folder / "BENEFITS.md")], capture_output=True, text=True, cwd=ROOT)

    assert done.returncode == 0, done.stderr
    found = json.loads((folder / "quick/benefits.json").read_text())
    assert len(found["compared"]) == found["benefits"] == 22
    assert found["differences"] == 0
    assert sum(one["entitled"] for one in found["compared"].values()) > 1_000
    assert sum(one["cannot_tell"] for one in found["compared"].values()) > 500
    assert "rows that OpenFisca tells otherwise" in (folder / "BENEFITS.md").read_text()


def test_one_fen_more_in_openfisca_ends_the_benchmark(folder):
    job = benefits_job_for(5_000, folder)
    job.way = "frozen"
    computed(job)()
    ours = pq.read_table(job.found)
    ids = pc.coalesce(ours["resident_id"], ours["household_id"])
    cents = pc.cast(pc.multiply(ours["amount"], 100), pa.int64())
    theirs = pa.table({"benefit": ours["benefit"], "id": ids, "outcome": ours["outcome"], "amount": cents})
    job.way = "openfisca"
    pq.write_table(theirs, job.found)

    same = compared(job, ["frozen", "openfisca"])
    first = pc.index(pc.is_valid(cents), True).as_py()
    moved = pa.array([cents[first].as_py() + 1])
    parts = [cents.slice(0, first), moved, cents.slice(first + 1)]
    amounts = pa.concat_arrays([part for one in parts for part in getattr(one, "chunks", [one])])
    pq.write_table(theirs.set_column(3, "amount", amounts), job.found)

    assert not any(one["differences"] for one in same.values())
    with pytest.raises(SystemExit, match="OpenFisca does not find the same"):
        compared(job, ["frozen", "openfisca"])


def test_every_number_that_the_measured_benefits_read_is_known():
    program = measured_pack().program(AS_OF)
    nodes = [node for benefit in program.benefits.values() for node in benefit.nodes]
    nodes += [fact.node for fact in program.facts_needed(nodes).values()]
    read = {part.name for node in nodes for part in walk(node) if isinstance(part, ParameterRef)}

    unknown = [name for name in sorted(read) if program.parameters[name].at("431002") is None]

    assert len(program.benefits) == 22
    assert unknown == []


def test_quick_run_of_a_simulation_finds_the_same_with_and_without_cache(folder):
    call = [sys.executable, "benchmarks/run.py", "--quick", "--only", "simulation", "--folder", str(folder)]
    done = subprocess.run([*call, "--results", str(folder / "SIMULATION.md")], capture_output=True, text=True, cwd=ROOT)

    assert done.returncode == 0, done.stderr
    ways = json.loads((folder / "quick/simulation.json").read_text())["ways"]
    assert ways["filled"]["hits"] == ways["empty"]["hits"] > 0
    assert "the whole table, in a worker that is ready" in (folder / "SIMULATION.md").read_text()


def test_what_no_feed_says_is_unknown_to_pandas_as_well(folder):
    job, told = job_for(5_000, folder)
    kept = {n: t for n, t in job.frozen.tables.items() if n not in ("employment", "medical_settlements", "disasters")}
    job = replace(job, frozen=replace(job.frozen, tables=kept), folder=folder)

    ours(job)
    found = hits_hash(job.hits)
    in_pandas(job, needed_columns(job))

    assert told["feeds_read"] >= 12
    assert hits_hash(job.hits) == found


def size(residents, floor, ours):
    ways = {"floor": {"seconds": floor, "peak_mb": 200}, "ours": {"seconds": ours, "peak_mb": 700}}
    for told in ways.values():
        told |= {"range": [1, 2], "cpu_seconds": 1, "runs": 3}
    return {"residents": residents, "ways": ways}


def test_the_curves_show_each_size_of_both_ways(tmp_path):
    report = size(1_000_000, 0.4, 1.2) | {"rules": 70, "larger": [size(10_000_000, 4, 13)]}
    sizes = taken(report, [], "2026-11-22")

    assert points(sizes, "seconds") == {
        "floor": [(1_000_000, 0.4), (10_000_000, 4)],
        "ours": [(1_000_000, 1.2), (10_000_000, 13)],
    }
    assert points(sizes, "floor") == {"ours": [(1_000_000, pytest.approx(3)), (10_000_000, 3.25)]}
    assert draw(sizes, tmp_path)
    assert (tmp_path / "growth-seconds.svg").read_text().count("<circle ") == 4
    assert (tmp_path / "growth-floor.svg").read_text().count("<circle ") == 2


def test_a_new_report_replaces_its_own_sizes_and_no_others():
    first = taken(size(1_000_000, 0.4, 1.2) | {"rules": 70, "larger": [size(30_000_000, 9, 40)]}, [], "2026-11-22")

    sizes = taken(size(1_000_000, 0.3, 1.1) | {"rules": 70}, first, "2026-11-23")

    told = [(one["residents"], one["measured"], one["ways"]["ours"]["seconds"]) for one in sizes]
    assert told == [(1_000_000, "2026-11-23", 1.1), (30_000_000, "2026-11-22", 40)]
    assert not draw(sizes[:1])


def test_the_pictures_in_docs_are_those_of_the_figures_kept(tmp_path):
    draw(json.loads((ROOT / "benchmarks/growth.json").read_text()), tmp_path)

    for made in tmp_path.iterdir():
        assert made.read_text() == (ROOT / "docs/images" / made.name).read_text(), (
            f"run benchmarks/curves.py: {made.name}"
        )
