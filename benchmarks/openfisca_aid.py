"""Benefits of the civil affairs bureau in OpenFisca, written by hand from the packs' YAML.

A benefit is up to three pairs of variables: who is entitled, who receives it (``…_receiving``), how much (``…_amount``).
"""

from __future__ import annotations

from benchmarks.openfisca_policy import borderline, dibao_month
from benchmarks.openfisca_values import (
    UNKNOWN_NUMBER,
    Array,
    Asker,
    Household,
    Number,
    Resident,
    Truth,
    first_that_holds,
    number,
    truth,
    variable,
)


def income_below(of: Asker, line: int) -> Truth:
    """Deductions only make income smaller: net income below the line is enough where they are not known."""
    return (of.number("dibao_income_per_head") < line) | (of.number("net_income_per_head") < line)


@variable(Household, Truth)
def dibao_borderline(of: Asker) -> Truth:
    policy = of.policy
    not_dibao = of.number("dibao_income_per_head") >= policy.dibao_standard_year
    return income_below(of, borderline(policy)) & not_dibao & ~of.truth("on_dibao") & ~of.truth("on_tekun")


@variable(Household, Truth)
def dibao_borderline_receiving(of: Asker) -> Truth:
    return of.truth("dibao_borderline_status")


@variable(Household, Truth)
def dibao_gap(of: Asker) -> Truth:
    return income_below(of, of.policy.dibao_standard_year) & ~of.truth("on_tekun")


@variable(Household, Truth)
def dibao_gap_receiving(of: Asker) -> Truth:
    return of.truth("on_dibao")


@variable(Household, Number)
def dibao_gap_amount(of: Asker) -> Number:
    return _gap(of, of.number("dibao_income"))


def _gap(of: Asker, income: Number) -> Number:
    standard = of.number("members") * of.policy.dibao_standard_year
    return (standard - income.at_least(0)).at_least(0).divided(12)


@variable(Household, Truth)
def dibao_gap_after_rigid(of: Asker) -> Truth:
    deducted = of.number("rigid_deduction_month") > 0
    per_head = of.number("dibao_income_after_deduction").divided(of.number("members"))
    return deducted & (per_head < of.policy.dibao_standard_year) & ~of.truth("on_tekun")


@variable(Household, Truth)
def dibao_gap_after_rigid_receiving(of: Asker) -> Truth:
    return of.truth("on_dibao")


@variable(Household, Number)
def dibao_gap_after_rigid_amount(of: Asker) -> Number:
    return _gap(of, of.number("dibao_income_after_deduction"))


@variable(Household, Truth, since="2024_10_24")
def rigid_expenditure_hardship(of: Asker) -> Truth:
    policy, income, cost = of.policy, of.number("net_income"), of.number("rigid_cost")
    poor = of.number("net_income_per_head") < policy.disposable_income_last_year
    heavy = (cost > 0) & ((income <= 0) | (cost > income.share(policy.rigid_hardship_ratio)))
    others = of.truth("on_dibao") | of.truth("on_tekun") | of.truth("dibao_borderline_status")
    return poor & heavy & ~others


@variable(Household, Truth)
def rigid_expenditure_hardship_receiving(of: Asker) -> Truth:
    return of.truth("rigid_expenditure_status")


@variable(Household, Truth)
def temporary_aid_emergency(of: Asker) -> Truth:
    causes = {
        "disaster": of.truth("emergency_by_disaster"),
        "accident": of.truth("accident_death_12m"),
        "illness": of.truth("emergency_by_illness"),
    }
    hit = causes["disaster"] | causes["accident"] | causes["illness"]
    new = [held & ~of.truth(f"temporary_aid_for_{cause}_12m") for cause, held in causes.items()]
    once = truth(of.policy.temporary_aid_once_a_year == 1)
    return hit & ~(once & ~(new[0] | new[1] | new[2]))


@variable(Household, Number)
def temporary_aid_emergency_amount(of: Asker) -> Number:
    return _capped(of, of.policy.temporary_aid_multiple)


@variable(Household, Truth)
def temporary_aid_expenditure(of: Asker) -> Truth:
    policy = of.policy
    heavy = of.number("rigid_cost") >= policy.rigid_cost_floor
    poor = of.number("income_after_rigid_per_head") < policy.dibao_standard_year
    once = truth(policy.temporary_aid_once_a_year == 1) & of.truth("temporary_aid_for_expenditure_12m")
    return heavy & poor & ~once


@variable(Household, Number)
def temporary_aid_expenditure_amount(of: Asker) -> Number:
    return _capped(of, of.policy.temporary_aid_expenditure_multiple)


