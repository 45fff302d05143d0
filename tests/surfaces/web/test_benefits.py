"""What a household may be given, step by step: what the page says is what the engine computes."""

import pytest

from tests.cast import AT, TODAY
from tests.stream.files import LI, deliver


@pytest.fixture
def screened_for_real(cast):
    from shouwang.stream.screening.actions import run_screening

    deliver(cast, LI)
    return run_screening(pack="hunan/chenzhou", as_of=TODAY, actor=cast.xiaozhou, at=AT)


def test_every_benefit_is_told_with_its_steps_and_what_is_missing(as_person, screened_for_real):
    shown = as_person("xiaochen").get("/households/H1/benefits/").content.decode()

    assert "李大山户待遇测算" in shown
    assert "最低生活保障（补差）" in shown
    assert "低保口径人均收入低于低保标准" in shown
    assert "缺数据不算不符合" in shown
    assert "还要由主管部门按程序核定" in shown or "未能判断" in shown


def test_the_page_says_what_the_engine_finds_over_everyone(cast, screened_for_real):
    from shouwang.engine.running import entitlements
    from shouwang.stream.rules.queries import pack_in_force
    from shouwang.stream.screening.queries import benefits_of
    from shouwang.stream.screening.queries.inputs import frozen_inputs

    run = screened_for_real
    pack = pack_in_force(run.pack, on=run.as_of)
    everyone = entitlements(pack.program(run.as_of), frozen_inputs(run, pack)).told().to_pylist()
    rows = [row for row in everyone if row["household_id"] == "H1"]

    told = benefits_of(cast.xiaowang, "H1", run)

    told_yes = {(one["benefit"], one.get("resident_id")) for one in told if one["eligible"] is True}
    told_unknown = {(one["benefit"], one.get("resident_id")) for one in told if one["eligible"] is None}
    found_yes = {(r["benefit"], r["resident_id"]) for r in rows if r["outcome"] in ("owed", "received", "eligible")}
    assert told_yes == found_yes
    assert told_unknown >= {(r["benefit"], r["resident_id"]) for r in rows if r["outcome"] == "cannot_tell"}
    assert told_unknown


def test_the_household_of_the_next_village_is_not_found(as_person, screened_for_real):
    assert as_person("xiaozhao").get("/households/H1/benefits/").status_code == 404


def test_before_the_first_screening_the_page_says_so(as_person, cast):
    shown = as_person("xiaowang").get("/households/H1/benefits/").content.decode()

    assert "还没有可以测算的数据" in shown
