"""What departments delivered, summed per person and per household before OpenFisca sees it: SQL, by hand from the YAML.

Every sum comes with a second column that says whether it is known.
"""

from __future__ import annotations

NOW = "(ended_on IS NULL OR ended_on > today())"
CHANGE = "(change IS NULL OR change IN ('new', 'continuing'))"
VALID = "valid_from <= today() AND (valid_until IS NULL OR valid_until > today())"
ENDED = "COALESCE(until_on, from_on)"
LATELY = f"{ENDED} > ago(12) AND {ENDED} <= today()"
NET = "wage + business_income - business_cost + property + transfer"
SOURCES = "kind IN ('wage', 'business_income', 'business_cost', 'property', 'transfer')"
SIGNED = "CASE WHEN kind = 'business_cost' THEN -cents(amount) ELSE cents(amount) END"
BEFORE = f"{ENDED} >= DATE '2025-01-01' AND {ENDED} < DATE '2026-01-01'"
LEFT_OUT = (
    "('dibao', 'tekun', 'temporary_aid', 'disability_allowance', 'disaster_relief', 'other_assistance', 'basic_pension', "
    "'preferential_allowance', 'family_planning', 'scholarship', 'good_deed_award')"
)
COURSE = "kind IN ('guidance', 'special_skill', 'basic_skill', 'pre_job', 'near_home') AND ended_on IS NOT NULL AND ended_on <= today()"
HIGHER = "stage IN ('senior', 'vocational', 'college', 'bachelor', 'graduate')"


def within(day: str, months: int) -> str:
    """The window of some months up to today."""
    return f"({day} > ago({months}) AND {day} <= today())"


def whether(name: str, holds: str, rows: str = "TRUE") -> list[str]:
    """Whether something holds of any row: 2 yes, 1 cannot be told, 0 no."""
    said = f"CASE WHEN ({holds}) THEN 2 WHEN ({holds}) IS NULL THEN 1 ELSE 0 END"
    return [f"COALESCE(max(CASE WHEN {rows} THEN {said} END), 0) AS {name}__truth"]


def total(name: str, value: str, holds: str = "TRUE", rows: str = "TRUE") -> list[str]:
    """A sum over the rows of which something holds; unknown where one of them, or whether it counts, is unknown."""
    lost = f"({holds}) IS NULL OR (({holds}) AND ({value}) IS NULL)"
    return [
        f"COALESCE(sum(CASE WHEN ({rows}) AND ({holds}) THEN ({value}) END), 0)::BIGINT AS {name}",
        f"COALESCE(bool_and(NOT (({rows}) AND ({lost}))), TRUE) AS {name}_known",
    ]


def best(name: str, function: str, value: str, holds: str, rows: str = "TRUE") -> list[str]:
    """The first or last day among the rows of which something holds; unknown where there is none or one is unknown."""
    lost = f"({rows}) AND (({holds}) IS NULL OR (({holds}) AND ({value}) IS NULL))"
    kept = f"{function}(CASE WHEN ({rows}) AND ({holds}) THEN ({value}) END)"
    return [f"CASE WHEN COALESCE(bool_or({lost}), FALSE) THEN NULL ELSE {kept} END AS {name}__day"]


def plain(name: str, function: str, value: str, holds: str, empty: str) -> list[str]:
    """A number that is always known."""
    return [f"COALESCE({function}(CASE WHEN {holds} THEN ({value}) END), {empty}) AS {name}"]


