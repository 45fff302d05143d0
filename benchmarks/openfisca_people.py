"""Residents in OpenFisca: age, status, work, schooling and disability, written by hand from the packs' facts."""

from __future__ import annotations

import numpy as np

from benchmarks.openfisca_values import (
    NEVER_KNOWN,
    NO,
    UNKNOWN_NUMBER,
    YES,
    Asker,
    Day,
    Number,
    Resident,
    Truth,
    day,
    first_that_holds,
    number,
    truth,
    variable,
)

MALE, FEMALE = 1, 2
LONG_AGO = "1900-01-01"


def sexes(of: Asker) -> tuple[Truth, Truth]:
    """Whether male, whether female; neither is known of whom the sex is not."""
    code = of.count("sex")
    lost = code == 0
    return Truth(code == MALE, ~lost & (code != MALE)), Truth(code == FEMALE, ~lost & (code != FEMALE))


def by_sex(of: Asker, male: int, female: int) -> Number:
    is_male, is_female = sexes(of)
    return first_that_holds((is_male, number(male)), (is_female, number(female)), otherwise=UNKNOWN_NUMBER)


@variable(Resident, Number)
def age(of: Asker) -> Number:
    months = of.day("birth_on").months_until(of.today)
    return Number(months.value // 12, months.known)


@variable(Resident, Number)
def age_months(of: Asker) -> Number:
    return of.day("birth_on").months_until(of.today)


@variable(Resident, Truth)
def receives_dibao(of: Asker) -> Truth:
    return of.truth("dibao_delivered") | of.truth("dibao_registered")


@variable(Resident, Truth)
def receives_tekun(of: Asker) -> Truth:
    return of.truth("tekun_delivered") | of.truth("tekun_registered")


@variable(Resident, Truth)
def single_person_dibao_now(of: Asker) -> Truth:
    return of.truth("receives_dibao") & ~of.home.truth("whole_household_on_dibao")


@variable(Resident, Truth)
def seriously_ill(of: Asker) -> Truth:
    return of.truth("serious_delivered") | of.truth("serious_registered")


@variable(Resident, Truth)
def major_medical_aid_12m(of: Asker) -> Truth:
    return of.truth("seriously_ill") & of.truth("medical_aid_received_12m")


# --- disability -------------------------------------------------------------------------------------------------------


@variable(Resident, Truth)
def severe_disability(of: Asker) -> Truth:
    return truth(of.count("grade_best") <= of.policy.severe_disability_grade)


@variable(Resident, Truth)
def severe_mind_disability(of: Asker) -> Truth:
    return truth(of.count("grade_mind") <= of.policy.mind_disability_grade)


@variable(Resident, Truth)
def tekun_disability(of: Asker) -> Truth:
    """What a card for several disabilities counts for is unknown, unless its grade is too light for any."""
    policy = of.policy
    single = (
        (of.count("grade_mind") <= policy.tekun_mind_grade)
        | (of.count("grade_limb") <= policy.tekun_limb_grade)
        | (of.count("grade_visual") <= policy.tekun_visual_grade)
    )
    several = of.count("grade_multiple") <= policy.tekun_mind_grade
    return Truth(single, ~single & ~several)


@variable(Resident, Truth)
def tekun_unable_to_work(of: Asker) -> Truth:
    years, policy = of.number("age"), of.policy
    in_school = of.truth("receives_tekun") & of.truth("in_school_to_senior")
    return (years >= policy.elderly_age) | (years < policy.tekun_child_age) | in_school | of.truth("tekun_disability")


# --- work -------------------------------------------------------------------------------------------------------------


@variable(Resident, Truth)
def working_now(of: Asker) -> Truth:
    reported = truth(of.count("work_reports_12m") > 0)
    at_work = of.day("worked_last_on").or_else(LONG_AGO) >= of.day("out_of_work_on").or_else(LONG_AGO)
    return first_that_holds((of.truth("post_now"), YES), (reported, at_work), otherwise=of.truth("working_away"))


@variable(Resident, Truth)
def counted_worker(of: Asker) -> Truth:
    years, policy = of.number("age"), of.policy
    said_away = truth(of.truth("working_away").known)
    in_age = (years >= policy.working_age_from) & ((years < policy.working_age_until) | said_away)
    return in_age & of.truth("working_now")


@variable(Resident, Truth)
def able_worker(of: Asker) -> Truth:
    years, policy = of.number("age"), of.policy
    in_age = (years >= policy.working_age_from) & (years < policy.working_age_until)
    return in_age & of.truth("able_labour") & of.truth("out_of_school")


@variable(Resident, Truth)
def no_other_worker(of: Asker) -> Truth:
    counted = of.truth("counted_worker")
    own = first_that_holds((counted, number(1)), (~counted, number(0)), otherwise=UNKNOWN_NUMBER)
    return of.home.number("workers_now").equals(own)


@variable(Resident, Truth)
def working_outside_province(of: Asker) -> Truth:
    return _working(of, "last_outside", "scope_outside")


@variable(Resident, Truth)
def working_outside_county(of: Asker) -> Truth:
    return _working(of, "last_in_province", "scope_province")


def _working(of: Asker, reported: str, registered: str) -> Truth:
    reports = truth(of.count("work_reports_12m") > 0)
    return first_that_holds(
        (reports, of.truth("working_now") & of.truth(reported)),
        otherwise=of.truth("working_away") & of.truth(registered),
    )


@variable(Resident, Truth)
def hard_class(of: Asker) -> Truth:
    """Low income, moved, disabled or older: the classes of people for whom work is hard to find."""
    policy = of.policy
    male, female = sexes(of)
    older = first_that_holds(
        (male, of.number("age") >= policy.older_worker_age_male),
        (female, of.number("age") >= policy.older_worker_age_female),
        otherwise=NEVER_KNOWN,
    )
    disabled = of.truth("has_card") | of.truth("disabled_registered")
    return of.home.truth("low_income_household") | of.home.truth("relocated") | disabled | older


@variable(Resident, Truth)
def hard_to_employ(of: Asker) -> Truth:
    return _fit(of) & (of.truth("hard_class") | of.home.truth("zero_employment_household"))


@variable(Resident, Truth)
def hard_to_employ_before_job(of: Asker) -> Truth:
    return _fit(of) & (of.truth("hard_class") | of.truth("no_other_worker"))


def _fit(of: Asker) -> Truth:
    grown = of.number("age") >= of.policy.working_age_from
    return grown & of.truth("can_work") & of.truth("out_of_school")


@variable(Resident, Truth)
def placement_stable(of: Asker) -> Truth:
    wanted = of.policy.broker_stable_months
    stable = of.count("months_stable") >= wanted
    return Truth(stable, ~stable & (of.count("months_unconfirmed") < wanted))


# --- retirement -------------------------------------------------------------------------------------------------------


@variable(Resident, Truth)
def before_retirement(of: Asker) -> Truth:
    months, base, reform, cap, step = of.number("age_months"), *_retirement(of)
    delayed = (reform >= 0) & (months < base + cap) & ((months - base) * step <= reform)
    return (months < base) | delayed


@variable(Resident, Truth)
def near_retirement_at_post_start(of: Asker) -> Truth:
    base, reform, cap, step = _retirement(of)
    started = of.day("public_post_started_on")
    reach = of.day("birth_on").months_until(started) + (of.policy.public_post_retirement_months - 1)
    under_reform = (started >= day("2025-01-01")) & (reform >= 0)
    delayed = under_reform & (reach < base + cap) & ((reach - base) * step <= reform)
    return ~((reach < base) | delayed)


def _retirement(of: Asker) -> tuple[Number, Number, Number, Number]:
    """Months of age at which somebody retired before the reform, months after its start, most delay, months per month."""
    policy = of.policy
    base = by_sex(of, 12 * policy.retirement_age_male, 12 * policy.retirement_age_female)
    reform = day(LONG_AGO).months_until(of.day("birth_on")) + base - 12 * 125
    cap = by_sex(of, policy.retirement_delay_cap_male, policy.retirement_delay_cap_female)
    step = by_sex(of, policy.retirement_delay_step_male, policy.retirement_delay_step_female)
    return base, reform, cap, step


@variable(Resident, Number)
def public_post_months_now(of: Asker) -> Number:
    now = of.truth("post_now")
    months = of.day("public_post_started_on").months_until(of.today)
    return first_that_holds((now, months), (~now, number(0)), otherwise=UNKNOWN_NUMBER)


# --- young leavers ----------------------------------------------------------------------------------------------------


@variable(Resident, Truth)
def in_other_school(of: Asker) -> Truth:
    enrolled = of.day("school_leaver_enrolled_on")
    surely, perhaps = (Day(of.count(name), np.array(True)) for name in ("other_school_on", "perhaps_other_school_on"))
    long_ago = day(LONG_AGO)
    surely_later = (surely > long_ago) & (surely >= enrolled)
    perhaps_later = (perhaps > long_ago) & (perhaps >= enrolled)
    return surely_later | Truth(np.array(False), perhaps_later.no)


@variable(Resident, Truth)
def school_leaver_intake(of: Asker) -> Truth:
    enrolled = of.day("school_leaver_enrolled_on")
    return first_that_holds(
        (enrolled < day("2020-01-01"), NO), (enrolled < day("2022-01-01"), YES), otherwise=NEVER_KNOWN
    )


@variable(Resident, Number)
def school_leaver_months(of: Asker) -> Number:
    return of.day("school_leaver_enrolled_on").months_until(of.today)


@variable(Resident, Number)
def school_leaver_age_months(of: Asker) -> Number:
    return of.day("birth_on").months_until(of.day("school_leaver_enrolled_on"))


@variable(Resident, Number)
def school_leaver_year(of: Asker) -> Number:
    """What a school year is paid with in the county where somebody lives."""
    poor = np.isin(of.home.count("county"), (431022, 431026, 431027, 431028))
    pay = of.policy.school_leaver_allowance_poor_counties, of.policy.school_leaver_allowance_elsewhere
    return Number(np.where(poor, *pay), np.array(True))
