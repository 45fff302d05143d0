"""The people: numbers that nobody was given, names as concentrated as real ones, households that make sense."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pyarrow.compute as pc
import pytest

from shouwang.kernel.identity_numbers import birth_on, is_valid, sex
from tests.synth.conftest import AS_OF, Prefecture

MEN = "head spouse other sibling sibling_spouse".split()
MALE = (
    "son daughter_husband grandson maternal_grandson father husband_father wife_father uncle nephew".split()
)  # what the words say of the sex; the rest that is not in MEN is female


@pytest.fixture(scope="module")
def people(linked: Prefecture) -> list[dict[str, Any]]:
    """All residents without a planted doubt."""
    doubtful = {row["household_id"] for row in linked.rows("truth/doubts")}
    return [row for row in linked.rows("register/residents") if row["household_id"] not in doubtful]


def age(row: dict[str, Any]) -> int:
    born = row["birth_on"]
    return AS_OF.year - born.year - ((AS_OF.month, AS_OF.day) < (born.month, born.day))


def test_identity_numbers_are_valid_unique_and_were_never_given(linked: Prefecture) -> None:
    numbers = linked.table("register/residents")["id_number"].to_pylist()
    assert all(is_valid(number) for number in numbers)
    assert all(number.startswith("99") for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_identity_number_says_birth_sex_and_county(linked: Prefecture) -> None:
    village = {row["household_id"]: row["place_code"] for row in linked.rows("register/households")}
    for row in linked.rows("register/residents"):
        assert birth_on(row["id_number"]) == row["birth_on"]
        assert sex(row["id_number"]) == row["sex"]
        assert row["id_number"][2:6] == village[row["household_id"]][2:6]


def test_phones_have_eleven_digits_of_a_range_nobody_uses(linked: Prefecture) -> None:
    phones = [phone for phone in linked.table("register/residents")["phone"].to_pylist() if phone]
    assert all(len(phone) == 11 and phone.startswith("154") and phone.isdigit() for phone in phones)
    assert len(set(phones)) == len(phones)


def test_names_are_concentrated_like_real_ones(linked: Prefecture) -> None:
    names = Counter(linked.table("register/residents")["name"].to_pylist())
    surnames = Counter(name[0] for name in names.elements())
    hundred = sum(count for _, count in names.most_common(100)) / names.total()
    ten = sum(count for _, count in surnames.most_common(10)) / names.total()
    assert 0.02 < hundred < 0.10
    assert 0.35 < ten < 0.65
    assert len(names) < 0.88 * names.total()


def test_villages_have_leading_surnames(linked: Prefecture) -> None:
    village = {row["household_id"]: row["place_code"] for row in linked.rows("register/households")}
    heads = defaultdict(Counter)
    for row in linked.rows("register/residents"):
        if row["relation"] == "head":
            heads[village[row["household_id"]]][row["name"][0]] += 1
    large = [found for found in heads.values() if found.total() >= 30]
    shares = [found.most_common(1)[0][1] / found.total() for found in large]
    assert sum(shares) / len(shares) > 0.2


def test_rare_characters_and_minority_names_occur(linked: Prefecture) -> None:
    village = {row["household_id"]: row["place_code"] for row in linked.rows("register/households")}
    rows = linked.rows("register/residents")
    assert any(ord(char) > 0x9FFF or 0x3400 <= ord(char) <= 0x4DBF for row in rows for char in row["name"])
    assert any("·" in row["name"] for row in rows)
    gannan = [row["name"] for row in rows if village[row["household_id"]].startswith("6230")]
    assert sum(len(name) == 4 for name in gannan) > 0.2 * len(gannan)


def test_children_bear_their_fathers_surname(people: list[dict[str, Any]]) -> None:
    father = {row["household_id"]: row["name"] for row in people if row["relation"] == "head" and row["sex"] == "male"}
    sons = [row for row in people if row["relation"] == "son" and row["household_id"] in father]
    same = sum(row["name"][0] == father[row["household_id"]][0] for row in sons)
    assert same > 0.85 * len(sons)


def test_every_household_has_one_head_and_at_most_one_spouse_of_the_other_sex(people: list[dict[str, Any]]) -> None:
    homes = defaultdict(list)
    for row in people:
        homes[row["household_id"]].append(row)
    for members in homes.values():
        heads = [row for row in members if row["relation"] == "head"]
        spouses = [row for row in members if row["relation"] == "spouse"]
        assert len(heads) == 1
        assert len(spouses) <= 1
        assert not spouses or spouses[0]["sex"] != heads[0]["sex"]


def test_relations_agree_with_sex(people: list[dict[str, Any]]) -> None:
    for row in people:
        if row["relation"] not in MEN:
            assert (row["relation"] in MALE) == (row["sex"] == "male"), row["relation"]


def test_parents_are_older_than_their_children(people: list[dict[str, Any]]) -> None:
    head = {row["household_id"]: row["birth_on"] for row in people if row["relation"] == "head"}
    for row in people:
        years = (row["birth_on"] - head[row["household_id"]]).days / 365.25
        if row["relation"] in ("father", "mother"):
            assert years < -15
        if row["relation"] in ("son", "daughter", "grandson", "granddaughter"):
            assert years > 10


def test_household_sizes_and_ages_are_those_of_the_countryside(
    linked: Prefecture, people: list[dict[str, Any]]
) -> None:
    mean = linked.summary["residents"] / linked.summary["households"]
    ages = [age(row) for row in people]
    old = sum(a >= 60 for a in ages) / len(ages)
    children = sum(a < 16 for a in ages) / len(ages)
    assert 2.8 < mean < 3.3
    assert 0.18 < old < 0.32
    assert 0.12 < children < 0.24


def test_birthdays_do_not_pile_up(people: list[dict[str, Any]]) -> None:
    # 9,000 people over some 30,000 days: chance alone puts five on one day now and then, never fifteen.
    assert Counter(row["birth_on"] for row in people).most_common(1)[0][1] < 15


def test_school_stage_fits_the_age(people: list[dict[str, Any]]) -> None:
    bounds = {"primary": (6, 13), "grade_7": (12, 14), "grade_9": (14, 16), "senior_1": (15, 17), "bachelor": (18, 24)}
    for row in people:
        low, high = bounds.get(row["school_stage"], (0, 120))
        assert low <= age(row) <= high, row["school_stage"]
        assert (row["education"] is None) == (row["school_stage"] != "none")
        if 6 <= age(row) < 15:
            assert row["school_stage"] not in ("none", "preschool_age") or row["birth_on"] > date(2020, 8, 31)


def test_only_those_who_can_work_do(people: list[dict[str, Any]]) -> None:
    for row in people:
        if age(row) < 16 or row["school_stage"] != "none":
            assert row["labour"] == "none"
        if row["working_away"]:
            assert row["labour"] in ("ordinary", "skilled", "weak")
            assert row["monthly_wage"] >= 400
            assert row["employer"]
            assert row["work_place"]
        assert row["working_away"] == (row["work_scope"] is not None)


def test_households_know_where_they_live_and_how(linked: Prefecture) -> None:
    doubtful = {row["household_id"] for row in linked.rows("truth/doubts")}
    for row in linked.rows("register/households"):
        if row["household_id"] not in doubtful:
            assert row["grain_to_green_mu"] <= row["forest_mu"] + row["pasture_mu"]
            assert row["road_distance_km"] <= 5
            assert row["farmland_mu"] <= 100
            assert len(row["phone"]) == 11
        assert row["has_toilet"] or not row["toilet_works"]


def test_monitored_households_have_a_risk_and_measures_and_the_others_none(linked: Prefecture) -> None:
    households = linked.rows("register/households")
    monitored = {row["household_id"] for row in households if row["monitored_class"]}
    risks = {row["household_id"] for row in linked.rows("register/risks")}
    measures = {row["household_id"] for row in linked.rows("register/measures")}
    assert risks == measures == monitored
    assert 0.008 < len(monitored) / len(households) < 0.025
    for row in households:
        assert (row["monitored_on"] is not None) == (row["monitored_class"] is not None)
        if row["cleared_on"]:
            assert (row["cleared_on"] - row["monitored_on"]).days > 182
            assert row["cleared_on"] <= AS_OF


def test_planted_doubts_are_there_and_few(linked: Prefecture) -> None:
    planted = linked.rows("truth/doubts")
    residents = {row["resident_id"]: row for row in linked.rows("register/residents")}
    assert 0.003 < len({row["household_id"] for row in planted}) / linked.summary["households"] < 0.008
    assert {row["doubt"] for row in planted} >= {"no_head", "two_heads", "wage_too_small", "road_too_far"}
    for row in planted:
        if row["doubt"] == "child_with_labour":
            assert residents[row["resident_id"]]["labour"] == "ordinary"
        if row["doubt"] == "wage_too_small":
            assert residents[row["resident_id"]]["monthly_wage"] == 80


def test_relation_words_are_all_in_use_where_the_shapes_allow(linked: Prefecture) -> None:
    used = set(pc.unique(linked.table("register/residents")["relation"]).to_pylist())
    assert {"head", "spouse", "son", "son_wife", "grandson", "mother", "husband_mother", "wife_father", "uncle"} <= used