def of_people(day: dict[str, str]) -> dict[str, list[list[str]]]:
    """What is summed per person, by feed."""
    year = day["year"]
    stay = "least(months(placed_on, today()), months(placed_on, CASE WHEN ended_on IS NOT NULL THEN ended_on ELSE confirmed_on END))"
    either = "(ended_on IS NOT NULL OR confirmed_on IS NOT NULL)"
    mind = "category IN ('intellectual', 'mental')"
    return {
        "social_assistance": [
            whether("dibao_delivered", f"kind = 'dibao' AND {CHANGE} AND {NOW}"),
            whether("tekun_delivered", f"kind = 'tekun' AND {CHANGE} AND {NOW}"),
            whether("child_allowance_now", f"kind IN ('orphan', 'unsupported_child') AND {CHANGE} AND {NOW}"),
        ],
        "disabilities": [
            whether("has_card", "TRUE"),
            whether("care_allowance_paid", "COALESCE(care_allowance, 0) > 0"),
            plain("grade_best", "min", "grade", "TRUE", "99"),
            plain("grade_mind", "min", "grade", mind, "99"),
            plain("grade_limb", "min", "grade", "category = 'limb'", "99"),
            plain("grade_visual", "min", "grade", "category = 'visual'", "99"),
            plain("grade_multiple", "min", "grade", "category = 'multiple'", "99"),
        ],
        "chronic_patients": [whether("serious_delivered", "disease_kind = 'serious'")],
        "insurance_enrolments": [
            whether("insurance_subsidised_this_year", f"insured AND subsidised > 0 AND enrolment_year = {year}")
        ],
        "medical_settlements": [
            total("self_paid_12m", "cents(self_paid)", rows=within("settled_on", 12)),
            total(
                "medical_aid_base_12m",
                "floored(cents(covered_cost) - cents(basic_paid) - cents(critical_paid))",
                rows=within("settled_on", 12),
            ),
            total(
                "medical_net_cost_12m",
                "floored(cents(total_cost) - cents(basic_paid) - cents(critical_paid) - cents(aid_paid) - cents(supplementary_paid))",
                rows=within("settled_on", 12),
            ),
            whether("medical_aid_received_12m", "aid_paid > 0", within("settled_on", 12)),
        ],
        "school_enrolments": [
            total(
                "fees_net_12m",
                "floored(cents(fees_paid) - COALESCE(cents(aid_received), 0))",
                HIGHER,
                within("term_starts_on", 12),
            ),
            whether(
                "vocational_student", "enrolled AND stage IN ('vocational', 'college')", within("term_starts_on", 7)
            ),
            whether(
                "in_school_to_senior",
                "enrolled AND stage IN ('primary', 'junior', 'senior', 'vocational')",
                within("term_starts_on", 7),
            ),
            whether("rain_dew_received", "COALESCE(rain_dew, FALSE)", within("term_starts_on", 12)),
            plain(
                "other_school_on",
                "max",
                "term_starts_on",
                "enrolled AND stage IN ('senior', 'bachelor', 'graduate')",
                "DATE '1900-01-01'",
            ),
            plain(
                "perhaps_other_school_on",
                "max",
                "term_starts_on",
                "(enrolled AND stage IN ('senior', 'bachelor', 'graduate')) IS NULL",
                "DATE '1900-01-01'",
            ),
        ],
        "employment": [
            plain("work_reports_12m", "count", "1", within("reported_on", 12), "0"),
            best("worked_last_on", "max", "reported_on", "working", within("reported_on", 12)),
            best("out_of_work_on", "max", "reported_on", "NOT working", within("reported_on", 12)),
            whether("last_in_province", "work_scope = 'province'", f"{within('reported_on', 12)} AND last_work"),
            whether("last_outside", "work_scope = 'outside'", f"{within('reported_on', 12)} AND last_work"),
        ],
        "public_posts": [
            whether("post_now", NOW),
            best("public_post_started_on", "min", "started_on", NOW),
            whether("public_post_subsidy_paid", f"{NOW} AND monthly_pay > 0 AND paid_until >= ago(2)"),
        ],
        "trainings": [
            total("training_days_12m", "days_attended", COURSE, within("started_on", 12)),
            total("training_allowance_paid_12m", "cents(allowance_paid)", COURSE, within("started_on", 12)),
        ],
        "job_placements": [
            plain("months_stable", "max", stay, either, "-1"),
            plain("months_unconfirmed", "max", "months(placed_on, today())", "ended_on IS NULL", "-1"),
            whether("broker_subsidy_received", "subsidy_paid > 0"),
        ],
        "school_leavers": [
            whether("school_leaver_now", NOW),
            best("school_leaver_enrolled_on", "max", "enrolled_on", NOW),
            total("school_leaver_paid", "cents(allowance_paid)", NOW),
        ],
        "statuses": [whether("orphan_status", f"tag IN ('orphan', 'unsupported_child') AND {VALID}")],
    }


