"""``shouwang benefits`` over a small county: its lists and sums are those of every household computed by itself."""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shouwang.engine.entitlements import OUTCOMES
from shouwang.policy import load_pack
from shouwang.policy.case_files import REGISTER
from shouwang.policy.computing import compute
from shouwang.synth import make
from tests.policy.making import write_pack

AS_OF = date(2026, 11, 15)
PACK = "hunan/chenzhou"
AID = """
    benefit: bill_aid
    title: 医疗费补助
    entity: resident
    eligible: self_paid_12m > 1000
    receiving: relation = 'head'
    amount: self_paid_12m / 2
    source: 示例
"""


def run(folder, *options, feeds="feeds"):
    start = "from shouwang.surfaces.cli.main import main; main()"
    given = ["--register", folder / "register", "--feeds", folder / feeds, "--as-of", AS_OF, *options]
    command = [sys.executable, "-c", start, "benefits", *map(str, given)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    make(residents=800, seed=3, as_of=AS_OF, out=folder, places=["431003"], pack=PACK)
    return folder


@pytest.fixture(scope="module")
def told(county):
    """What the command says; its list lies in the folder ``out``."""
    done = run(county, "--pack", PACK, "--out", county / "out", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def listed(county, told):
    return pq.read_table(county / "out/benefits.parquet").to_pylist()


def household_cases(county, wanted):
    """The files of the county as one case per household, as a person would write it."""
    cases = {name: {"household": {}, "feeds": defaultdict(list)} for name in wanted}
    for path in [*(county / "register").glob("*.parquet"), *(county / "feeds").glob("*.parquet")]:
        rows = defaultdict(list)
        for row in pq.read_table(path).to_pylist():
            rows[row["household_id"]].append(row)
        for name, case in cases.items():
            if path.stem == "households":
                (case["household"],) = rows[name]
            elif path.stem in REGISTER:
                case[path.stem] = rows[name]
            else:
                case["feeds"][path.stem] = rows[name]
    return cases


def outcome(report):
    """The list on which one household's report puts it."""
    eligible, receiving = report["eligible"], report.get("receiving")
    if "receiving" not in report:
        return {True: "eligible", None: "cannot_tell", False: None}[eligible]
    if eligible is True:
        return {False: "owed", True: "received", None: "eligible"}[receiving]
    if eligible is False:
        return {False: None, True: "undue", None: "cannot_tell"}[receiving]
    return "cannot_tell"


def few_of_each(listed):
    """At most two households of every outcome of every benefit."""
    found = defaultdict(dict)
    for row in listed:
        if len(found[row["benefit"], row["outcome"]]) < 2:
            found[row["benefit"], row["outcome"]][row["household_id"]] = None
    return {name for names in found.values() for name in names}


def test_some_households_of_each_outcome_come_to_the_same_by_themselves(county, listed):
    pack = load_pack(PACK)
    wanted = few_of_each(listed)
    many = {
        (row["benefit"], row["household_id"], row["resident_id"]): (row["outcome"], row["amount"])
        for row in listed
        if row["household_id"] in wanted
    }

    single = {}
    for name, case in household_cases(county, wanted).items():
        for report in compute(pack, case, AS_OF, only=set(pack.benefits))["benefits"]:
            amount = report.get("amount")
            found = outcome(report), None if amount is None else Decimal(str(amount)).quantize(Decimal("0.01"))
            if found[0] is not None:
                single[report["benefit"], name, report.get("resident_id")] = found

    assert {found for found, _ in many.values()} == {*OUTCOMES}
    assert len(wanted) > 20
    assert single == many


def test_the_sums_are_those_of_the_list(told, listed):
    counted = Counter((row["benefit"], row["outcome"]) for row in listed)
    summed = Counter()
    for row in listed:
        summed[row["benefit"], row["outcome"]] += row["amount"] or 0

    for name, about in told["benefits"].items():
        for one in OUTCOMES:
            assert about[one]["count"] == counted.pop((name, one), 0)
            assert about[one]["amount"] == float(summed[name, one])
    assert counted == {}


def test_every_benefit_of_the_pack_is_told_of_by_its_title(told):
    pack = load_pack(PACK)

    assert {name: about["title"] for name, about in told["benefits"].items()} == {
        name: one.title for name, one in pack.benefits.items()
    }
    assert (told["pack"], told["as_of"], told["residents"]) == (PACK, "2026-11-15", 800)


def test_nobody_is_listed_twice_for_a_benefit(listed):
    whom = Counter((row["benefit"], row["household_id"], row["resident_id"]) for row in listed)

    assert [key for key, count in whom.items() if count > 1] == []


def test_only_whoever_cannot_be_told_of_has_something_missing(listed):
    assert {row["outcome"] for row in listed if row["missing"]} == {"cannot_tell"}
    assert [row for row in listed if row["outcome"] in ("undue", "cannot_tell") and row["amount"] is not None] == []


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    """Wang pays much and gets nothing, Li gets it, of Sun no bill is known."""
    folder = tmp_path_factory.mktemp("village")
    write_pack(folder / "pack", {"benefits/bill_aid.yaml": AID})
    tables = {
        "register/households": {"household_id": ["H1"], "place_code": ["431003100200"]},
        "register/residents": {"resident_id": ["wang", "li"], "household_id": ["H1"] * 2, "relation": ["son", "head"]},
        "feeds/medical_settlements": {
            "resident_id": ["wang", "li"],
            "settled_on": [AS_OF] * 2,
            "self_paid": pa.array([Decimal("2469.01"), Decimal(3000)], pa.decimal128(12, 2)),
        },
    }
    for name, columns in tables.items():
        (folder / name).parent.mkdir(exist_ok=True)
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    (folder / "nothing").mkdir()
    return folder


def test_a_person_reads_one_line_per_benefit_and_that_it_is_only_a_list(village):
    done = run(village, "--pack", village / "pack", "--out", village / "out")

    first, last = done.stdout.splitlines()
    assert first == "医疗费补助：应享未享 1，应享在享 1，应享未享合计 1,234.51 元"
    assert last.endswith("benefits.parquet，请逐户核实后再办理")


def test_without_the_bills_nobody_is_said_to_be_entitled_or_not(village):
    done = run(village, "--pack", village / "pack", "--out", village / "empty", feeds="nothing")

    assert done.stdout.splitlines()[0] == "医疗费补助：未能判断 2"


def test_what_it_cannot_work_with_is_refused_in_one_sentence(village):
    done = run(village, "--pack", village / "pack", "--engine", "abacus", "--out", village / "refused")

    assert done.returncode == 2
    assert "没有名为“abacus”的执行引擎" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (village / "refused/benefits.parquet").exists()
