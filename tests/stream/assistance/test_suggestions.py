"""Tools are suggested by the risks they answer: fits, does not fit, cannot tell, left to people; never by a score."""

from dataclasses import fields

import pytest

from shouwang.stream.assistance.queries import suggested_tools
from shouwang.stream.assistance.queries.suggestions import Suggestion
from tests.cast import AT, TODAY
from tests.stream.assistance.telling import drafted, monitor, with_measure
from tests.stream.files import LI, deliver


def told(cast, actor="xiaochen", household="H1"):
    return suggested_tools(getattr(cast, actor), household, on=TODAY)


@pytest.fixture
def able(cast):
    """王桂花 can work and has none; 李大山 cannot."""
    from shouwang.register.households.models import Resident

    Resident.objects.filter(pk="R1").update(labour="none", school_stage="none", working_away=False)
    Resident.objects.filter(pk="R2").update(
        labour="ordinary", school_stage="none", working_away=False, birth_on="1980-11-07"
    )


def test_a_tool_of_a_condition_fits_one_member_and_not_the_other(cast, able):
    monitor(risks=("unstable_work",))

    found = told(cast).tool("skill_training")

    assert found.fit == "eligible"
    assert {one.name: one.fit for one in found.subjects} == {"王桂花": "eligible", "李大山": "not_eligible"}
    assert found.subjects[0].steps[0].because


def test_what_is_missing_is_named_and_never_counts_against_the_household(cast, able):
    monitor(risks=("unstable_work",))

    found = told(cast).tool("job_placement")  # asks the employment feed, which nobody delivered

    assert found.fit in ("eligible", "cannot_tell")
    assert told(cast).tool("family_doctor").fit == "cannot_tell"
    assert told(cast).tool("family_doctor").subjects[0].missing


def test_a_tool_left_to_people_says_by_what_they_judge(cast):
    monitor()

    found = told(cast).tool("charity_help")

    assert (found.fit, found.subjects) == ("by_people", ())
    assert found.tool.by_people


def test_tools_stand_under_the_risk_they_answer_in_the_order_of_the_risks(cast):
    monitor(risks=("water", "illness"))

    needs = told(cast).needs

    assert [one.need.title for one in needs] == ["因安全饮水", "因病"]
    assert "water_works" in {one.tool.name for one in needs[0].tools}
    assert "medical_aid" in {one.tool.name for one in needs[1].tools}
    assert "water_works" not in {one.tool.name for one in needs[1].tools}


def test_a_tool_that_names_the_risk_comes_before_one_that_names_its_factor(cast):
    monitor(risks=("illness",))

    names = [one.tool.name for one in told(cast).needs[0].tools]

    assert names.index("medical_aid") < names.index("expenditure_aid")


def test_nothing_has_a_score_or_rank(cast):
    assert not {"score", "rank", "weight", "points"} & {field.name for field in fields(Suggestion)}


def test_tools_of_a_pack_that_has_run_out_are_not_offered(cast):
    monitor(risks=("accident",))

    assert told(cast).tool("special_cover") is None  # 特惠保 of a document that ended with 2022
    assert told(cast).tool("anti_poverty_insurance") is not None


def test_a_conflict_with_what_stands_in_the_plan_is_told(cast):
    monitor(risks=("disability",))
    with_measure(cast, drafted(cast), tool="dibao")

    found = told(cast).tool("tekun")

    assert found.conflicts == ("农村低保",)


def test_what_the_register_says_is_given_already_conflicts_too(cast):
    from shouwang.register.households.models import Measure

    monitor(risks=("disability",))
    Measure.objects.create(household_id="H1", kind="social_security", item="dibao", since_on=TODAY)

    assert "农村低保" in told(cast).tool("tekun").conflicts


def test_the_same_benefit_is_found_as_the_benefits_page_finds_it(cast):
    from shouwang.stream.screening.actions import run_screening
    from shouwang.stream.screening.queries import benefits_of

    deliver(cast, LI)
    run = run_screening(pack="hunan/chenzhou", as_of=TODAY, actor=cast.xiaozhou, at=AT)
    monitor()

    found = {
        (one.tool.benefit, subject.resident_id): subject.fit
        for one in (*told(cast).others, *(tool for need in told(cast).needs for tool in need.tools))
        for subject in one.subjects
        if one.tool.benefit
    }

    words = {True: "eligible", False: "not_eligible", None: "cannot_tell"}
    benefits = {
        (one["benefit"], str(one.get("resident_id") or "")): words[one["eligible"]]
        for one in benefits_of(cast.xiaochen, "H1", run)
    }
    asked = {key: fit for key, fit in found.items() if key in benefits}
    assert asked
    # Being monitored since is the one thing that the run does not know yet; it only lets 雨露计划 be asked.
    assert asked == {key: benefits[key] for key in asked}


def test_a_household_of_the_next_village_gets_no_suggestions(cast):
    monitor()

    assert told(cast, "xiaozhao") is None
