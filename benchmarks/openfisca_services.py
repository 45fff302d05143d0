"""Benefits for health, schooling and work in OpenFisca, written by hand from the packs' YAML; see ``openfisca_aid``."""

from __future__ import annotations

import numpy as np

from benchmarks.openfisca_values import (
    NEVER_KNOWN,
    UNKNOWN_NUMBER,
    Asker,
    Number,
    Resident,
    Truth,
    first_that_holds,
    number,
    truth,
    variable,
)


@variable(Resident, Truth)
def insurance_premium_subsidy(of: Asker) -> Truth:
    return (of.truth("receives_tekun") | of.truth("receives_dibao")) & ~of.truth("employee_insured")


@variable(Resident, Truth)
def insurance_premium_subsidy_receiving(of: Asker) -> Truth:
    aided = of.truth("receives_tekun") | of.truth("receives_dibao")
    return of.truth("insurance_subsidised_this_year") & aided


@variable(Resident, Number)
def insurance_premium_subsidy_amount(of: Asker) -> Number:
    tekun, dibao, policy = of.truth("receives_tekun"), of.truth("receives_dibao"), of.policy
    return first_that_holds(
        (tekun, number(policy.insurance_subsidy_tekun_year)),
        (~tekun & dibao, number(policy.insurance_subsidy_dibao_year)),
        otherwise=UNKNOWN_NUMBER,
    )


@variable(Resident, Truth)
def insurance_premium_low_income(of: Asker) -> Truth:
    return of.home.truth("low_income_household") & ~of.truth("employee_insured")


@variable(Resident, Truth)
def insurance_premium_low_income_receiving(of: Asker) -> Truth:
    return of.truth("insurance_subsidised_this_year") & of.home.truth("low_income_household")


@variable(Resident, Truth)
def aided_class(of: Asker) -> Truth:
    """In one of the four classes; where an earlier class is not known, later ones are not looked at."""
    classes = [
        of.truth("receives_tekun"),
        of.truth("receives_dibao"),
        of.home.truth("dibao_borderline_status"),
        of.home.truth("rigid_expenditure_status"),
    ]
    before, yes = np.array(True), np.array(False)
    for held in classes:
        yes = yes | (before & held.yes)
        before = before & held.no
    return Truth(yes, before)


@variable(Resident, Truth)
def medical_aid(of: Asker) -> Truth:
    return of.truth("aided_class") & (of.number("medical_aid_base_12m") > 0)


@variable(Resident, Truth)
def medical_aid_receiving(of: Asker) -> Truth:
    return of.truth("medical_aid_received_12m") & of.truth("aided_class")


# --- schooling and work -----------------------------------------------------------------------------------------------


@variable(Resident, Truth)
def rain_dew(of: Asker) -> Truth:
    return of.truth("vocational_student") & (of.home.truth("exited_poverty") | of.home.truth("under_monitoring"))


@variable(Resident, Truth)
def rain_dew_receiving(of: Asker) -> Truth:
    return of.truth("rain_dew_received")


@variable(Resident, Number)
def rain_dew_amount(of: Asker) -> Number:
    return number(of.policy.rain_dew_year)


@variable(Resident, Truth)
def school_leaver_allowance(of: Asker) -> Truth:
    policy, started = of.policy, of.number("school_leaver_age_months")
    old_enough = started >= 12 * policy.young_leaver_age_from
    young_enough = started < 12 * (policy.young_leaver_age_to + 1)
    in_time = of.number("school_leaver_months") < policy.school_leaver_allowance_months
    recruited = of.truth("school_leaver_now") & of.truth("school_leaver_intake") & old_enough & young_enough
    return recruited & of.home.truth("low_income_household") & in_time & ~of.truth("in_other_school")


@variable(Resident, Truth)
def school_leaver_allowance_receiving(of: Asker) -> Truth:
    """What was paid so far is more than what was due for the school years before this one."""
    paid = of.number("school_leaver_paid")
    months = first_that_holds((of.truth("school_leaver_now"), of.number("school_leaver_months")), otherwise=number(0))
    years = Number(months.value // 12, months.known)
    return (paid > 0) & (paid > years * of.number("school_leaver_year"))


@variable(Resident, Number)
def school_leaver_allowance_amount(of: Asker) -> Number:
    return of.number("school_leaver_year")


@variable(Resident, Truth)
def training_allowance(of: Asker) -> Truth:
    paying = truth(of.policy.training_allowance_day > 0)
    return paying & of.truth("hard_to_employ") & (of.number("training_days_12m") > 0)


@variable(Resident, Truth)
def training_allowance_receiving(of: Asker) -> Truth:
    paid = of.number("training_allowance_paid_12m")
    return (paid > 0) & (paid >= of.number("training_days_12m") * of.policy.training_allowance_day)


@variable(Resident, Number)
def training_allowance_amount(of: Asker) -> Number:
    return of.number("training_days_12m") * of.policy.training_allowance_day


@variable(Resident, Truth)
def broker_subsidy(of: Asker) -> Truth:
    paying = truth(of.policy.broker_subsidy_per_person > 0)
    return paying & of.truth("hard_to_employ_before_job") & of.truth("placement_stable")


@variable(Resident, Truth)
def broker_subsidy_receiving(of: Asker) -> Truth:
    return of.truth("broker_subsidy_received")


@variable(Resident, Number)
def broker_subsidy_amount(of: Asker) -> Number:
    return number(of.policy.broker_subsidy_per_person)


@variable(Resident, Truth)
def public_post_subsidy(of: Asker) -> Truth:
    """The county has recognised whoever has a post: what the data say against it is only not known."""
    recognised = of.truth("hard_to_employ_before_job") | NEVER_KNOWN
    near = of.truth("near_retirement_at_post_start") & of.truth("before_retirement")
    in_time = of.number("public_post_months_now") < of.policy.public_post_term_months
    return of.truth("post_now") & recognised & (in_time | near)


@variable(Resident, Truth)
def public_post_subsidy_receiving(of: Asker) -> Truth:
    return of.truth("public_post_subsidy_paid")


@variable(Resident, Number)
def public_post_subsidy_amount(of: Asker) -> Number:
    return number(of.policy.minimum_wage_month)


@variable(Resident, Truth)
def travel_subsidy(of: Asker) -> Truth:
    paying = truth(of.policy.travel_subsidy_times >= 1)
    away = of.truth("working_outside_province") | of.truth("working_outside_county")
    return paying & of.truth("hard_to_employ_before_job") & away


@variable(Resident, Number)
def travel_subsidy_amount(of: Asker) -> Number:
    policy = of.policy
    same = truth(policy.travel_subsidy_outside_prefecture == policy.travel_subsidy_inside_prefecture)
    return first_that_holds(
        (of.truth("working_outside_province"), number(policy.travel_subsidy_outside_province)),
        (of.truth("working_outside_county") & same, number(policy.travel_subsidy_outside_prefecture)),
        otherwise=UNKNOWN_NUMBER,
    )
