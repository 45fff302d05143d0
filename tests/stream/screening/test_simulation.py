"""A county changes a line in a draft and sees, before anybody decides, who would be newly warned, where, and for how much."""

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.policy.drafts import with_parameters
from shouwang.stream.screening.simulation import simulate
from shouwang.synth import make
from tests.policy.making import write_pack

AS_OF = date(2026, 11, 15)
BILLS = {"R1": "12000.01", "R2": "9000", "R3": "500"}
AID = """
    benefit: bill_aid
    title: 医疗费补助
    entity: household
    eligible: household_self_paid_12m > self_paid_line
    amount: household_self_paid_12m - self_paid_line
    period: once
    because: 超过{self_paid_line}元的部分
    source: 示例
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_pack(write_pack(tmp_path_factory.mktemp("pack"), {"benefits/bill_aid.yaml": AID}))


def inputs():
    bills = {
        "resident_id": [*BILLS],
        "settled_on": [AS_OF] * 3,
        "self_paid": pa.array([Decimal(b) for b in BILLS.values()], pa.decimal128(12, 2)),
    }
    households = {"household_id": ["H1", "H2", "H3"], "place_code": ["431003100200", "431003100201", "431003100201"]}
    residents = {"resident_id": ["R1", "R2", "R3"], "household_id": ["H1", "H2", "H3"]}
    register = {"households": pa.table(households), "residents": pa.table(residents)}
    return {"register": register, "feeds": {"medical_settlements": pa.table(bills)}, "as_of": AS_OF}


def lowered(pack, line):
    return simulate(
        baseline=pack, draft=with_parameters(pack, {"self_paid_line": line}), **inputs(), hours_per_visit=1.5
    )


def test_a_lower_line_warns_another_household_in_its_village_at_a_cost(pack):
    found = lowered(pack, "8000")

    assert found.changes.to_pylist() == [
        {"household_id": "H2", "place_code": "431003100201", "before": None, "after": "yellow"}
    ]
    assert found.summary["newly_warned"] == 1
    assert found.summary["by_place"] == {"431003100201": {"newly_warned": 1}}
    assert found.summary["levels"]["yellow"] == {"before": 1, "after": 2}
    assert found.summary["visit_hours"] == 1.5
    assert found.summary["benefits"] == {"bill_aid": {"before": 0.01, "after": 5000.01}}


def test_a_higher_line_lets_somebody_go(pack):
    found = lowered(pack, "13000")

    assert [(row["household_id"], row["after"]) for row in found.changes.to_pylist()] == [("H1", None)]
    assert found.summary["no_longer_warned"] == 1


def test_a_draft_that_changes_nothing_changes_nobody(pack):
    found = lowered(pack, "12000")

    assert found.changes.num_rows == 0
    assert (found.summary["rules"], found.summary["benefits"], found.summary["by_place"]) == ({}, {}, {})


def test_parameters_made_of_the_changed_one_follow(tmp_path):
    doubled = """
        parameter: doubled_line
        title: 两倍线
        type: money
        unit: yuan
        values: [{from: 2025-01-01, formula: 2 * self_paid_line, verified: no, source: 示例}]
    """
    pack = load_pack(write_pack(tmp_path, {"parameters/doubled_line.yaml": doubled}))

    draft = with_parameters(pack, {"self_paid_line": "700"})

    assert draft.program(AS_OF).parameters["doubled_line"].value == 140000
    assert pack.program(AS_OF).parameters["doubled_line"].value == 2400000


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"self_paid_lin": "1"}, "是不是“self_paid_line”？"),
        ({"self_paid_line": "很多"}, "“很多”不是数字"),
        ({"self_paid_line": ""}, "没有写值"),
    ],
)
def test_an_impossible_draft_is_refused_in_one_sentence(pack, values, said):
    with pytest.raises(InputError) as refused:
        with_parameters(pack, values)

    assert said in str(refused.value)


def test_packs_that_read_different_data_cannot_be_compared(pack, tmp_path):
    other = {
        "feeds/loans.yaml": "source: loans\ntitle: 贷款\nentity: resident\ncolumns:\n  resident_id: {type: text, title: 人}\n"
    }

    with pytest.raises(InputError, match="数据约定不同"):
        simulate(baseline=pack, draft=load_pack(write_pack(tmp_path, other)), **inputs())


def test_the_command_shows_the_change_and_writes_the_list(tmp_path):
    make(residents=1500, seed=3, as_of=AS_OF, out=tmp_path / "data", places=["431003"])
    folders = ["--register", tmp_path / "data/register", "--feeds", tmp_path / "data/feeds", "--out", tmp_path / "out"]
    decisions = tmp_path / "决定.csv"
    decisions.write_text("户号,决定日期,是否认定\n不存在的户,2026-12-01,是\n", encoding="utf-8")
    draft = ["--baseline", "national", "--as-of", AS_OF, "--set", "monitoring_line=20000", "--json"]
    draft += ["--decisions", decisions]
    start = "from shouwang.surfaces.cli.main import main; main()"
    command = [sys.executable, "-c", start, "simulate", *map(str, [*folders, *draft])]

    done = subprocess.run(command, capture_output=True, text=True, timeout=120)

    told = json.loads(done.stdout)
    assert told["newly_warned"] > 0
    assert told["rules"]["income_below_line"]["after"] > told["rules"]["income_below_line"]["before"]
    assert told["back_test"]["after"]["missed"] == 0
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "changes.parquet",
        "simulation.json",
        "simulation.xlsx",
    }
    listed = openpyxl.load_workbook(tmp_path / "out/simulation.xlsx")["逐户"]
    assert listed.max_row - 1 == told["newly_warned"] + told["level_changed"] + told["no_longer_warned"]


def test_what_people_found_later_shows_how_right_both_packs_would_have_been(pack):
    decisions = pa.table(
        {
            "household_id": ["H1", "H2", "H3", "H2"],
            "decided_on": [date(2026, 12, 1), date(2026, 12, 2), date(2027, 1, 5), AS_OF],
            "confirmed": [False, True, True, False],  # the last was decided before the day looked at
        }
    )

    found = simulate(
        baseline=pack, draft=with_parameters(pack, {"self_paid_line": "8000"}), **inputs(), decisions=decisions
    )

    told = found.summary["back_test"]
    assert told["before"]["confirmed"] == 0
    assert (told["before"]["not_confirmed"], told["before"]["missed"]) == (1, 2)
    assert (told["after"]["confirmed"], told["after"]["not_confirmed"], told["after"]["missed"]) == (1, 1, 1)
    assert told["after"]["rules"] == {"self_paid_heavy": {"confirmed": 1, "not_confirmed": 1}}
