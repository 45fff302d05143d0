"""Worked cases are run with the pack; what comes out differently is said case by case."""

import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.policy.checking import check_pack
from shouwang.policy.comparing import compare_packs
from shouwang.policy.describing import describe
from tests.policy.making import FILES, write_pack

CASES = "cases/self_paid_heavy.yaml"


def failures(tmp_path, old, new):
    assert old in FILES[CASES]
    report = check_pack(str(write_pack(tmp_path, {CASES: FILES[CASES].replace(old, new, 1)})))
    assert report.ok == (not report.failures)
    return report.failures


def test_a_sound_pack_passes_with_its_cases_on_every_day_a_value_changes(tmp_path):
    report = check_pack(str(write_pack(tmp_path)))

    assert report.ok
    assert (report.cases, report.dates) == (3, 3)
    assert report.counts == {"sources": 3, "parameters": 1, "facts": 2, "rules": 1, "checks": 1}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("self_paid: 12000}", "self_paid: 12001}", "household_self_paid_12m 应为 12000，实为 12001"),
        ("self_paid: 12000}", "self_paid: 12001}", "self_paid_heavy 不应预警，实为 yellow"),
        ("12000.01", "12000", "self_paid_heavy 应为 yellow，实为 不预警"),
        ("12000.01", "24000.01", "self_paid_heavy 应为 yellow，实为 red"),
        ("{undecided: [self_paid_heavy]}", "{none: [self_paid_heavy]}", "self_paid_heavy 不应未能判断"),
        ("{undecided: [self_paid_heavy]}", "{warnings: {self_paid_heavy: red}}", "应为 red，实为 未能判断"),
        ("no_doubts: [head_missing]", "doubts: [head_missing]", "应有疑点 head_missing"),
        ("yellow}, doubts: [head", "yellow}, no_doubts: [head", "不应有疑点 head_missing"),
        ("none: [self_paid_heavy]", "none: [self_paid]", "“self_paid”不存在"),
        ("facts: {household_self_paid_12m", "facts: {household_self_paid", "指标“household_self_paid”不存在"),
        ("covers: [self_paid_heavy, head_missing]", "covers: [head_gone]", "covers 里的 head_gone 不存在"),
        ("self_paid: 12000}", "self_pay: 12000}", "没有“self_pay”这一列"),
        ("self_paid: 12000}", "self_paid: 很多}", "“很多”不是数字"),
        ("medical_settlements:", "medical_bills:", "没有名为“medical_bills”的部门数据"),
        ("resident_id: R1, household_id: H1, relation: head", "household_id: H1, relation: head", "没有 resident_id"),
        ("relation: head", "relation: boss", "不在可选范围"),
    ],
)
def test_a_wrong_case_is_found(tmp_path, old, new, said):
    found = failures(tmp_path, old, new)

    assert any(said in failure for failure in found), found
    assert all(f"{CASES}:" in failure and "算例“" in failure for failure in found)


def test_a_rule_that_breaks_on_a_day_before_is_found_too(tmp_path):
    facts = {
        "facts/half.yaml": """
            fact: half
            title: 一半
            entity: household
            type: money
            formula: self_paid_line / 2 + nothing
        """
    }

    with pytest.raises(InputError, match="没有名为“nothing”"):
        check_pack(str(write_pack(tmp_path, facts)))


def test_two_packs_are_compared_by_what_was_added_removed_and_changed(tmp_path):
    old = load_pack(write_pack(tmp_path / "old"))
    rule = FILES["rules/self_paid_heavy.yaml"]
    new = load_pack(
        write_pack(
            tmp_path / "new",
            {
                "rules/self_paid_heavy.yaml": rule.replace("> 2 * self_paid_line", "> 3 * self_paid_line"),
                "checks/head_missing.yaml": None,
                "facts/bills.yaml": """
                    fact: bills
                    title: 结算笔数
                    entity: household
                    type: integer
                    formula: count_if(medical_settlements, TRUE)
                """,
            },
        )
    )

    changes = compare_packs(describe(old), describe(new))

    assert {(change["kind"], change["name"], change["change"]) for change in changes} == {
        ("rules", "self_paid_heavy", "changed"),
        ("checks", "head_missing", "removed"),
        ("facts", "bills", "added"),
    }
    assert compare_packs(describe(old), describe(old)) == []
