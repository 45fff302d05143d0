"""The numbers of policy for OpenFisca, dated as the packs date them: money in 分, shares in ten-thousandths.

Read by hand from the YAML of packs national and hunan/chenzhou; what nobody knows is made up in ``benefits_policy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from openfisca_core.parameters import ParameterNode

from benchmarks.benefits_policy import MADE_UP, MOVED, POOR_COUNTIES_PAY, SCHOOL_LEAVERS

SHARES = {
    "basic_pension_counted_share", "rigid_hardship_ratio", "tekun_basic_multiple", "work_cost_dibao_share",
    "work_cost_wage_share", "dibao_borderline_ratio",
}  # fmt: skip
YUAN = {
    "broker_subsidy_per_person", "care_allowance_month", "dibao_single_person_month", "dibao_standard_year",
    "disaster_loss_floor", "disposable_income_last_year", "insurance_subsidy_dibao_year", "insurance_subsidy_tekun_year",
    "minimum_wage_month", "minimum_wage_month_last_year", "monitoring_line", "rain_dew_year", "rigid_cost_floor",
    "school_leaver_allowance_poor_counties", "school_leaver_allowance_elsewhere", "self_paid_line_low_income",
    "tekun_care_collective_year", "temporary_aid_township_limit", "training_allowance_day",
    "travel_subsidy_inside_prefecture", "travel_subsidy_outside_prefecture", "travel_subsidy_outside_province",
}  # fmt: skip
DATED = {
    "care_allowance_month": {"2020-01-01": "100"},
    "dibao_borderline_ratio": {"2020-01-01": "1.5"},
    "dibao_standard_year": {"2020-01-01": "4320"},
    "disaster_loss_floor": {"2020-01-01": "1000"},
    "elderly_age": {"2021-07-01": "60"},
    "mind_disability_grade": {"2020-01-01": "3"},
    "monitoring_line": {"2019-12-31": "5000", "2021-01-01": "6500"},
    "older_worker_age_female": {"2020-01-01": "45"},
    "older_worker_age_male": {"2020-01-01": "50"},
    "public_post_retirement_months": {"2020-01-01": "60"},
    "public_post_term_months": {"2020-01-01": "36"},
    "rain_dew_year": {"2020-01-01": "3000"},
    "retirement_age_female": {"1978-06-02": "50"},
    "retirement_age_male": {"1978-06-02": "60"},
    "retirement_delay_cap_female": {"2020-01-01": "0", "2025-01-01": "60"},
    "retirement_delay_cap_male": {"2020-01-01": "0", "2025-01-01": "36"},
    "retirement_delay_step_female": {"2020-01-01": "2"},
    "retirement_delay_step_male": {"2020-01-01": "4"},
    "rigid_cost_floor": {"2020-01-01": "1000"},
    "rigid_income_multiple": {"2020-01-01": "2"},
    "self_paid_line_low_income": {"2020-01-01": "5000"},
    "severe_disability_grade": {"2020-01-01": "2"},
    "tekun_child_age": {"2020-01-01": "16", "2026-07-01": "18"},
    "tekun_limb_grade": {"2021-07-01": "2"},
    "tekun_mind_grade": {"2021-07-01": "3"},
    "tekun_visual_grade": {"2021-07-01": "1"},
    "temporary_aid_cap_multiple": {"2020-01-01": "10"},
    "temporary_aid_multiple": {"2020-01-01": "2"},
    "working_age_from": {"1995-01-01": "16"},
    "working_age_until": {"2020-01-01": "60"},
    "young_leaver_age_from": {"2020-01-01": "14"},
    "young_leaver_age_to": {"2020-01-01": "25"},
}


def numbers(changes: Mapping[str, str]) -> ParameterNode:
    """All numbers as OpenFisca holds them, with some of them changed for good."""
    made_up = MADE_UP | MOVED
    made_up |= {"school_leaver_allowance_poor_counties": POOR_COUNTIES_PAY}
    made_up |= {"school_leaver_allowance_elsewhere": SCHOOL_LEAVERS}
    dated = DATED | {name: {"1900-01-01": text} for name, text in (made_up | dict(changes)).items()}
    return ParameterNode(
        "",
        data={
            name: {"values": {day: {"value": _whole(name, text)} for day, text in values.items()}}
            for name, values in dated.items()
        },
    )


def _whole(name: str, text: str) -> int:
    scale = 10_000 if name in SHARES else 100 if name in YUAN else 1
    return int(Decimal(text) * scale)


def dibao_month(policy: object) -> int:
    """The dibao standard of a month: a twelfth of the year's, rounded half up to the 分."""
    return (2 * policy.dibao_standard_year + 12) // 24  # type: ignore[attr-defined]


def borderline(policy: object) -> int:
    """The line of dibao's borderline: a multiple of the standard, rounded half up to the 分."""
    return (2 * policy.dibao_standard_year * policy.dibao_borderline_ratio + 10_000) // 20_000  # type: ignore[attr-defined]
