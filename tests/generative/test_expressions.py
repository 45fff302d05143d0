"""Random expressions over random data: facts and findings are the same on every engine."""

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engine.compiling import compile_program
from shouwang.engine.model import FactDef, RuleDef
from shouwang.engine.program import Definitions
from tests.generative.comparing import WIDE, duckdb_hits, facts_and_findings, frozen_prefecture, postgres_hits
from tests.generative.expressions import KINDS, Grammar
from tests.generative.prefecture import Sizes
from tests.spec.drawn import KINDS as KIND_NAMED
from tests.spec.drawn import parameter
from tests.spec.vocabulary import SOURCES

PARAMETERS = {
    "line": parameter("line", "money", "6500.50", at_431003=7000, at_431003100=500, at_5223=None),
    "count_line": parameter("count_line", "integer", 3),
    "rate_line": parameter("rate_line", "ratio", "0.35", at_43="0.5"),
}
DAYS = st.sampled_from([date(2026, 11, 15), date(2026, 2, 28), date(2024, 2, 29)])


def random_definitions(seed: int, facts: int, rules: int) -> Definitions:
    """Facts that build on each other in both directions, and rules over them."""
    chance = Random(seed)
    known: dict[str, list[tuple[str, str]]] = {"household": [], "resident": []}
    made: dict[str, FactDef] = {}
    for number in range(facts):
        entity, kind = chance.choice([*known]), chance.choice(KINDS)
        formula = Grammar(chance, known).expression(kind, entity, 3)
        made[f"fact_{number}"] = FactDef(f"fact_{number}", "指标", entity, KIND_NAMED[kind], formula)
        known[entity].append((f"fact_{number}", kind))
    grammar = Grammar(chance, known)
    judged = {}
    for number in range(rules):
        entity = chance.choice([*known])
        levels = {
            level: grammar.expression("bool", entity, chance.choice([1, 2, 3])) for level in ("red", "orange", "yellow")
        }
        kept = dict(list(levels.items())[: chance.choice([1, 1, 2, 3])])
        evidence = tuple(name for name, _ in known[entity][-4:])
        judged[f"rule_{number}"] = RuleDef(
            f"rule_{number}",
            "规则",
            entity,
            "income.other",
            kept,
            evidence,
            "线{line}、" + "".join(f"{{{e}}}" for e in evidence),
        )
    return Definitions(sources=SOURCES, parameters=PARAMETERS, facts=made, rules=judged)


def sizes():
    return st.builds(
        Sizes,
        seed=st.integers(0, 2**32),
        households=st.integers(1, 12),
        rows=st.sampled_from([2, 30]),
        unknown=st.sampled_from([0.0, 0.1, 0.4]),
        missing=st.sampled_from([0.0, 0.3]),
    )


def test_the_grammar_writes_only_what_the_language_understands():
    for seed in range(60):
        compile_program(random_definitions(seed, facts=12, rules=4), date(2026, 11, 15))


@settings(WIDE, max_examples=15)
@given(seed=st.integers(0, 2**32), sizes=sizes(), as_of=DAYS)
def test_duckdb_computes_and_finds_what_the_reference_does(seed, sizes, as_of):
    definitions = random_definitions(seed, facts=12, rules=12)
    with frozen_prefecture(SOURCES, sizes, as_of) as (folder, frozen):
        reference = facts_and_findings(definitions, as_of, frozen, folder, "memory")

        assert facts_and_findings(definitions, as_of, frozen, folder, "duckdb") == reference


@pytest.mark.parametrize("seed", range(4))
def test_postgresql_finds_what_duckdb_does(postgres, seed):
    definitions = random_definitions(seed, facts=25, rules=25)
    with frozen_prefecture(SOURCES, Sizes(seed, 40, 120, 0.15, 0.1), date(2024, 2, 29)) as (_, frozen):
        program = compile_program(definitions, date(2024, 2, 29))

        assert postgres_hits(postgres, program, frozen) == duckdb_hits(program, frozen)


@pytest.mark.parametrize("seed", [4])
def test_every_engine_computes_and_finds_what_the_reference_does(engine, seed):
    as_of, definitions = date(2026, 2, 28), random_definitions(seed, facts=25, rules=25)
    with frozen_prefecture(SOURCES, Sizes(seed, 30, 90, 0.15, 0.1), as_of) as (folder, frozen):
        reference = facts_and_findings(definitions, as_of, frozen, folder, "memory")

        assert facts_and_findings(definitions, as_of, frozen, folder, engine) == reference
