"""Feeds in polars, one line per person or household each: the first half of peers_polars.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

TODAY = date(2026, 11, 1)
LONG_AGO = pl.lit(date(1900, 1, 1))
HIGHER = ["senior", "vocational", "college", "bachelor", "graduate"]
LOW = [
    "exited_poverty", "unstable_exited", "marginal", "sudden_hardship", "dibao", "tekun", "dibao_borderline",
    "rigid_expenditure",
]  # fmt: skip
col, lit = pl.col, pl.lit
Frames = Mapping[str, pl.LazyFrame]


def ago(months: int) -> pl.Expr:
    """The day some months before today."""
    years, month = divmod(TODAY.year * 12 + TODAY.month - 1 - months, 12)
    return lit(date(years, month + 1, 1))


def lately(day: str, months: int) -> pl.Expr:
    return (col(day) > ago(months)) & (col(day) <= lit(TODAY))


def divided(numerator: pl.Expr, denominator: pl.Expr | int) -> pl.Expr:
    return (2 * numerator + denominator) // (2 * denominator)


def later(one: str, other: str) -> pl.Expr:
    return col(one).fill_null(LONG_AGO) > col(other).fill_null(LONG_AGO)


def some(condition: pl.Expr) -> pl.Expr:
    return condition.any()


def total(column: str | pl.Expr, where: pl.Expr) -> pl.Expr:
    value = col(column) if isinstance(column, str) else column
    return pl.when(where).then(value).otherwise(0).sum()


def last(day: str, where: pl.Expr) -> pl.Expr:
    return pl.when(where).then(col(day)).max()


def by_person(feeds: Frames) -> list[pl.LazyFrame]:
    """One line per person of every feed about people."""
    open_now = (col("ended_on").is_null() | (col("ended_on") > TODAY)) & (
        col("change").is_null() | col("change").is_in(["new", "continuing"])
    )
    kind, grade, stay = col("kind"), col("grade"), col("visit_kind") == "inpatient"
    still = col("ended_on").is_null() | (col("ended_on") > TODAY)
    year, half = lately("term_starts_on", 12), lately("term_starts_on", 7)
    illness, enrolled = col("disease_kind"), col("enrolled")
    return [
        feeds["medical_settlements"].filter(lately("settled_on", 12)).group_by("rid").agg(
            col("self_paid").sum().alias("self_paid_12m"),
            stay.sum().cast(pl.Int64).alias("hospital_stays_12m"),
            total("covered_cost", stay & (col("aid_paid").fill_null(0) == 0)).alias("covered_without_aid_12m"),
            pl.when(stay).then(col("self_paid")).max().alias("largest_stay"),
            total("self_paid", col("visit_kind").is_in(["outpatient", "chronic_outpatient"]) & (col("settled_on") > ago(1)))
            .alias("outpatient_self_paid_1m"),
        ),
        feeds["school_enrolments"].filter(lately("term_starts_on", 18)).group_by("rid").agg(
            total((col("fees_paid") - col("aid_received").fill_null(0)).clip(0), year & col("stage").is_in(HIGHER))
            .alias("fees_net_12m"),
            total(col("aid_received").fill_null(0), year).alias("school_aid_12m"),
            last("term_starts_on", ~enrolled).alias("school_left_on"),
            last("term_starts_on", enrolled).alias("school_enrolled_on"),
            some(year).alias("record_12m"),
            some(year & col("rain_dew").fill_null(False)).alias("rain_dew_received"),
            some(half & enrolled & col("stage").is_in(HIGHER)).alias("noncompulsory_student"),
            some(half & enrolled & col("stage").is_in(["vocational", "college"])).alias("vocational_student"),
        ),
        feeds["employment"].filter(lately("reported_on", 12)).group_by("rid").agg(
            last("reported_on", ~col("working")).alias("out_of_work_on"),
            last("reported_on", col("working")).alias("worked_last_on"),
            some(~col("working") & (col("reported_on") > ago(3))
                 & col("left_reason").is_in(["laid_off", "firm_closed", "illness", "contract_end"]).fill_null(False))
            .alias("left_involuntarily_3m"),
            total(col("unpaid_wages").fill_null(0), col("reported_on") > ago(1)).alias("unpaid_wages_now"),
            lit(True).alias("reported"),
        ),
        feeds["public_posts"].group_by("rid").agg(
            some(still).alias("post_now"),
            some(lately("ended_on", 3).fill_null(False)).alias("ended_3m"),
            some(still & (col("paid_until") < ago(2)).fill_null(False)).alias("post_pay_late"),
            pl.when(still).then(col("started_on")).min().alias("post_since"),
        ),
        feeds["social_assistance"].group_by("rid").agg(
            some((kind == "dibao") & open_now).alias("dibao"),
            some((kind == "tekun") & open_now).alias("tekun"),
            some(kind.is_in(["orphan", "unsupported_child"]) & open_now).alias("child_allowance_now"),
        ),
        feeds["disabilities"].group_by("rid").agg(
            some(grade <= 2).alias("severe_disability"),
            some((grade <= 2) & lately("certified_on", 6)).alias("new_severe_disability_6m"),
            some(col("category").is_in(["intellectual", "mental"]) & (grade <= 3)).alias("severe_mind_disability"),
            some(col("care_allowance").fill_null(0) > 0).alias("care_allowance_paid"),
            (~some(col("living_allowance").fill_null(0) > 0)).alias("disabled_without_living_allowance"),
        ),
        feeds["chronic_patients"].group_by("rid").agg(
            some(illness == "serious").alias("serious"),
            some(illness != "serious").alias("chronic"),
            some((illness == "serious") & lately("diagnosed_on", 6)).alias("new_serious_illness_6m"),
            some(illness.is_in(["hypertension", "diabetes", "tuberculosis", "mental"])
                 & (col("last_follow_up_on") < date(2026, 8, 3)).fill_null(True)).alias("follow_up_missed_90d"),
        ),
        feeds["insurance_enrolments"].filter(col("insured") & (col("enrolment_year") == TODAY.year)).group_by("rid")
        .agg(lit(True).alias("insured")),
        feeds["deaths"].group_by("rid").agg(lit(True).alias("died"), some(lately("died_on", 6)).alias("died_6m")),
        valid(feeds["statuses"]).filter(col("rid").is_not_null() & col("tag").is_in(["orphan", "unsupported_child"]))
        .group_by("rid").agg(lit(True).alias("orphan_status")),
    ]  # fmt: skip


def valid(statuses: pl.LazyFrame) -> pl.LazyFrame:
    return statuses.filter((col("valid_from") <= TODAY) & (col("valid_until") > TODAY).fill_null(True))


def by_home(feeds: Frames) -> list[pl.LazyFrame]:
    """One line per household of every feed about households."""
    net = col("wage") + col("business_income") - col("business_cost") + col("property") + col("transfer")
    quarter, ended = col("quarter_on"), pl.coalesce("until_on", "from_on")
    quarters = feeds["household_incomes"].filter((quarter > ago(18)) & (quarter <= ago(3)))

    def netted(where: pl.Expr, wanted: int) -> pl.Expr:
        return pl.when(where.sum() == wanted).then(total(net, where))

    kind, signed = col("kind"), pl.when(col("kind") == "business_cost").then(-col("amount")).otherwise(col("amount"))
    counted = kind.is_in(["wage", "business_income", "business_cost", "property", "transfer"])
    ledger = feeds["incomes"].filter((ended > ago(12)) & (ended <= TODAY))
    only, unfinished, grade = col("only_home").fill_null(True), col("finished_on").is_null(), col("grade")
    stopped = lately("ended_on", 3).fill_null(False) | (
        (col("change") == "stopped").fill_null(False) & col("ended_on").is_null() & (col("started_on") > ago(3))
    )
    damage = col("house_damage")
    return [
        quarters.group_by("hid").agg(
            netted(quarter > ago(15), 4).alias("four"),
            netted(quarter <= ago(6), 4).alias("four_earlier"),
            netted(quarter > ago(6), 1).alias("net_income_last_quarter"),
            total("claims", quarter > ago(15)).alias("claims"),
        ),
        ledger.group_by("hid").agg(
            pl.when(counted.any()).then(total(signed, counted)).alias("ledger"),
            total("amount", kind == "claims").alias("ledger_claims"),
            total("amount", kind == "other_rigid_cost").alias("other_rigid"),
        ),
        feeds["house_safety"].group_by("hid").agg(
            last("checked_on", (grade == "D") & unfinished & only).alias("d_on"),
            last("checked_on", (grade == "C") & unfinished & only).alias("c_on"),
            last("checked_on", grade.is_in(["A", "B"]) | ~unfinished).alias("safe_on"),
            pl.when(grade.is_in(["C", "D"]) & unfinished & only & lately("checked_on", 60)).then(col("checked_on")).min()
            .alias("house_unsafe_since"),
            lit(True).alias("house_checked"),
        ),
        feeds["water_supply"].filter(lately("checked_on", 3)).group_by("hid").agg(
            col("stopped_days").fill_null(0).max().alias("water_stopped_days_3m"),
            some(~col("quality_ok").fill_null(True)).alias("water_quality_bad_3m"),
            some((col("litres_per_person_day") < 20).fill_null(False) | (col("minutes_to_fetch") > 20).fill_null(False)
                 | (col("distance_m") > 800).fill_null(False) | (col("short_days_per_year") > 36).fill_null(False))
            .alias("water_hard_to_get_3m"),
        ),
        feeds["farming"].filter(lately("season_on", 12)).group_by("hid").agg(
            col("output_value").sum().alias("farming_output_12m"), col("cost").sum().alias("farming_cost"),
            col("loss_ratio").fill_null(0).max().alias("farming_loss_ratio_12m"),
            total(col("unsold_value").fill_null(0), col("season_on") > ago(6)).alias("unsold_value_6m"),
        ),
        feeds["disasters"].filter(lately("happened_on", 12)).group_by("hid").agg(
            (col("loss") - col("relief_paid").fill_null(0) - col("insured_paid").fill_null(0)).clip(0).sum()
            .alias("disaster_loss_12m"),
            col("crop_loss_mu").fill_null(0).sum().alias("crop_loss_mu_12m"),
            some(damage == "collapsed").alias("house_collapsed_12m"),
            some(damage == "serious").alias("house_badly_damaged_12m"),
            some(damage == "light").alias("house_lightly_damaged_12m"),
        ),
        feeds["accidents"].filter(lately("happened_on", 12)).group_by("hid").agg(
            (col("loss") - col("compensation").fill_null(0)).clip(0).sum().alias("accident_loss_12m"),
            some(col("deaths") > 0).alias("accident_death_12m"), some(col("disabling")).alias("accident_disabling_12m"),
        ),
        feeds["loans"].filter(lately("reported_on", 2)).group_by("hid").agg(
            col("overdue_days").fill_null(0).max().alias("loan_overdue_days"),
            col("balance").fill_null(0).max().alias("loan_balance"),
        ),
        feeds["hotline_cases"].filter(
            lately("received_on", 3) & (col("topic") != "other") & col("closed_on").is_null()
            & col("channel").is_in(["hotline_12345", "hotline_12317", "grid", "media"]).fill_null(True)
        ).group_by("hid").agg(pl.len().cast(pl.Int64).alias("help_calls_open")),
        feeds["relocations"].group_by("hid").agg(
            some((col("workers") > 0) & (col("employed_workers") == 0)).alias("relocated_without_worker_now"),
            col("problems").fill_null(0).sum().alias("relocation_problems_open"),
        ),
        feeds["property_holdings"].filter(kind.is_in(["car", "firm"])).group_by("hid")
        .agg(lit(True).alias("car_or_firm_registered")),
        feeds["social_assistance"].group_by("hid").agg(
            some(kind.is_in(["dibao", "tekun"]) & stopped).alias("stopped"),
            ((kind == "temporary") & (col("change") != "applied").fill_null(True) & lately("started_on", 12)).sum()
            .cast(pl.Int64).alias("temporary_aid_12m"),
        ),
        valid(feeds["statuses"]).filter(col("tag").is_in(LOW)).group_by("hid").agg(lit(True).alias("tagged_low")),
    ]  # fmt: skip
