"""The demo's plans go the way of everybody's: by the cast's own acts, each household at another point."""

from collections import Counter

from shouwang.stream.assistance.models import Plan
from shouwang.surfaces.cli.demo_plans import draft_demo_plans, has_plans
from tests.cast import AT
from tests.stream.assistance.telling import monitor


def test_monitored_households_around_the_village_have_plans_at_different_points(cast):
    monitor("H1")
    monitor("H2", risks=("unstable_work", "education_cost"))
    assert not has_plans()

    made = draft_demo_plans(AT)

    assert made == 2
    assert Counter(Plan.objects.values_list("state", flat=True)) == {"draft": 2}
    assert Plan.objects.get(household_id="H2").measures.count() == 2
    assert has_plans()
