"""Random prefectures under the real packs: every engine says the same of everyone, warning by warning."""

from datetime import date
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.policy import load_pack
from tests.generative.comparing import WIDE, duckdb_hits, facts_and_findings, frozen_prefecture, postgres_hits, says
from tests.generative.prefecture import Sizes

DAYS = st.sampled_from([date(2026, 11, 15), date(2026, 2, 28), date(2024, 2, 29), date(2026, 12, 31)])


PACKS = ["national", "hunan/chenzhou"]
pack_named = lru_cache(load_pack)


def sizes():
    return st.builds(
        Sizes,
        seed=st.integers(0, 2**32),
        households=st.integers(1, 25),
        rows=st.sampled_from([3, 20, 60]),
        unknown=st.sampled_from([0.0, 0.05, 0.3]),
        missing=st.sampled_from([0.0, 0.2, 0.6]),
    )


@pytest.mark.parametrize("name", PACKS)
@settings(WIDE, max_examples=6)
@given(sizes=sizes(), as_of=DAYS)
def test_duckdb_agrees_with_the_reference_on_all_facts_and_findings(name, sizes, as_of):
    pack = pack_named(name)
    with frozen_prefecture(pack.sources, sizes, as_of) as (folder, frozen):
        reference = facts_and_findings(pack.definitions, as_of, frozen, folder, "memory")

        assert facts_and_findings(pack.definitions, as_of, frozen, folder, "duckdb") == reference


@pytest.mark.parametrize("name", PACKS)
@pytest.mark.parametrize("seed", [1, 2])
def test_postgresql_agrees_with_duckdb_on_all_findings(name, postgres, seed):
    pack = pack_named(name)
    as_of = date(2026, 11, 15)
    spread = Sizes(seed, households=60, rows=150, unknown=0.1, missing=0.2 * (seed - 1))
    with frozen_prefecture(pack.sources, spread, as_of) as (_, frozen):
        program = pack.program(as_of)
        hits = duckdb_hits(program, frozen)

        assert len(hits) > 500
        assert postgres_hits(postgres, program, frozen) == hits


def test_every_engine_agrees_under_the_whole_national_pack(engine):
    as_of, national = date(2026, 11, 15), pack_named("national")
    outputs = [f.name for f in national.facts.values() if f.entity == "household"]
    spread = Sizes(7, households=40, rows=120, unknown=0.1, missing=0.1)
    with frozen_prefecture(national.sources, spread, as_of) as (folder, frozen):
        reference = says(national.program(as_of), frozen, folder, "memory", outputs)

        assert len(reference["warnings"]) > 100
        assert says(national.program(as_of), frozen, folder, engine, outputs) == reference
