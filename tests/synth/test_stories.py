"""Planted stories: every kind of trouble is there, in enough households, and the feeds show it."""

from typing import Any

from shouwang.synth.stories import STORIES
from tests.synth.conftest import AS_OF, Prefecture


def victims(prefecture: Prefecture, story: str) -> list[dict[str, Any]]:
    return [row for row in prefecture.rows("truth/cases") if row["story"] == story]


def rows_about(prefecture: Prefecture, feed: str, case: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in prefecture.rows(f"feeds/{feed}") if row["resident_id"] == case["resident_id"]]


def test_every_story_is_planted_in_enough_households(linked: Prefecture) -> None:
    cases = linked.rows("truth/cases")
    assert {row["story"] for row in cases} == {story.name for story in STORIES}
    assert len({row["household_id"] for row in cases}) == len(cases) >= 0.003 * linked.summary["households"]
    assert {row["expected_level_hint"] for row in cases} <= {"red", "orange", "yellow"}


def test_cancer_costs_more_than_a_year_of_income(linked: Prefecture) -> None:
    for case in victims(linked, "cancer_bills"):
        bills = rows_about(linked, "medical_settlements", case)
        assert sum(row["self_paid"] for row in bills) > 25_000
        assert [row["disease_kind"] for row in rows_about(linked, "chronic_patients", case)] == ["serious"]


def test_child_who_dropped_out_is_no_longer_enrolled(linked: Prefecture) -> None:
    for case in victims(linked, "school_dropout"):
        (row,) = rows_about(linked, "school_enrolments", case)
        assert row["enrolled"] is False
        assert row["stage"] in ("primary", "junior")
        assert row["left_reason"]


def test_collapsed_house_is_the_only_home_and_not_mended(linked: Prefecture) -> None:
    for case in victims(linked, "collapsed_house"):
        (row,) = [row for row in linked.rows("feeds/house_safety") if row["household_id"] == case["household_id"]]
        assert (row["grade"], row["only_home"], row["action"], row["finished_on"]) == ("D", True, "none", None)


def test_only_worker_lost_the_job(linked: Prefecture) -> None:
    for case in victims(linked, "job_loss"):
        reports = [row for row in linked.rows("feeds/employment") if row["household_id"] == case["household_id"]]
        assert [(row["working"], row["left_reason"]) for row in reports] == [(False, "laid_off")]


def test_wages_of_months_are_owed(linked: Prefecture) -> None:
    for case in victims(linked, "unpaid_wages"):
        (row,) = rows_about(linked, "employment", case)
        assert row["unpaid_wages"] >= 3 * row["monthly_wage"]


def test_disaster_took_more_than_a_year_of_income(linked: Prefecture) -> None:
    for case in victims(linked, "disaster"):
        rows = [row for row in linked.rows("feeds/disasters") if row["household_id"] == case["household_id"]]
        earned = sum(
            row["wage"] + row["business_income"] - row["business_cost"] + row["property"] + row["transfer"]
            for row in linked.rows("feeds/household_incomes")
            if row["household_id"] == case["household_id"]
        )
        assert sum(row["loss"] for row in rows) > earned
        assert {row["house_damage"] for row in rows} <= {"serious", "collapsed"}


def test_traffic_death_is_known_to_police_and_registry(linked: Prefecture) -> None:
    for case in victims(linked, "traffic_death"):
        (accident,) = rows_about(linked, "accidents", case)
        (death,) = rows_about(linked, "deaths", case)
        assert (accident["kind"], accident["deaths"], death["reason"]) == ("traffic", 1, "accident")
        assert accident["happened_on"] == death["died_on"]
        assert (AS_OF - death["died_on"]).days < 183


def test_water_stood_still_for_more_than_a_month(linked: Prefecture) -> None:
    for case in victims(linked, "water_stopped"):
        rows = [row for row in linked.rows("feeds/water_supply") if row["household_id"] == case["household_id"]]
        assert max(row["stopped_days"] for row in rows) > 30


def test_income_collapsed_in_the_last_quarter(linked: Prefecture) -> None:
    for case in victims(linked, "income_collapse"):
        rows = [row for row in linked.rows("feeds/household_incomes") if row["household_id"] == case["household_id"]]
        last = max(rows, key=lambda row: row["quarter_on"])
        assert last["wage"] + last["business_income"] + last["property"] + last["transfer"] == 0


def test_uninsured_patient_paid_everything(linked: Prefecture) -> None:
    for case in victims(linked, "uninsured_patient"):
        (cover,) = rows_about(linked, "insurance_enrolments", case)
        bills = rows_about(linked, "medical_settlements", case)
        assert cover["insured"] is False
        assert all(row["self_paid"] == row["total_cost"] for row in bills)
        assert sum(row["self_paid"] for row in bills) > 20_000


def test_severely_disabled_member_receives_no_allowance(linked: Prefecture) -> None:
    for case in victims(linked, "disability_without_allowance"):
        (row,) = rows_about(linked, "disabilities", case)
        assert row["grade"] <= 2
        assert (row["living_allowance"], row["care_allowance"]) == (0, 0)


def test_loan_is_long_overdue(linked: Prefecture) -> None:
    for case in victims(linked, "overdue_loan"):
        rows = [row for row in linked.rows("feeds/loans") if row["household_id"] == case["household_id"]]
        assert max(row["overdue_days"] for row in rows) >= 90
        assert all(row["overdue_amount"] > 0 for row in rows)
