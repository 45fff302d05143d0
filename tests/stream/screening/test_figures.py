"""What the pages read: figures, lists and explanations, each within the own area."""

import pytest

from shouwang.stream.screening.models import IssuedWarning, Run
from shouwang.stream.screening.queries import (
    explanation,
    factor_figures,
    figures_by_place,
    household_warnings,
    last_run,
    rule_figures,
    totals,
    warnings,
    with_households,
)
from tests.cast import COUNTY, Cast
from tests.stream.screening.findings import publish, warned

HEAVY, LONG = "illness_self_paid_heavy", "illness_long"


@pytest.fixture
def run(cast: Cast) -> Run:
    found = (("H1", HEAVY, "red"), ("H1", LONG, "yellow"), ("H2", HEAVY, "orange"), ("H3", HEAVY, "red"))
    return publish(warned(*found))


WHO_SEES = {
    "xiaowang": ["H1", "H1"],
    "xiaozhao": ["H2"],
    "xiaochen": ["H1", "H1", "H2"],
    "xiaozhou": ["H1", "H1", "H2"],
    "xiaofeng": ["H3"],
    "xiaosun": [],
    "xiaowu": [],
}


@pytest.mark.parametrize(("who", "homes"), WHO_SEES.items())
def test_warnings_are_those_of_the_own_area(cast: Cast, run: Run, who: str, homes: list[str]) -> None:
    assert sorted(warning.household_id for warning in warnings(getattr(cast, who))) == homes


def test_gravest_warning_comes_first(cast: Cast, run: Run) -> None:
    assert [warning.level for warning in warnings(cast.xiaozhou)] == ["red", "orange", "yellow"]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"level": "red"}, 1),
        ({"factor": "expenditure.medical"}, 3),
        ({"factor": "income.other"}, 0),
        ({"rule": LONG}, 1),
        ({"state": "gone"}, 0),
        ({"text": "大山"}, 2),
        ({"text": "zhaoyoutian"}, 1),
        ({"text": "钱来福"}, 0),
        ({"range_low": 431003101203, "range_high": 431003101204}, 1),
    ],
)
def test_list_is_narrowed(cast: Cast, run: Run, filters: dict[str, object], count: int) -> None:
    assert warnings(cast.xiaozhou, **filters).count() == count


def test_row_of_the_list_names_head_and_village(cast: Cast, run: Run) -> None:
    row = with_households(cast.xiaozhou, warnings(cast.xiaozhou, level="orange"))[0]

    assert (row.head_name, row.place_name, row.members) == ("赵有田", "苏仙区白露塘镇仙溪冲村", 1)


def test_household_counts_once_by_its_gravest_warning(cast: Cast, run: Run) -> None:
    figures = totals(cast.xiaozhou)

    assert (figures.households, figures.residents, figures.warned_households) == (2, 3, 2)
    assert (figures.red, figures.orange, figures.yellow, figures.warnings) == (1, 1, 0, 3)


def test_auditor_and_liaison_get_no_figures_of_households(cast: Cast, run: Run) -> None:
    assert totals(cast.xiaowu).warned_households == 0
    assert totals(cast.xiaosun).households == 0


def test_figures_by_village_do_not_leave_the_own_area(cast: Cast, run: Run) -> None:
    rows = figures_by_place(cast.xiaochen, level="village")

    assert [(row.name, row.warned_households, row.red, row.orange, row.new) for row in rows] == [
        ("金田村", 1, 1, 0, 1),
        ("仙溪冲村", 1, 0, 1, 1),
    ]
    assert [row.code for row in figures_by_place(cast.xiaozhou, level="county")] == [COUNTY]
    assert rows[0].share == 100.0


def test_figures_by_factor_and_rule_add_up(cast: Cast, run: Run) -> None:
    assert [(row["factor"], row["count"], row["households"]) for row in factor_figures(cast.xiaozhou)] == [
        ("expenditure.medical", 3, 2)
    ]
    assert [(row["rule"], row["count"], row["red"]) for row in rule_figures(cast.xiaozhou)] == [
        (HEAVY, 2, 1),
        (LONG, 1, 0),
    ]


def test_warning_that_is_gone_leaves_the_list_and_stays_in_the_household_file(cast: Cast, run: Run) -> None:
    publish(warned())

    assert not warnings(cast.xiaowang).exists()
    assert warnings(cast.xiaowang, state="gone").count() == 2
    assert household_warnings(cast.xiaowang, "H1").count() == 2


def test_explanation_shows_values_standards_and_the_run(cast: Cast, run: Run) -> None:
    words = {
        "rules": {
            HEAVY: {"title": "看病自付负担重", "clause": "附件9 二", "owner": "县医保局", "levels": {"red": "a > b"}}
        },
        "values": {"household_self_paid_12m": {"title": "近12个月家庭自付医疗费", "kind": "money"}},
        "thresholds": {"monitoring_line": {"title": "监测收入线", "kind": "money"}},
        "feeds": {"medical_settlements": {"title": "医保结算", "unit": "医保局"}},
    }
    Run.objects.filter(pk=run.pk).update(vocabulary=words)
    red = IssuedWarning.objects.get(household_id="H1", level="red")

    shown = explanation(cast.xiaowang, red.pk)

    assert shown is not None
    assert (shown.title, shown.clause, shown.owner, shown.condition) == (
        "看病自付负担重",
        "附件9 二",
        "县医保局",
        "a > b",
    )
    assert [(value.title, value.text) for value in shown.values] == [("近12个月家庭自付医疗费", "12,345.50元")]
    assert [(value.title, value.text) for value in shown.thresholds] == [("监测收入线", "6,500元")]
    assert [(source.title, source.unit) for source in shown.sources] == [("医保结算", "医保局")]


def test_explanation_of_another_villages_warning_is_not_there(cast: Cast, run: Run) -> None:
    red = IssuedWarning.objects.get(household_id="H1", level="red")

    assert explanation(cast.xiaozhao, red.pk) is None


def test_last_run_is_that_of_the_own_area(cast: Cast, run: Run) -> None:
    other = publish(warned(), place="52")

    assert last_run(cast.xiaozhou) == run
    assert other.status == "published"
