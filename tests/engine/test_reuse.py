"""What a run keeps for the next one: an unchanged feed is not summed again, and neither is anything for a changed rule."""

from dataclasses import replace
from datetime import date
from shutil import rmtree

import pyarrow.parquet as pq
import pytest

from shouwang.engine.backends.arrays import kept
from shouwang.engine.compiling import compile_program
from shouwang.engine.frozen import freeze
from shouwang.engine.model import FactDef, Kind, RuleDef
from shouwang.engine.program import Definitions
from shouwang.engine.running import execute
from shouwang.kernel.errors import InputError
from tests.spec.drawn import parameter, table
from tests.spec.vocabulary import SOURCES

AS_OF = date(2026, 11, 15)
TABLES = {
    "households": "household | place | savings\nH1 | 431003100200 | 100\nH2 | 522301100200 | 5",
    "residents": "resident | household | wage\nR1 | H1 | 50\nR2 | H2 | 60",
    "bills": "resident | paid_on | amount\nR1 | 2026-05-01 | 70\nR2 | 2026-05-01 | 20",
    "grants": "household | given_on | amount\nH1 | 2026-05-01 | 3",
}
FACTS = {
    "spent": FactDef("spent", "医疗费", "resident", Kind.MONEY, "sum_if(bills, amount, TRUE, last_months(12))"),
    "household_spent": FactDef(
        "household_spent", "全家医疗费", "household", Kind.MONEY, "sum_if(residents, spent, TRUE)"
    ),
    "granted": FactDef("granted", "救助", "household", Kind.MONEY, "sum_if(grants, amount, TRUE)"),
}
RULES = {
    "heavy": RuleDef("heavy", "重", "household", "expenditure.medical", {"red": "household_spent > line"}, (), "重"),
    "granted_much": RuleDef("granted_much", "多", "household", "income.other", {"yellow": "granted > 2"}, (), "多"),
}
PACK = Definitions(sources=SOURCES, parameters={"line": parameter("line", "money", 60)}, facts=FACTS, rules=RULES)


@pytest.fixture
def run(tmp_path):
    """Freeze and run with one cache; answers with the hits and with what came from the cache."""

    def run(pack=PACK, as_of=AS_OF, **tables):
        paths = {}
        for name, text in (TABLES | tables).items():
            paths[name] = tmp_path / f"{name}.parquet"
            pq.write_table(table(name, text), paths[name])
        register = {name: path for name, path in paths.items() if SOURCES[name].kind == "register"}
        feeds = {name: [path] for name, path in paths.items() if SOURCES[name].kind == "feed"}
        frozen = freeze(SOURCES, register, feeds, tmp_path / "cache")
        program = compile_program(pack, as_of)
        findings = [*program.rules.values()]
        outcome = execute(program, frozen, findings, tmp_path, outputs=["household_spent"], cache=tmp_path / "cache")
        hits = pq.read_table(outcome.rendered.warnings).to_pylist()
        return {(hit["rule"], hit["household_id"]) for hit in hits}, {*outcome.reused}

    return run


def test_the_second_run_over_the_same_inputs_computes_no_fact(run):
    found, reused = run()
    again, reused_again = run()

    assert found == again == {("heavy", "H1"), ("granted_much", "H1")}
    assert reused == set()
    assert reused_again == {"household_spent", "hits of heavy", "hits of granted_much"}


def test_where_one_feed_changes_only_that_feed_is_summed_again(run):
    run()

    found, reused = run(bills=TABLES["bills"] + "\nR2 | 2026-06-01 | 500")

    assert found == {("heavy", "H1"), ("heavy", "H2"), ("granted_much", "H1")}
    assert reused == {"hits of granted_much"}


def test_a_fact_of_two_feeds_takes_the_sum_over_the_unchanged_one_from_the_cache(run):
    left = FactDef("left", "剩余", "household", Kind.MONEY, "household_spent - granted")
    pack = replace(
        PACK, facts=FACTS | {"left": left}, rules={"left": replace(RULES["heavy"], levels={"red": "left > 60"})}
    )
    run(pack)

    found, reused = run(pack, grants=TABLES["grants"] + "\nH2 | 2026-05-01 | 9")

    assert found == {("heavy", "H1")}
    assert reused == {"sum over residents"}


def test_a_changed_threshold_sums_nothing_again(run):
    run()

    found, reused = run(replace(PACK, parameters={"line": parameter("line", "money", 10)}))

    assert found == {("heavy", "H1"), ("heavy", "H2"), ("granted_much", "H1")}
    assert reused == {"household_spent", "hits of granted_much"}


def test_a_changed_rule_sums_nothing_again(run):
    run()
    other = replace(RULES["heavy"], levels={"red": "household_spent > 10", "yellow": "granted = 0"})

    found, reused = run(replace(PACK, rules=RULES | {"heavy": other}))

    assert found == {("heavy", "H1"), ("heavy", "H2"), ("granted_much", "H1")}
    assert reused == {"household_spent", "granted", "hits of granted_much"}


def test_another_day_is_computed_anew(run):
    run()

    found, reused = run(as_of=date(2027, 6, 1))

    assert found == {("granted_much", "H1")}
    assert reused == {"hits of granted_much"}


def test_a_changed_register_gives_nothing_old_back(run):
    run()

    found, reused = run(residents="resident | household | wage\nR1 | H2 | 50\nR2 | H2 | 60")

    assert found == {("heavy", "H2"), ("granted_much", "H1")}
    assert reused == set()


def test_a_run_from_the_cache_equals_a_run_from_nothing(run, tmp_path):
    run()
    warm, _ = run(grants=TABLES["grants"] + "\nH2 | 2026-05-01 | 9")

    rmtree(tmp_path / "cache")
    cold, reused = run(grants=TABLES["grants"] + "\nH2 | 2026-05-01 | 9")

    assert warm == cold == {("heavy", "H1"), ("granted_much", "H1"), ("granted_much", "H2")}
    assert reused == set()


def test_an_unknown_engine_is_refused_with_those_there_are(tmp_path):
    path = tmp_path / "households.parquet"
    pq.write_table(table("households", TABLES["households"]), path)
    frozen = freeze(SOURCES, {"households": path}, {}, tmp_path / "cache")

    with pytest.raises(InputError, match=r"没有名为“flink”的执行引擎.*duckdb、memory、spark"):
        execute(compile_program(PACK, AS_OF), frozen, [], tmp_path, engine="flink")


def test_of_all_that_is_kept_only_the_latest_files_stay(run, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "KEPT_HITS", 16)
    for line in range(20):
        run(replace(PACK, parameters={"line": parameter("line", "money", line)}))

    assert len([*(tmp_path / "cache").glob("hits-*.arrow")]) == 16


def test_facts_that_are_still_used_outlive_those_that_are_not(run):
    run()

    for amount in range(20):
        _, reused = run(grants=f"household | given_on | amount\nH1 | 2026-05-01 | {amount}")

        assert "household_spent" in reused
