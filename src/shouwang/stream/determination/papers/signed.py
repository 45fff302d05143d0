"""What household and village sign (农户和村里的文书): pledge, authorisation, verification form, minutes of the meeting."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from shouwang.register.households.queries import HouseholdFile
from shouwang.register.papers.kinds import BY_HAND
from shouwang.register.papers.queries import papers
from shouwang.register.procedure.choices import GUARANTEES
from shouwang.register.procedure.queries import CaseRecord
from shouwang.register.staff.queries import Actor, names_of
from shouwang.stream.clues.queries import clue_of, reasons_of
from shouwang.stream.determination.papers.decided import office_of
from shouwang.stream.screening.queries import household_warnings

PURPOSE = "核对是否符合防止返贫监测帮扶条件"
WITHDRAW_AT = "向村民委员会或乡镇人民政府说一声，口头、书面都可以，可以请人代办"
MATTERS = {"clearance": "消除风险", "natural_clearance": "消除风险", "revert": "回退监测"}
SHARES = {Decimal("0.6666"): "三分之二以上", Decimal("0.5"): "过半数"}
"""Shares of the pack in the words of the law; another one is said in per cent."""
MOST_TROUBLE = 400


def trouble_told(actor: Actor, case: Any) -> str:
    """What the household is known to have trouble with, to begin its pledge with: its own words, else the warnings."""
    kind, _, key = case.origin.partition(":")
    clue = clue_of(actor, int(key)) if kind == "clue" and key.isdecimal() else None
    if clue is not None and clue.is_application:
        told = [one.told for one in reasons_of(actor, clue) if one.told]
        if told:
            return told[0]
    found = household_warnings(actor, case.household_id).filter(gone_run=None)
    return "；".join(dict.fromkeys(one.because for one in found if one.because))[:MOST_TROUBLE]


def guarantees_known(file: HouseholdFile) -> dict[str, str]:
    """How school, medical cover, house and water stand in the register (三保障和饮水); what is not known is not said."""
    home, known = file.household, {}
    if home.house_grade:
        known["housing"] = f"登记为{home.get_house_grade_display()}"
    if home.water_safe is not None:
        known["water"] = "登记为有保障" if home.water_safe else "登记为没有保障"
    out = [one.resident.name for one in file.members if one.resident.dropout_reason]
    if out:
        known["education"] = f"{'、'.join(out)}登记为没有上学"
    return known


def _grouped(file: HouseholdFile) -> dict[str, Any]:
    return {"group_name": file.household.group_name or ""}


def _of_head(file: HouseholdFile) -> dict[str, Any]:
    head = next((one for one in file.members if one.resident.relation == "head"), None)
    return {"id_number": head.id_number if head else ""}


def pledge(actor: Actor, case: Any, file: HouseholdFile, one: CaseRecord) -> dict[str, Any]:
    """A pledge that was entered (承诺书)."""
    return pledged(file, one.words)


def pledged(file: HouseholdFile, said: Mapping[str, Any]) -> dict[str, Any]:
    """A pledge as the household says it."""
    return {
        **_of_head(file),
        **_grouped(file),
        "trouble": said.get("trouble", "").strip() or BY_HAND,
        "writer": said.get("writer", "").strip(),
    }


def authorisation(actor: Actor, case: Any, file: HouseholdFile, one: CaseRecord) -> dict[str, Any]:
    """An authorisation that was entered (授权书)."""
    said = {
        "scope": one.record.content.get("scope", ""),
        "valid_until": date.fromisoformat(one.record.content["valid_until"]),
    }
    return authorised(actor, case, file, said, one.record.acted_on)


def authorised(actor: Actor, case: Any, file: HouseholdFile, said: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Whom and what the household lets us ask about."""
    # What was printed to be signed yesterday is the same paper today.
    printed = papers(actor, subject=f"case:{case.number}", kind="authorisation").filter(superseded_by=None).first()
    return {
        **_of_head(file),
        "purpose": PURPOSE,
        "scope": said["scope"],
        "asked_by": office_of(case.place_number),
        "valid_from": printed.issued_on if printed else on,
        "valid_until": said["valid_until"],
        "withdraw_at": WITHDRAW_AT,
        "people": [
            {
                "name": one.resident.name or BY_HAND,
                "id_number": one.id_number,
                "relation": one.resident.get_relation_display() or BY_HAND,
            }
            for one in file.members
        ],
    }


def verification(actor: Actor, case: Any, file: HouseholdFile, one: CaseRecord) -> dict[str, Any]:
    """A visit to the home (入户核实表)."""
    content, words = one.record.content, one.words
    visited = date.fromisoformat(content["visited_on"])
    income = content.get("income") or {}
    known = guarantees_known(file)
    return {
        **_grouped(file),
        "visited_on": visited,
        "visitors": "、".join(content.get("verifiers", [])),
        "members": int(income.get("members") or len(file.members)),
        "wage": _yuan(income.get("wage")),
        "business": _yuan(income.get("business_income")),
        "business_cost": _yuan(income.get("business_cost")),
        "property": _yuan(income.get("property_income")),
        "transfer": _yuan(income.get("transfer")),
        "period": _year_before(visited),
        **{name: words.get(name) or known.get(name) or BY_HAND for name in GUARANTEES},
        "finding": words.get("findings", ""),
        "household_says": words.get("household_word") or BY_HAND,
        "members_listed": [
            {"name": member.resident.name or BY_HAND, "relation": member.resident.get_relation_display() or BY_HAND}
            for member in file.members
        ],
    }


def minutes(actor: Actor, case: Any, file: HouseholdFile, one: CaseRecord) -> dict[str, Any]:
    """A meeting of the village (评议会议记录)."""
    content, words = one.record.content, one.words
    limits = _limits(case, one.record.step)
    names = names_of(case.recused)
    return {
        "held_on": date.fromisoformat(content["held_on"]),
        "held_at": words.get("held_at") or BY_HAND,
        "chair": words.get("chair") or BY_HAND,
        "recorder": words.get("recorder") or BY_HAND,
        "due": content["eligible"],
        "present": content["present"],
        "quorum": f"应到人数的{_share(limits.get('present'))}",
        "quorum_met": True,  # the database takes no meeting without a quorum
        "agree_rule": f"到会人员{_share(limits.get('agree'))}同意",
        "avoided": "、".join(names.get(who, who) for who in case.recused),
        "discussion": words.get("minutes") or BY_HAND,
        "votes": [
            {
                "head_name": file.household.head_name or case.head_name,
                "matter": MATTERS.get(case.matter, "纳入监测"),
                "agree": content["agree"],
                "against": content["against"],
                "abstain": content["abstained"],
                "passed": bool(content["agreed"]),
            }
        ],
    }


def _limits(case: Any, step: str) -> dict[str, Any]:
    return next((one.get("limits", {}) for one in case.steps if one["step"] == step), {})


def _share(limit: dict[str, Any] | None) -> str:
    value = (limit or {}).get("value")
    if value is None:
        return "规定比例"
    share = Decimal(str(value))
    return SHARES.get(share, f"百分之{share * 100:f}".rstrip("0").rstrip(".") + "以上")


def _year_before(visited: date) -> str:
    """The twelve whole months before a visit, for which its income sheet asks (近一年)."""
    last = visited.replace(day=1) - timedelta(days=1)
    return f"{visited.year - 1}年{visited.month}月至{last.year}年{last.month}月"


def _yuan(text: Any) -> Decimal | None:
    return None if text in (None, "") else Decimal(str(text))
