"""Where a pack puts everyone: one level per household, the gravest, and what benefits cost; never a word about others."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from shouwang.engine.frozen import freeze
from shouwang.engine.model import LEVELS
from shouwang.policy import load_pack
from shouwang.stream.screening.inputs import prepare
from shouwang.stream.screening.standing import NOBODY, stand
from tests.policy.making import write_pack

AS_OF = date(2026, 11, 15)
BILLS = {"R1": "24000.01", "R2": "12000.01", "R3": "12000", "R4": "1", "R5": None}
RED = LEVELS.index("red")
TOO = """
    rule: bill_seen
    title: 有账单
    entity: resident
    factor: expenditure.medical
    levels: {orange: self_paid_12m > 12000}
    because: 有账单
    source: 示例
"""
AID = """
    benefit: bill_aid
    title: 医疗费补助
    entity: household
    eligible: household_self_paid_12m >= self_paid_line
    amount: household_self_paid_12m - self_paid_line
    period: once
    source: 示例
"""


@pytest.fixture(scope="module")
def stood(tmp_path_factory):
    files = {"rules/bill_seen.yaml": TOO, "benefits/bill_aid.yaml": AID}
    pack, cache = load_pack(write_pack(tmp_path_factory.mktemp("pack"), files)), tmp_path_factory.mktemp("cache")
    homes = [f"H{number}" for number in range(1, 6)]
    amounts = pa.array([None if bill is None else Decimal(bill) for bill in BILLS.values()], pa.decimal128(12, 2))
    register = {
        "households": pa.table({"household_id": homes, "place_code": ["431003100200"] * 5}),
        "residents": pa.table({"resident_id": [*BILLS], "household_id": homes}),
    }
    bills = pa.table({"resident_id": [*BILLS], "settled_on": [AS_OF] * 5, "self_paid": amounts})
    prepared = prepare(pack, register, {"medical_settlements": bills}, cache)
    frozen = freeze(pack.sources, prepared.register, prepared.feeds, cache)
    return lambda inside=None: stand(pack.program(AS_OF), frozen, cache, inside)


def test_each_household_stands_at_its_gravest_level(stood):
    assert stood().levels.tolist() == [RED, LEVELS.index("orange"), NOBODY, NOBODY, NOBODY]


def test_every_rule_tells_whom_it_warned_and_how_often(stood):
    found = stood()

    assert {name: places.tolist() for name, places in found.warned_by.items()} == {
        "self_paid_heavy": [0, 1],
        "bill_seen": [0, 1],
    }
    assert found.rules == {"self_paid_heavy": 2, "bill_seen": 2}


def test_a_benefit_tells_how_many_are_entitled_and_what_it_costs_in_yuan(stood):
    found = stood()

    assert found.entitled == {"bill_aid": 3}
    assert found.costs == {"bill_aid": 12000.02}


def test_of_households_outside_nothing_is_told(stood):
    found = stood(np.array([False, True, True, True, True]))

    assert found.levels.tolist() == [NOBODY, LEVELS.index("orange"), NOBODY, NOBODY, NOBODY]
    assert (found.rules, found.entitled) == ({"self_paid_heavy": 1, "bill_seen": 1}, {"bill_aid": 2})
    assert found.costs == {"bill_aid": 0.01}


def test_where_nobody_is_hit_nothing_is_told_at_all(stood):
    found = stood(np.array([False, False, False, True, True]))

    assert set(found.levels.tolist()) == {NOBODY}
    assert (found.warned_by, found.rules, found.costs, found.entitled) == ({}, {}, {}, {})