def of_homes(pension_share: int) -> dict[str, list[list[str]]]:
    """What is summed per household, by feed; ``pension_share`` (ten-thousandths) is rounded row by row."""
    temporary = "kind = 'temporary' AND (change IS NULL OR change <> 'applied')"
    rest = (
        f"CASE WHEN item = 'basic_pension' THEN (2 * cents(amount) * {10_000 - pension_share} + 10000) // 20000 "
        "ELSE cents(amount) END"
    )
    low = (
        "tag IN ('exited_poverty', 'unstable_exited', 'marginal', 'sudden_hardship', 'dibao', 'tekun', 'dibao_borderline', "
        "'rigid_expenditure')"
    )
    recent, earlier = (
        f"{within('quarter_on', 15)} AND quarter_on <= ago(3)",
        f"{within('quarter_on', 18)} AND quarter_on <= ago(6)",
    )
    last_year = "quarter_on >= DATE '2025-01-01' AND quarter_on < DATE '2026-01-01'"
    return {
        "social_assistance": [
            whether("borderline_delivered", f"kind = 'dibao_borderline' AND {CHANGE} AND {NOW}"),
            whether("rigid_delivered", f"kind = 'rigid_expenditure' AND {CHANGE} AND {NOW}"),
            *(
                whether(f"temporary_aid_for_{name}_12m", f"{temporary} AND cause IN {causes}", within("started_on", 12))
                for name, causes in (
                    ("disaster", "('disaster')"),
                    ("accident", "('accident')"),
                    ("illness", "('illness')"),
                    ("expenditure", "('illness', 'education')"),
                )
            ),
        ],
        "statuses": [
            whether("borderline_tag", f"tag = 'dibao_borderline' AND {VALID}"),
            whether("rigid_tag", f"tag = 'rigid_expenditure' AND {VALID}"),
            whether("low_income_tag", f"{low} AND {VALID}"),
        ],
        "accidents": [whether("accident_death_12m", "deaths > 0", within("happened_on", 12))],
        "disasters": [
            whether("house_collapsed_12m", "COALESCE(house_damage = 'collapsed', FALSE)", within("happened_on", 12)),
            total(
                "disaster_loss_12m",
                "floored(cents(loss) - COALESCE(cents(relief_paid), 0) - COALESCE(cents(insured_paid), 0))",
                rows=within("happened_on", 12),
            ),
        ],
        "household_incomes": [
            column
            for name, rows in (("recent", recent), ("earlier", earlier), ("last_year", last_year))
            for column in (
                plain(f"quarters_{name}", "count", "1", rows, "0"),
                total(f"quarters_net_{name}", f"cents({NET})", rows=rows),
                total(f"quarters_wage_{name}", "cents(wage)", rows=rows),
                total(f"quarters_transfer_{name}", "cents(transfer)", rows=rows),
            )
        ]
        + [total("claims_quarters", "cents(claims)", rows=recent)],
        "incomes": [
            total("ledger_rows", "1", f"{SOURCES} AND {LATELY}"),
            total("ledger_net", SIGNED, f"{SOURCES} AND {LATELY}"),
            total("ledger_wage", "cents(amount)", f"kind = 'wage' AND {LATELY}"),
            total("ledger_transfer", "cents(amount)", f"kind = 'transfer' AND {LATELY}"),
            total("ledger_transfer_rows", "1", f"kind = 'transfer' AND {LATELY}"),
            total("ledger_left_out", rest, f"kind = 'transfer' AND item IN {LEFT_OUT} AND {LATELY}"),
            total("ledger_claims", "cents(amount)", f"kind = 'claims' AND {LATELY}"),
            total("other_rigid_cost_12m", "cents(amount)", f"kind = 'other_rigid_cost' AND {LATELY}"),
            total("ledger_rows_last_year", "1", f"{SOURCES} AND {BEFORE}"),
            total("ledger_net_last_year", SIGNED, f"{SOURCES} AND {BEFORE}"),
        ],
    }