def _capped(of: Asker, times: int) -> Number:
    month = dibao_month(of.policy)
    return (of.number("members") * (times * month)).at_most(of.policy.temporary_aid_cap_multiple * month)


@variable(Household, Truth)
def temporary_aid_after_four_layers(of: Asker) -> Truth:
    poor = of.number("income_after_four_layers_per_head") < of.policy.dibao_standard_year
    return (of.number("medical_net_cost") > 0) & poor


# --- dibao and tekun of single people ---------------------------------------------------------------------------------


@variable(Resident, Truth, since="2026_07_01")
def dibao_single_person(of: Asker) -> Truth:
    poor = of.home.truth("dibao_borderline_status") | income_below(of.home, borderline(of.policy))
    return (of.truth("severe_disability") | of.truth("seriously_ill")) & poor & ~_cared_for(of)


def _cared_for(of: Asker) -> Truth:
    return of.home.truth("whole_household_on_dibao") | of.truth("receives_tekun")


@variable(Resident, Truth)
def dibao_single_person_receiving(of: Asker) -> Truth:
    return of.truth("single_person_dibao_now")


@variable(Resident, Number)
def dibao_single_person_amount(of: Asker) -> Number:
    return number(of.policy.dibao_single_person_month)


@variable(Resident, Truth)
def dibao_single_person_local(of: Asker) -> Truth:
    policy, years, severe = of.policy, of.number("age"), of.truth("severe_disability")
    old = (years >= policy.single_person_elderly_age) & of.truth("children_low_income")
    alone = of.truth("orphan_status") | of.truth("child_allowance_now")
    child = (years < policy.single_person_minor_age) & (of.truth("seriously_ill") | alone)
    hard = severe | of.truth("severe_mind_disability") | of.truth("major_medical_aid_12m") | old | child
    idle = (years >= policy.single_person_minor_age) & severe & ~of.truth("working_now")
    supported = (of.home.number("members") > 1) | idle
    poor = of.home.truth("low_income_household") | income_below(of.home, borderline(policy))
    return hard & supported & poor & ~_cared_for(of)


@variable(Resident, Truth)
def dibao_single_person_local_receiving(of: Asker) -> Truth:
    return of.truth("single_person_dibao_now")


@variable(Resident, Number)
def dibao_single_person_local_amount(of: Asker) -> Number:
    return number(of.policy.dibao_single_person_month)


@variable(Resident, Truth)
def tekun_support(of: Asker) -> Truth:
    poor = income_below(of.home, of.policy.dibao_standard_year)
    return of.truth("tekun_unable_to_work") & poor & of.truth("without_supporter")


@variable(Resident, Truth)
def tekun_support_receiving(of: Asker) -> Truth:
    return of.truth("receives_tekun")


@variable(Resident, Number)
def tekun_support_amount(of: Asker) -> Number:
    return number(dibao_month(of.policy)).share(of.policy.tekun_basic_multiple)


def _care(of: Asker, code: int) -> Truth:
    """Whether somebody's care is of a grade: 1 able, 2 partly, 3 not at all; 0 was never assessed."""
    given = of.count("self_care")
    known: Array = given > 0
    return Truth(given == code, known & (given != code))


@variable(Resident, Truth)
def tekun_care(of: Asker) -> Truth:
    return of.truth("receives_tekun") & ~(_care(of, 3) & of.truth("collective_care"))


@variable(Resident, Number)
def tekun_care_amount(of: Asker) -> Number:
    policy = of.policy
    wage = number(policy.minimum_wage_month_last_year)
    return first_that_holds(
        (_care(of, 1), wage.divided(policy.tekun_care_able_divisor)),
        (_care(of, 2), wage.divided(policy.tekun_care_partial_divisor)),
        (_care(of, 3), wage.divided(policy.tekun_care_lost_divisor)),
        otherwise=UNKNOWN_NUMBER,
    )


@variable(Resident, Truth)
def tekun_care_collective(of: Asker) -> Truth:
    return of.truth("receives_tekun") & _care(of, 3) & of.truth("collective_care")


@variable(Resident, Number)
def tekun_care_collective_amount(of: Asker) -> Number:
    return number(of.policy.tekun_care_collective_year)


@variable(Resident, Truth)
def severe_disability_care(of: Asker) -> Truth:
    return of.truth("severe_disability")


@variable(Resident, Truth)
def severe_disability_care_receiving(of: Asker) -> Truth:
    return of.truth("care_allowance_paid")


@variable(Resident, Number)
def severe_disability_care_amount(of: Asker) -> Number:
    return number(of.policy.care_allowance_month)
