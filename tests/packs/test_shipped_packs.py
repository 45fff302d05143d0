"""The packs we ship (自带政策包): complete, sourced, tried at every boundary, and harmless to the people they watch."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from shouwang.engine.model import FACTORS, CheckDef, RuleDef
from shouwang.policy import Pack, load_pack, pack_names
from shouwang.policy.boundaries import boundaries
from shouwang.policy.checking import check_pack
from shouwang.policy.loading import load_packs

PACKS = ("national", "hunan/chenzhou", "gansu/gannan")
ALLOWED_NUMBERS = {"0", "1"}
QUOTED = re.compile(r"'[^']*'")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
NEVER_SAID = ("信访", "上访", "懒惰", "高消费", "不愿脱贫", "知恩感恩", "宗教", "民族", "政治面貌")


@pytest.fixture(scope="module")
def chenzhou() -> Pack:
    return load_pack("hunan/chenzhou")


@pytest.fixture(scope="module")
def shipped() -> list[Pack]:
    return load_packs(pack_names())


def all_cases(pack: Pack) -> list:
    return [*pack.cases, *(all_cases(pack.parent) if pack.parent else [])]


def conditions(definition: RuleDef | CheckDef) -> list[str]:
    return list(definition.levels.values()) if isinstance(definition, RuleDef) else [definition.condition]


@pytest.mark.parametrize("name", PACKS)
def test_every_worked_case_comes_out_as_written(name: str) -> None:
    report = check_pack(name)

    assert report.failures == []
    assert report.cases > 0


def test_each_factor_of_annex_nine_has_rules(chenzhou: Pack) -> None:
    by_factor = Counter(rule.factor for rule in chenzhou.rules.values())

    assert set(by_factor) == set(FACTORS)
    assert len(chenzhou.rules) >= 44
    assert len(chenzhou.checks) >= 66


def test_each_level_of_each_rule_is_reached_in_a_case_and_missed_in_another(chenzhou: Pack) -> None:
    reached = {
        (rule, level) for case in all_cases(chenzhou) for rule, level in (case.expect.get("warnings") or {}).items()
    }
    missed = {rule for case in all_cases(chenzhou) for rule in case.expect.get("none") or ()}
    wanted = {(rule.name, level) for rule in chenzhou.rules.values() for level in rule.levels}

    assert wanted - reached == set()
    # A house of old people is either unsafe or not: every rule has someone it does not touch.
    assert set(chenzhou.rules) - missed == set()


def test_at_least_twenty_five_checks_are_tried_from_both_sides(chenzhou: Pack) -> None:
    doubted = {check for case in all_cases(chenzhou) for check in case.expect.get("doubts") or ()}
    passed = {check for case in all_cases(chenzhou) for check in case.expect.get("no_doubts") or ()}

    assert len(doubted & passed) >= 25


def test_thresholds_are_parameters_and_not_written_into_rules(chenzhou: Pack) -> None:
    findings = [*chenzhou.rules.values(), *chenzhou.checks.values()]
    numbers = {
        (finding.name, number)
        for finding in findings
        for text in conditions(finding)
        for number in NUMBER.findall(QUOTED.sub("''", text))
    }

    assert {(name, number) for name, number in numbers if number not in ALLOWED_NUMBERS} == set()


def test_every_number_names_its_source_and_defaults_say_what_is_missing(chenzhou: Pack) -> None:
    dated = [
        (parameter.name, value)
        for parameter in chenzhou.parameters.values()
        for values in (parameter.values, *parameter.places.values())
        for value in values
    ]

    assert [name for name, value in dated if not value.source] == []
    assert [name for name, value in dated if "Shouwang default" in value.source and not value.note] == []
    assert [name for name, value in dated if value.verified == "yes" and "Shouwang default" in value.source] == []


def test_a_number_lost_in_the_document_stays_unknown(chenzhou: Pack) -> None:
    lost = chenzhou.parameters["tekun_basic_multiple"].values[0]

    assert (lost.value, lost.verified) == (None, "lost")


def test_review_hints_ask_a_person_and_touch_no_benefit(chenzhou: Pack) -> None:
    hints = [rule for rule in chenzhou.rules.values() if rule.factor == "negative.review"]

    assert hints
    for hint in hints:
        assert set(hint.levels) == {"review"}
        assert "请核实" in hint.because
        assert "不得自动影响待遇" in hint.because


def test_no_rule_or_check_judges_character_petition_or_faith(chenzhou: Pack) -> None:
    texts = {
        f.name: " ".join([f.title, *conditions(f), f.because if isinstance(f, RuleDef) else f.message])
        for f in (*chenzhou.rules.values(), *chenzhou.checks.values())
    }

    assert {(name, word) for name, text in texts.items() for word in NEVER_SAID if word in text} == set()


def test_help_calls_are_never_read_from_letters_or_visits(chenzhou: Pack) -> None:
    formulas = [fact.formula for fact in chenzhou.facts.values() if "hotline_cases" in fact.formula]

    assert formulas
    assert not any("'letter'" in formula or "'visit'" in formula for formula in formulas)


def computes_as_its_parent(pack: Pack) -> bool:
    """Whether a pack only adds what its documents ask for: its boundaries are those of its parent."""
    parent = pack.parent
    return parent is not None and (pack.definitions, pack.tariffs, pack.cases) == (
        parent.definitions,
        parent.tariffs,
        (),
    )


def test_every_boundary_of_every_pack_has_its_cases(shipped: list[Pack]) -> None:
    computing = [pack for pack in shipped if not computes_as_its_parent(pack)]

    found = {(pack.name, one) for pack in computing for one in boundaries(pack)}

    assert {*PACKS} <= {pack.name for pack in computing}
    assert len(found) > 900
    assert [(pack, one.name, one.text, one.missing) for pack, one in found if one.missing] == []


def test_every_number_item_step_and_finding_of_every_pack_names_its_source(shipped: list[Pack]) -> None:
    sourced = [
        (pack.name, name, said)
        for pack in shipped
        for named in (pack.rules, pack.checks, pack.benefits, pack.gates, pack.procedures)
        for name, said in named.items()
    ]
    for pack in shipped:
        sourced += [(pack.name, name, one.definition) for name, one in pack.tariffs.items()]
        sourced += [(pack.name, name, step) for name, one in pack.procedures.items() for step in one.steps]
        sourced += [(pack.name, name, item) for name, one in pack.lists.items() for item in one.items.values()]
        for name, one in pack.parameters.items():
            sourced += [(pack.name, name, dated) for values in (one.values, *one.places.values()) for dated in values]

    assert len(shipped) >= 6
    assert {kind.__name__ for kind in map(type, (said for *_, said in sourced))} >= {"Dated", "Item", "Step", "GateDef"}
    assert [(pack, name) for pack, name, said in sourced if not said.source.strip()] == []


def test_what_is_lost_in_a_document_has_no_value_in_any_pack(shipped: list[Pack]) -> None:
    lost = [
        (pack.name, name, dated.value, dated.formula)
        for pack in shipped
        for name, one in pack.parameters.items()
        for values in (one.values, *one.places.values())
        for dated in values
        if dated.verified == "lost"
    ]
    lost += [
        (pack.name, name, one.content.get("value"), None)
        for pack in shipped
        for name, one in pack.mandates.of("indicators").items()
        if one.verified == "lost"
    ]

    assert ("hunan/chenzhou", "tekun_basic_multiple", None, None) in lost
    assert [(pack, name) for pack, name, value, formula in lost if value is not None or formula] == []
