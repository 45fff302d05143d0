"""The pack that benchmarks/benefits.py measures: Chenzhou's, with a number wherever nobody knows one.

Most numbers of Chenzhou's document ended with 2022, others were never found; with them unknown, most amounts would be
unknown too and there would be little to compute. Nothing here says what any county pays: the numbers are made up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from shouwang.engine.model import Dated
from shouwang.policy import Pack, load_pack
from shouwang.policy.drafts import ALWAYS, with_parameters

PACK, AS_OF, PLACE, SEED = "hunan/chenzhou", date(2026, 11, 1), "4310", 7

# In yuan, months, shares or times, as packs write them. Crooked on purpose, so that dividing them rounds.
MADE_UP = {
    "broker_stable_months": "6",
    "broker_subsidy_per_person": "300",
    "dibao_single_person_month": "365.50",
    "disposable_income_last_year": "19500",
    "insurance_subsidy_dibao_year": "190.25",
    "insurance_subsidy_tekun_year": "380.50",
    "minimum_wage_month": "1930",
    "minimum_wage_month_last_year": "1850.77",
    "rigid_deduction_cap_multiple": "2",
    "rigid_hardship_ratio": "0.6",
    "school_leaver_allowance_months": "72",
    "single_person_elderly_age": "60",
    "single_person_minor_age": "18",
    "tekun_basic_multiple": "1.3579",
    "tekun_care_able_divisor": "10",
    "tekun_care_collective_year": "10000",
    "tekun_care_lost_divisor": "3",
    "tekun_care_partial_divisor": "6",
    "temporary_aid_expenditure_multiple": "3",
    "temporary_aid_township_limit": "2000",
    "training_allowance_day": "20.35",
    "travel_subsidy_inside_prefecture": "300",
    "travel_subsidy_outside_prefecture": "300",
    "travel_subsidy_outside_province": "400",
    "travel_subsidy_times": "1",
}
# Known, but so that a part of a formula would have nothing to do.
MOVED = {
    "basic_pension_counted_share": "0.3333",
    "temporary_aid_once_a_year": "1",
    "work_cost_dibao_share": "0.25",
    "work_cost_wage_share": "0.1",
}
# By county: what the four counties out of poverty pay, and all others (in yuan).
SCHOOL_LEAVERS, POOR_COUNTIES, POOR_COUNTIES_PAY = "4500.01", ("431022", "431026", "431027", "431028"), "6000"


def measured_pack(changes: dict[str, str] | None = None) -> Pack:
    """The pack in force on the day looked at: what ended with 2022 goes on, and every number has a value."""
    pack = load_pack(PACK)
    lasting = {name: replace(one, valid_until=None) for name, one in pack.benefits.items()}
    pack = pack.with_definitions(replace(pack.definitions, benefits=lasting), drafted=False)
    pack = with_parameters(pack, MADE_UP | MOVED | {"school_leaver_allowance_year": SCHOOL_LEAVERS})
    by_place = replace(
        pack.parameters["school_leaver_allowance_year"],
        places=dict.fromkeys(
            POOR_COUNTIES, (Dated(ALWAYS, None, int(POOR_COUNTIES_PAY) * 100, None, "", "", "no", ""),)
        ),
    )
    parameters = pack.parameters | {by_place.name: by_place}
    pack = pack.with_definitions(replace(pack.definitions, parameters=parameters), drafted=False)
    return with_parameters(pack, changes) if changes else pack
