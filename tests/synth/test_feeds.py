"""The feeds: realistic rates, sums that add up, nothing after the as-of date or after a death."""

from collections import defaultdict
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.synth.conftest import AS_OF, RESIDENTS, Prefecture

PER_RESIDENT = {
    "medical_settlements": (0.8, 1.0), "insurance_enrolments": (1, 1), "chronic_patients": (0.07, 0.10),
    "school_enrolments": (0.14, 0.21), "social_assistance": (0.03, 0.065), "disabilities": (0.03, 0.05),
    "employment": (0.3, 0.42), "public_posts": (0.015, 0.025), "accidents": (0.0015, 0.005),
    "property_holdings": (0.06, 0.10), "deaths": (0.002, 0.007),
}  # fmt: skip
PER_HOUSEHOLD = {
    "house_safety": (1, 1), "household_incomes": (4, 4), "water_supply": (0.26, 0.34), "farming": (0.7, 1.1),
    "disasters": (0.005, 0.016), "loans": (0.012, 0.03), "relocations": (0.02, 0.04), "hotline_cases": (0.001, 0.008),
}  # fmt: skip


@pytest.mark.parametrize("feed", [*PER_RESIDENT, *PER_HOUSEHOLD])
def test_feed_has_a_realistic_number_of_rows(linked: Prefecture, feed: str) -> None:
    low, high = PER_RESIDENT.get(feed) or PER_HOUSEHOLD[feed]
    whole = RESIDENTS if feed in PER_RESIDENT else linked.summary["households"]
    assert low <= len(linked.table(f"feeds/{feed}")) / whole <= high


def test_what_insurance_did_not_pay_the_patient_paid(linked: Prefecture) -> None:
    bills = linked.table("feeds/medical_settlements").to_pandas()
    paid = bills["basic_paid"] + bills["critical_paid"] + bills["aid_paid"]
    assert (bills["total_cost"] - paid == bills["self_paid"]).all()
    assert (bills["self_paid"] >= 0).all()
    assert (bills["covered_cost"] <= bills["total_cost"]).all()


def test_bills_are_heavy_tailed(linked: Prefecture) -> None:
    total = linked.table("feeds/medical_settlements")["total_cost"].cast(pa.float64())
    assert pc.max(total).as_py() > 100 * pc.quantile(total, 0.5)[0].as_py()


def test_nearly_everybody_is_insured(linked: Prefecture) -> None:
    insured = linked.table("feeds/insurance_enrolments")["insured"]
    assert 0.96 < pc.mean(insured.cast(pa.int8())).as_py() < 0.985


def test_nothing_happens_after_the_day_except_what_is_due(linked: Prefecture) -> None:
    for name in linked.summary["rows"]:
        table = linked.table(name)
        for field in table.schema:
            if field.type == pa.date32() and (name, field.name) not in (
                ("feeds/loans", "due_on"), ("register/households", "checked_until"),
            ):  # fmt: skip
                latest = pc.max(table[field.name]).as_py()
                assert latest is None or latest <= AS_OF, (name, field.name)


def test_the_dead_have_no_bills_and_no_work(linked: Prefecture) -> None:
    died = {row["resident_id"]: row["died_on"] for row in linked.rows("feeds/deaths")}
    bills = [row for row in linked.rows("feeds/medical_settlements") if row["resident_id"] in died]
    assert all(row["settled_on"] <= died[row["resident_id"]] for row in bills)
    assert not died.keys() & set(linked.table("feeds/employment")["resident_id"].to_pylist())


def test_quarters_add_up_to_the_ledger(linked: Prefecture) -> None:
    kinds = ("wage", "business_income", "business_cost", "property", "transfer")
    ruined = {row["household_id"] for row in linked.rows("truth/cases") if row["story"] == "income_collapse"}
    quarters: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in linked.rows("feeds/household_incomes"):
        for kind in kinds:
            quarters[row["household_id"], kind] += row[kind]
    ledger: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in linked.rows("register/incomes"):
        if row["kind"] in kinds:
            ledger[row["household_id"], row["kind"]] += row["amount"]
    wrong = [key for key, amount in quarters.items() if amount != ledger[key] and key[0] not in ruined]
    assert wrong == []


def test_incomes_spread_like_those_of_the_countryside(linked: Prefecture) -> None:
    size = defaultdict(int)
    for home in linked.table("register/residents")["household_id"].to_pylist():
        size[home] += 1
    net: dict[str, Decimal] = defaultdict(Decimal)
    for row in linked.rows("register/incomes"):
        if row["kind"] in ("wage", "business_income", "property", "transfer"):
            net[row["household_id"]] += row["amount"]
        if row["kind"] == "business_cost":
            net[row["household_id"]] -= row["amount"]
    heads = sorted(float(net[home]) / size[home] for home in size)
    poor = sum(amount < 8_000 for amount in heads) / len(heads)
    assert 16_500 < heads[len(heads) // 2] < 21_000
    assert 0.02 < poor < 0.055


def test_disability_card_holds_number_category_and_grade(linked: Prefecture) -> None:
    number = {row["resident_id"]: row["id_number"] for row in linked.rows("register/residents")}
    order = ["visual", "hearing", "speech", "limb", "intellectual", "mental", "multiple"]
    for row in linked.rows("feeds/disabilities"):
        assert row["card_number"] == f"{number[row['resident_id']]}{order.index(row['category']) + 1}{row['grade']}"


def test_aid_agrees_with_the_register(linked: Prefecture) -> None:
    on_aid = {
        row["resident_id"]
        for row in linked.rows("feeds/social_assistance")
        if row["kind"] == "dibao" and row["change"] != "stopped"
    }
    known = {row["resident_id"] for row in linked.rows("register/residents") if row["dibao_kind"] == "rural"}
    tagged = {row["resident_id"] for row in linked.rows("register/statuses") if row["tag"] == "dibao"}
    assert on_aid == known == tagged
