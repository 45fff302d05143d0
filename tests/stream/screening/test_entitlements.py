"""Benefits over everyone: who is owed, who receives, whom to look at again; the same to the 分 as for one household."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from shouwang.engine.arithmetic import exact_sum
from shouwang.policy import load_pack
from shouwang.policy.computing import compute
from shouwang.stream.screening.running import entitle
from shouwang.synth import make
from tests.engines import ENGINES
from tests.policy.making import write_pack

AS_OF = date(2026, 11, 15)
BENEFIT = """
    benefit: bill_aid
    title: 医疗费补助
    entity: resident
    eligible: self_paid_12m > 1000
    receiving: relation = 'head'
    amount: self_paid_12m / 3
    period: once
    evidence: [self_paid_12m]
    because: 近12个月自付{self_paid_12m}元，超过1,000元
    source: 示例
"""
# Wang pays much and gets nothing, Li pays much and gets it, Zhao gets it and pays little, of Sun no bill is readable.
RESIDENTS = {
    "resident_id": ["wang", "li", "zhao", "sun", "zhou"],
    "household_id": ["H1"] * 5,
    "relation": ["son", "head", "head", "son", "son"],
}
BILLS = {"wang": "2000", "li": "3000.01", "zhao": "1000", "sun": None, "zhou": "5"}


def inputs():
    bills = {
        "resident_id": [*BILLS],
        "settled_on": [AS_OF] * len(BILLS),
        "self_paid": pa.array([None if b is None else Decimal(b) for b in BILLS.values()], pa.decimal128(12, 2)),
    }
    households = {"household_id": ["H1"], "place_code": ["431003100200"]}
    register = {"households": pa.table(households), "residents": pa.table(RESIDENTS)}
    return {"register": register, "feeds": {"medical_settlements": pa.table(bills)}, "as_of": AS_OF}


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_pack(write_pack(tmp_path_factory.mktemp("pack"), {"benefits/bill_aid.yaml": BENEFIT}))


@pytest.mark.parametrize("engine", ENGINES[:3])
def test_everyone_concerned_stands_in_the_list_with_outcome_amount_and_reason(pack, engine):
    found = {row["resident_id"]: row for row in entitle(pack=pack, engine=engine, **inputs()).table.to_pylist()}

    assert {who: (row["outcome"], row["amount"]) for who, row in found.items()} == {
        "wang": ("owed", Decimal("666.67")),
        "li": ("received", Decimal("1000.00")),
        "zhao": ("undue", None),
        "sun": ("cannot_tell", None),
    }
    assert found["wang"]["because"] == "近12个月自付2,000元，超过1,000元"
    assert found["zhao"]["because"] == "正在享受，按现有数据不符合条件，请核实"
    assert found["sun"]["missing"] == "self_paid_12m"


def test_the_sums_say_how_many_and_how_much(pack, tmp_path):
    found = entitle(pack=pack, out=tmp_path, **inputs())

    about = found.summary["benefits"]["bill_aid"]
    assert (about["owed"], about["undue"]["count"]) == ({"count": 1, "amount": 666.67}, 1)
    assert {path.name for path in tmp_path.iterdir()} == {"benefits.parquet", "run.json"}
    assert found.table.equals(entitle(pack=pack, **inputs()).table)


@pytest.mark.parametrize("engine", ENGINES[:3])
def test_the_sums_alone_say_the_same_and_write_no_sentence(pack, engine, tmp_path):
    listed, alone = (
        entitle(pack=pack, engine=engine, **inputs()),
        entitle(pack=pack, engine=engine, out=tmp_path, lists=False, **inputs()),
    )

    assert alone.summary["benefits"] == listed.summary["benefits"]
    assert alone.table is None
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_sums_of_impossible_amounts_are_exact():
    numbers = np.array([2**62, 2**62, 2**62, -5, 7])

    assert exact_sum(numbers) == 3 * 2**62 + 2


def test_a_missing_feed_leaves_nobody_refused(pack):
    given = inputs() | {"feeds": {}}

    found = entitle(pack=pack, **given).table

    assert set(found["outcome"].to_pylist()) == {"cannot_tell"}


def test_many_at_once_and_one_at_a_time_come_to_the_same_cent(tmp_path):
    make(residents=1500, seed=3, as_of=AS_OF, out=tmp_path, places=["431003"])
    register = {file.stem: file for file in (tmp_path / "register").glob("*.parquet")}
    feeds = {file.stem: [file] for file in (tmp_path / "feeds").glob("*.parquet")}
    national = load_pack("national")
    given = {"register": register, "feeds": feeds, "as_of": AS_OF}

    many = entitle(pack=national, **given).table
    one_by_one = entitle(pack=national, engine="memory", **given).table

    assert many.num_rows > 20
    assert many.equals(one_by_one)


def test_the_list_agrees_with_the_calculation_of_one_household(pack):
    bills = [{"resident_id": who, "settled_on": AS_OF, "self_paid": b} for who, b in BILLS.items()]
    residents = [dict(zip(RESIDENTS, row, strict=True)) for row in zip(*RESIDENTS.values(), strict=True)]
    case = {"as_of": AS_OF, "household": {"household_id": "H1"}, "residents": residents}

    single = compute(pack, case | {"feeds": {"medical_settlements": bills}})["benefits"]
    found = {row["resident_id"]: row for row in entitle(pack=pack, **inputs()).table.to_pylist()}

    for one in single:
        listed = found.get(one["resident_id"], {"outcome": None, "amount": None})
        entitled = {"owed": True, "received": True, "cannot_tell": None}.get(listed["outcome"], False)
        assert one["eligible"] is entitled
        assert one.get("amount") == (None if listed["amount"] is None else float(listed["amount"]))
