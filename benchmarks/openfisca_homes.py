"""Households in OpenFisca: income, costs and status, written by hand from the packs' facts."""

from __future__ import annotations

import numpy as np

from benchmarks.openfisca_policy import dibao_month
from benchmarks.openfisca_values import (
    UNKNOWN_NUMBER,
    Asker,
    Household,
    Number,
    Truth,
    first_that_holds,
    number,
    truth,
    variable,
)


@variable(Household, Number)
def members(of: Asker) -> Number:
    return of.how_many(truth(np.ones(of.population.members.count, bool)))


@variable(Household, Number)
def workers_now(of: Asker) -> Number:
    return of.how_many(of.members.truth("counted_worker"))


@variable(Household, Truth)
def zero_employment_household(of: Asker) -> Truth:
    return (of.how_many(of.members.truth("able_worker")) > 0) & of.number("workers_now").equals(0)


# --- status -----------------------------------------------------------------------------------------------------------


@variable(Household, Truth)
def on_dibao(of: Asker) -> Truth:
    return of.anyone(of.members.truth("receives_dibao"))


@variable(Household, Truth)
def on_tekun(of: Asker) -> Truth:
    return of.anyone(of.members.truth("receives_tekun"))


@variable(Household, Truth)
def whole_household_on_dibao(of: Asker) -> Truth:
    return (of.number("members") > 0) & of.everyone(of.members.truth("receives_dibao"))


@variable(Household, Truth)
def dibao_borderline_status(of: Asker) -> Truth:
    return of.truth("borderline_delivered") | of.truth("borderline_tag")


@variable(Household, Truth)
def rigid_expenditure_status(of: Asker) -> Truth:
    return of.truth("rigid_delivered") | of.truth("rigid_tag")


@variable(Household, Truth)
def under_monitoring(of: Asker) -> Truth:
    return of.truth("monitored") & ~of.truth("cleared")


@variable(Household, Truth)
def low_income_household(of: Asker) -> Truth:
    on_aid = of.truth("on_dibao") | of.truth("on_tekun")
    return of.truth("exited_poverty") | of.truth("monitored") | on_aid | of.truth("low_income_tag")


# --- income -----------------------------------------------------------------------------------------------------------


def _quarters(of: Asker, which: str, of_what: str) -> Number:
    """A sum over four quarters, where there are four."""
    found, complete = of.number(f"quarters_{of_what}_{which}"), of.count(f"quarters_{which}") == 4
    return Number(found.value, found.known & complete)


def _ledger_net(of: Asker, year: str = "") -> Number:
    some = of.number(f"ledger_rows{year}") > 0
    return first_that_holds((some, of.number(f"ledger_net{year}")), otherwise=UNKNOWN_NUMBER)


def _first_known(*found: Number) -> Number:
    return first_that_holds(*((truth(one.known), one) for one in found[:-1]), otherwise=found[-1])


@variable(Household, Number)
def net_income(of: Asker) -> Number:
    return _first_known(_quarters(of, "recent", "net"), _quarters(of, "earlier", "net"), _ledger_net(of))


@variable(Household, Number)
def net_income_last_year(of: Asker) -> Number:
    four = truth(of.count("quarters_last_year") == 4)
    return first_that_holds((four, of.number("quarters_net_last_year")), otherwise=_ledger_net(of, "_last_year"))


def _from_where_income_is(of: Asker, of_what: str) -> Number:
    """Wages or transfers from the same source that net income was taken from."""
    return first_that_holds(
        (truth(_quarters(of, "recent", "net").known), of.number(f"quarters_{of_what}_recent")),
        (truth(_quarters(of, "earlier", "net").known), of.number(f"quarters_{of_what}_earlier")),
        (truth(_ledger_net(of).known), of.number(f"ledger_{of_what}")),
        otherwise=UNKNOWN_NUMBER,
    )


@variable(Household, Number)
def transfer_counted(of: Asker) -> Number:
    return _from_where_income_is(of, "transfer")


@variable(Household, Number)
def wage_counted(of: Asker) -> Number:
    return _from_where_income_is(of, "wage")


