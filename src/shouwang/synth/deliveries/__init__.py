"""The department feeds (部门数据), one function each: what the departments know about a block.

Nineteen are national; a pack may add local ones, which are made where a pack has their contracts.
"""

from __future__ import annotations

from collections.abc import Callable, Container

from shouwang.synth.deliveries import aid, farm, health, home, labour_services, school, work
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

LOCAL_FEEDS: dict[str, Callable[[World], Rows]] = {
    make.__name__: make
    for make in (labour_services.trainings, labour_services.job_placements, labour_services.school_leavers)
}
"""Feeds that only some packs have."""


def feeds_of(contracts: Container[str]) -> dict[str, Callable[[World], Rows]]:
    """The makers of the national feeds and of those local ones that have a contract."""
    return FEEDS | {name: make for name, make in LOCAL_FEEDS.items() if name in contracts}
