"""The 70 rules in polars, by hand: lazy frames over the same Parquet, one group per feed, levels and hits by expressions.

Facts are those of peers_duckdb.sql, written in polars' own words; conditions come from peers_rules.txt. A feed is read
only as far as its columns are asked for. Money is whole 分; quotients are rounded half up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from benchmarks.peers_polars_feeds import TODAY, Frames, ago, by_home, by_person, col, divided, lately, later, lit, some
from benchmarks.peers_rules import Rule

UNDECIDED, SHOWN = 9, 12
NOTHING = (
    "self_paid_12m hospital_stays_12m covered_without_aid_12m outpatient_self_paid_1m fees_net_12m school_aid_12m "
    "unpaid_wages_now"
).split()
NOT_SO = (
    "record_12m rain_dew_received noncompulsory_student vocational_student left_involuntarily_3m reported post_now "
    "ended_3m post_pay_late dibao tekun child_allowance_now severe_disability new_severe_disability_6m "
    "severe_mind_disability care_allowance_paid disabled_without_living_allowance serious chronic "
    "new_serious_illness_6m follow_up_missed_90d insured died died_6m orphan_status"
).split()


def people(feeds: Frames) -> pl.LazyFrame:
    """Facts of everyone."""
    found = feeds["residents"].select(
        "rid", "hid", "birth_on", "school_stage", "working_away", "resident_pension", "employee_pension", "labour",
        "dibao_kind", "tekun_kind", "serious_illness", "chronic_illness", "employee_insured",
    )  # fmt: skip
    for feed in by_person(feeds):
        found = found.join(feed, on="rid", how="left")
    birth, after = col("birth_on").dt, lit(TODAY.month * 100 + TODAY.day)
    found = found.with_columns(col(NOTHING).fill_null(0), col(NOT_SO).fill_null(False)).with_columns(
        (TODAY.year - birth.year() - (birth.month().cast(pl.Int32) * 100 + birth.day() > after)).alias("age"),
        (col("dibao") | col("dibao_kind").is_in(["rural", "urban"]).fill_null(False)).alias("receives_dibao"),
        (col("tekun") | col("tekun_kind").is_in(["rural", "urban"]).fill_null(False)).alias("receives_tekun"),
        (col("serious") | col("serious_illness").fill_null(False)).alias("seriously_ill"),
        (col("chronic") | col("chronic_illness").fill_null(False)).alias("chronically_ill"),
        (col("insured") | col("employee_insured").fill_null(False)).alias("insured_this_year"),
        pl.when(col("hospital_stays_12m") == 0).then(0).otherwise(col("largest_stay")).alias("largest_stay_self_paid_12m"),
        later("school_left_on", "school_enrolled_on").alias("dropped_out"),
        (~col("record_12m")).alias("no_school_record"),
        (later("out_of_work_on", "worked_last_on") & ~col("post_now")).alias("out_of_work"),
        pl.when("post_now").then(lit(True)).when("reported").then(~later("out_of_work_on", "worked_last_on"))
        .otherwise(col("working_away")).alias("working_now"),
        (col("ended_3m") & ~col("post_now")).alias("post_ended_3m"),
        pl.when("post_now").then(
            (TODAY.year - col("post_since").dt.year()) * 12 + TODAY.month - col("post_since").dt.month()
            - (col("post_since").dt.day() > TODAY.day)
        ).otherwise(0).alias("public_post_months_now"),
    )  # fmt: skip
    return found.with_columns((col("out_of_work") & (col("out_of_work_on") > ago(3))).alias("left_work_3m"))


def families(everyone: pl.LazyFrame) -> pl.LazyFrame:
    """Members of every household, summed."""
    age, working_age = col("age"), (col("age") >= 16) & (col("age") < 60)
    counts = {
        "workers_lost": col("out_of_work"),
        "workers_now": (age >= 16) & ((age < 60) | col("working_away").is_not_null()) & col("working_now"),
        "able_workers": working_age
        & col("labour").is_in(["ordinary", "skilled"])
        & (col("school_stage") == "none").fill_null(True),
        "serious_patients": col("seriously_ill"),
        "severe_disabled_members": col("severe_disability"),
        "noncompulsory_students": col("noncompulsory_student"),
    }
    return everyone.group_by("hid").agg(
        pl.len().cast(pl.Int64).alias("members"), age.max().alias("oldest_age"),
        (age < 18).all().alias("children_only"), (age >= 60).all().alias("only_elderly"),
        some(col("receives_dibao")).alias("on_dibao"), some(col("receives_tekun")).alias("on_tekun"),
        some(col("child_allowance_now")).alias("children_allowance_now"),
        col("self_paid_12m").sum().alias("household_self_paid_12m"),
        col("hospital_stays_12m").sum().alias("household_hospital_stays_12m"),
        col("fees_net_12m").sum().alias("household_fees_12m"),
        (~some((age >= 16) & col("labour").is_in(["ordinary", "skilled", "weak"]))).alias("no_labour"),
        some(working_age & col("died_6m")).alias("earner_died_6m"),
        *(held.sum().cast(pl.Int64).alias(name) for name, held in counts.items()),
    )  # fmt: skip


NO_AMOUNT = (
    "claims ledger_claims other_rigid water_stopped_days_3m farming_output_12m farming_cost farming_loss_ratio_12m "
    "unsold_value_6m disaster_loss_12m crop_loss_mu_12m accident_loss_12m loan_overdue_days loan_balance "
    "help_calls_open relocation_problems_open temporary_aid_12m"
).split()
NOT_THERE = (
    "house_checked water_quality_bad_3m water_hard_to_get_3m house_collapsed_12m house_badly_damaged_12m "
    "house_lightly_damaged_12m accident_death_12m accident_disabling_12m relocated_without_worker_now "
    "car_or_firm_registered stopped tagged_low"
).split()


def homes(feeds: Frames, everyone: pl.LazyFrame) -> pl.LazyFrame:
    """Facts of every household."""
    found = feeds["households"].select("hid", "house_grade", "farmland_mu", "cleared_on", "monitored_class", "kind")
    found = found.join(families(everyone), on="hid")
    for feed in by_home(feeds):
        found = found.join(feed, on="hid", how="left")
    watched, cleared, paid = col("monitored_class").is_not_null(), col("cleared_on"), col("household_self_paid_12m")
    found = found.with_columns(col(NO_AMOUNT).fill_null(0), col(NOT_THERE).fill_null(False)).with_columns(
        pl.coalesce("four", "four_earlier", "ledger").alias("net_income"),
        pl.max_horizontal("claims", "ledger_claims").alias("claims_12m"),
        (paid + col("household_fees_12m") + col("other_rigid")).alias("rigid_cost_12m"),
        lately("cleared_on", 12).fill_null(False).alias("recently_cleared"),
        (watched & (cleared > TODAY).fill_null(True)).alias("under_monitoring"),
        (col("stopped") & ~col("on_dibao") & ~col("on_tekun")).alias("aid_stopped_3m"),
        ((col("kind") == "exited_poverty") | watched | col("on_dibao") | col("on_tekun") | col("tagged_low"))
        .alias("low_income_household"),
        pl.when("house_checked").then(later("d_on", "safe_on") & ~later("c_on", "d_on"))
        .otherwise(col("house_grade") == "D").alias("house_unsafe_d"),
        pl.when("house_checked").then(later("c_on", "safe_on") & later("c_on", "d_on"))
        .otherwise(col("house_grade") == "C").alias("house_unsafe_c"),
        (col("farming_cost") - col("farming_output_12m")).clip(0).alias("farming_deficit_12m"),
        (col("members") - col("able_workers")).alias("dependants"),
    )  # fmt: skip
    net, members, rigid = col("net_income"), col("members"), col("rigid_cost_12m")
    shocks = (
        paid >= 500_000,
        col("household_fees_12m") > 1_000_000,
        col("house_unsafe_d") | col("house_unsafe_c") | col("house_collapsed_12m"),
        col("water_stopped_days_3m") > 30,
        (col("workers_lost") > 0) & (col("workers_now") == 0),
        (col("disaster_loss_12m") > divided(net * 3000, 10_000)) & (col("disaster_loss_12m") >= 100_000),
        col("accident_death_12m") | col("accident_disabling_12m"),
        col("farming_loss_ratio_12m") >= 5000,
    )
    return found.with_columns(
        divided(net, members).alias("net_income_per_head"),
        *(divided(net * percent * 100, 10_000).alias(f"income_{percent}") for percent in (30, 50, 60, 75, 80)),
        *(divided(col("farmland_mu") * percent * 100, 10_000).alias(f"farmland_{percent}") for percent in (30, 60)),
        divided(net + col("claims_12m") - paid, members).alias("income_after_medical_per_head"),
        divided(net + col("claims_12m") - rigid, members).alias("income_after_rigid_per_head"),
        pl.when(net > 0).then(divided(rigid * 10_000, net)).alias("rigid_cost_ratio"),
        pl.sum_horizontal(one.fill_null(False).cast(pl.Int64) for one in shocks).alias("known_shocks"),
    )


# --- judging ----------------------------------------------------------------------------------------------------------


def run(tables: Mapping[str, str], rules: Sequence[Rule], hits: Path, *, engine: str = "auto") -> None:
    """Judge everyone over the Parquet files of ``tables`` and write the hits."""
    feeds = {name: pl.scan_parquet(path) for name, path in tables.items()}
    everyone = people(feeds).collect(engine=engine)
    all_homes = homes(feeds, everyone.lazy()).collect(engine=engine)
    of_home = all_homes.lazy().select(
        "hid", col("net_income_per_head").alias("home_income_per_head"), col("low_income_household").alias("home_low_income"),
        "on_dibao", "under_monitoring", "income_after_medical_per_head", "income_after_rigid_per_head",
    )  # fmt: skip
    judged = {
        "household": _judged(all_homes.lazy().with_columns(lit(None, pl.Int64).alias("rid")), rules, "household"),
        "resident": _judged(everyone.lazy().join(of_home, on="hid"), rules, "resident"),
    }
    found = [_hits(judged[rule.entity], number, rule) for number, rule in enumerate(rules)]
    pl.concat(pl.collect_all(found)).write_parquet(hits)


def _judged(rows: pl.LazyFrame, rules: Sequence[Rule], entity: str) -> pl.LazyFrame:
    levels = {f"level_{number}": _level(rule) for number, rule in enumerate(rules) if rule.entity == entity}
    some_hit = pl.any_horizontal(col(name) > 0 for name in levels)
    return rows.with_columns(**levels).filter(some_hit).collect().lazy()


def _level(rule: Rule) -> pl.Expr:
    conditions = [pl.sql_expr(level) for level in rule.levels]
    found = pl.when(conditions[0]).then(lit(1, pl.Int32))
    for level, condition in enumerate(conditions[1:], start=2):
        found = found.when(condition).then(lit(level, pl.Int32))
    undecided = pl.any_horizontal(condition.is_null() for condition in conditions)
    return found.when(undecided).then(lit(UNDECIDED, pl.Int32)).otherwise(lit(0, pl.Int32))


def _hits(judged: pl.LazyFrame, number: int, rule: Rule) -> pl.LazyFrame:
    level = col(f"level_{number}")
    gaps = [pl.when(col(fact).is_null()).then(lit(f"{name},")).otherwise(lit("")) for name, fact in rule.facts.items()]
    values = [col(fact).cast(pl.String) for fact in rule.shown]
    values += [lit(None, pl.String)] * (SHOWN - len(values))
    return judged.filter(level > 0).select(
        lit(number, pl.Int32).alias("finding"),
        level.alias("level"),
        "hid",
        "rid",
        pl.when(level == UNDECIDED).then(pl.concat_str(gaps)).alias("missing"),
        *(value.alias(f"value_{i}") for i, value in enumerate(values, start=1)),
    )