@variable(Household, Number)
def dibao_left_out(of: Asker) -> Number:
    transfers = of.number("transfer_counted")
    detailed = of.number("ledger_transfer_rows") > 0
    left_out = transfers.at_most(of.number("ledger_left_out"))
    return first_that_holds((transfers.equals(0), number(0)), (detailed, left_out), otherwise=UNKNOWN_NUMBER)


@variable(Household, Number)
def work_cost(of: Asker) -> Number:
    wage, policy = of.number("wage_counted"), of.policy
    by_wage = wage.share(policy.work_cost_wage_share)
    per_worker = (of.number("workers_now") * policy.work_cost_dibao_share * policy.dibao_standard_year).divided(10_000)
    by_both = wage.at_most(by_wage + per_worker)
    return first_that_holds(
        (wage.equals(0), number(0)),
        (truth(policy.work_cost_dibao_share == 0), by_wage),
        (truth(policy.work_cost_dibao_share > 0), by_both),
        otherwise=UNKNOWN_NUMBER,
    )


@variable(Household, Number)
def dibao_income(of: Asker) -> Number:
    return of.number("net_income") - of.number("dibao_left_out") - of.number("work_cost")


@variable(Household, Number)
def dibao_income_per_head(of: Asker) -> Number:
    return of.number("dibao_income").divided(of.number("members"))


@variable(Household, Number)
def net_income_per_head(of: Asker) -> Number:
    return of.number("net_income").divided(of.number("members"))


# --- costs ------------------------------------------------------------------------------------------------------------


@variable(Household, Number)
def self_paid(of: Asker) -> Number:
    return of.total(of.members.number("self_paid_12m"))


@variable(Household, Number)
def medical_net_cost(of: Asker) -> Number:
    return of.total(of.members.number("medical_net_cost_12m"))


@variable(Household, Number)
def rigid_cost(of: Asker) -> Number:
    return of.number("self_paid") + of.total(of.members.number("fees_net_12m")) + of.number("other_rigid_cost_12m")


@variable(Household, Number)
def claims(of: Asker) -> Number:
    """Insurance paid, by the larger of two sources; what is not known counts as nothing."""
    both = [of.number(name) for name in ("claims_quarters", "ledger_claims")]
    found = [np.where(one.known, one.value, 0) for one in both]
    return Number(np.maximum(*found), np.array(True))


@variable(Household, Number)
def income_after_medical_per_head(of: Asker) -> Number:
    return (of.number("net_income") + of.number("claims") - of.number("self_paid")).divided(of.number("members"))


@variable(Household, Number)
def income_after_rigid_per_head(of: Asker) -> Number:
    return (of.number("net_income") + of.number("claims") - of.number("rigid_cost")).divided(of.number("members"))


@variable(Household, Number)
def income_after_four_layers_per_head(of: Asker) -> Number:
    return (of.number("net_income") - of.number("medical_net_cost")).divided(of.number("members"))


@variable(Household, Number)
def rigid_deduction_month(of: Asker) -> Number:
    policy, cost = of.policy, of.number("rigid_cost")
    line = of.number("net_income_last_year") * policy.rigid_income_multiple
    deducted = cost.divided(12).at_most(policy.rigid_deduction_cap_multiple * dibao_month(policy))
    return first_that_holds((cost > line, deducted), (cost <= line, number(0)), otherwise=UNKNOWN_NUMBER)


@variable(Household, Number)
def dibao_income_after_deduction(of: Asker) -> Number:
    return of.number("dibao_income") - of.number("rigid_deduction_month") * 12


# --- emergencies ------------------------------------------------------------------------------------------------------


@variable(Household, Truth)
def emergency_by_disaster(of: Asker) -> Truth:
    policy = of.policy
    poor = of.number("net_income_per_head") < policy.monitoring_line
    heavy = of.number("disaster_loss_12m") >= policy.disaster_loss_floor
    return of.truth("house_collapsed_12m") | (heavy & poor)


@variable(Household, Truth)
def emergency_by_illness(of: Asker) -> Truth:
    policy = of.policy
    heavy = of.number("self_paid") >= policy.self_paid_line_low_income
    return heavy & (of.number("income_after_medical_per_head") < policy.dibao_standard_year)
