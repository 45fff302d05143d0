"""The nineteen department feeds (部门数据), one function each: what the departments know about a block."""

from __future__ import annotations

from collections.abc import Callable

from shouwang.synth.deliveries import aid, farm, health, home, school, work
from shouwang.synth.rows import Rows
from shouwang.synth.world import World

FEEDS: dict[str, Callable[[World], Rows]] = {
    make.__name__: make
    for make in (
        health.medical_settlements, health.insurance_enrolments, health.chronic_patients, school.school_enrolments,
        aid.social_assistance, health.disabilities, home.house_safety, home.water_supply, work.employment,
        work.public_posts, home.disasters, aid.accidents, aid.property_holdings, farm.farming, farm.loans,
        health.deaths, aid.hotline_cases, home.relocations, farm.household_incomes,
    )
}  # fmt: skip
"""Feed name → the rows that its department delivers."""
