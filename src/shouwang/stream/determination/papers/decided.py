"""Decisions in writing (决定文书): grounds from the records of the case, and how the household objects.

依据: 社会救助法 第四十五条 (书面说明理由)、行政复议法 第二十条.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from shouwang.register.households.choices import MonitoredClass
from shouwang.register.households.queries import HouseholdFile
from shouwang.register.papers.queries import postings_about
from shouwang.register.places.queries import place_of
from shouwang.register.procedure.actions.enquire import RESULTS
from shouwang.register.procedure.choices import Act
from shouwang.register.procedure.queries import CaseRecord, records_of
from shouwang.register.staff.queries import Actor
from shouwang.stream.determination.choices import Ground
from shouwang.stream.rules.queries import pack_in_force

OFFICE = "农业农村局"
"""The county's department for watching over households; it took over from the poverty relief office in 2021."""
TAKEN_BY = (Act.VERIFICATION, Act.COMPARISON, Act.APPRAISAL, Act.NOTICE, Act.REVIEW)
"""Acts on which a decision rests, in the order in which its paper names them."""
WOULD_CHANGE: dict[str, str] = {
    Ground.NO_RISK_FOUND: "家里出现新的困难，收入减少或者有大额支出时，随时可以再申请。",
    Ground.ABLE_TO_COPE: "家里应付不过来时，例如务工的人回家、又有大额支出，随时可以再申请。",
    Ground.HELPED_OTHERWISE: "已有的救助停了或者不够时，随时可以再申请。",
    Ground.MOVED_AWAY: "搬回本地以后，或者在现在住的地方，随时可以申请。",
}
OTHER_HELP = "遇到突发困难，可以向乡镇人民政府申请临时救助和其他救助。"


def decided_fields(actor: Actor, case: Any, one: CaseRecord) -> dict[str, Any]:
    """What every decision says: who decided, what went before, and how to object."""
    return {
        "case_number": case.number,
        "steps_taken": "、".join(dict.fromkeys(step["title"] for step, _ in _taken(case, one))) or "核实",
        "office": office_of(case.place_number),
        "decided_on": one.record.acted_on,
        "object_to": government_of(case.place_number),
        "object_by": _object_by(one.record.acted_on, case.place_number),
        "object_phone": _phone(actor, case, one.record.acted_on),
    }


def office_of(place_number: int) -> str:
    """The office that decides, by the name of its county."""
    county = place_of(f"{place_number:012d}"[:6])
    return f"{county.name if county else ''}{OFFICE}"


def government_of(place_number: int) -> str:
    """The township's government, where a household objects."""
    found = place_of(f"{place_number:012d}"[:9])
    name = found.name if found else "乡镇"
    return f"{name}办事处" if name.endswith("街道") else f"{name}人民政府"


def hotline(on: date) -> str:
    """The hotline for households at risk, from the pack's list of channels."""
    title = pack_in_force(settings.PACK, on=on).lists["channels"].items["hotline_12317"].title
    return re.sub(r"\D", "", title)


def decision(actor: Actor, case: Any, file: HouseholdFile, one: CaseRecord) -> dict[str, Any]:
    """Included, or back under monitoring (认定决定书)."""
    given = one.record.content.get("monitored_class") or file.household.monitored_class
    return {
        **decided_fields(actor, case, one),
        "monitored_class": MonitoredClass(given).label if given in MonitoredClass.values else "防止返贫监测对象",
        "monitored_from": one.record.acted_on,
        "reason": _reason(one),
        "grounds": _grounds(case, one),
    }


def refusal(actor: Actor, case: Any, file: HouseholdFile, one: CaseRecord) -> dict[str, Any]:
    """Not included, why, and what would change that (不予纳入告知书)."""
    return {
        **decided_fields(actor, case, one),
        "reason": _reason(one),
        "would_change": WOULD_CHANGE.get(one.record.reason_code, WOULD_CHANGE[Ground.NO_RISK_FOUND]),
        "other_help": OTHER_HELP,
        "grounds": _grounds(case, one),
    }


def _reason(one: CaseRecord) -> str:
    code = one.record.reason_code
    label = str(Ground(code).label) if code in Ground.values else ""
    return "。".join(part.rstrip("。") for part in (label, one.words.get("words", "")) if part) + "。"


def _grounds(case: Any, decided: CaseRecord) -> list[dict[str, str]]:
    """The facts on which a decision rests, each with where and when it was found and the clause of its step."""
    rows = []
    for step, one in _taken(case, decided):
        fact, source = FACTS[one.record.act](case, one)
        clause = f"{_without_address(step.get('source', ''))} {step.get('clause', '')}".strip()
        rows.append({"fact": fact, "source": f"{source}，{_day(one.record.acted_on)}", "clause": clause or "–"})
    return rows or [{"fact": "见办理记录", "source": f"办理件 {case.number}", "clause": "–"}]


def _taken(case: Any, decided: CaseRecord) -> list[tuple[dict[str, Any], CaseRecord]]:
    """Steps before a decision with the newest record that took each, in their order; a step left out is not among them."""
    newest = {
        one.record.step: one
        for one in records_of(case)
        if one.record.act in TAKEN_BY and one.record.number < decided.record.number
    }
    return [(step, newest[step["step"]]) for step in case.steps if step["step"] in newest]


def _found_at_home(case: Any, one: CaseRecord) -> tuple[str, str]:
    income = one.record.content.get("income") or {}
    sum_of = f"核算人均纯收入{income['per_head']}元。" if income.get("per_head") is not None else ""
    return f"{sum_of}{one.words.get('findings', '')}", "入户核实"


def _compared(case: Any, one: CaseRecord) -> tuple[str, str]:
    told = [
        f"{other.record.content.get('unit')}：{RESULTS.get(other.record.content.get('result', ''), '')}"
        for other in records_of(case)
        if other.record.act == Act.REPLY and other.record.number < one.record.number
    ]
    return "；".join(told) or one.words.get("words", "") or "部门都已答复", "部门信息比对"


def _appraised(case: Any, one: CaseRecord) -> tuple[str, str]:
    content = one.record.content
    counts = f"应到{content['eligible']}人，到会{content['present']}人，同意{content['agree']}人"
    return f"{counts}，不同意{content['against']}人，{'通过' if content['agreed'] else '没有通过'}", "民主评议"


def _posted(case: Any, one: CaseRecord) -> tuple[str, str]:
    content = one.record.content
    last = date.fromisoformat(content["until"]) - timedelta(days=1)
    objected = sum(other.record.act == Act.OBJECTION for other in records_of(case))
    said = f"收到异议{objected}件，都已答复" if objected else "没有收到异议"
    return f"{_day(date.fromisoformat(content['from']))}至{_day(last)}在村内公示，{said}", "村内公示"


def _reviewed(case: Any, one: CaseRecord) -> tuple[str, str]:
    said = {"agree": "审核同意", "disagree": "审核不同意"}.get(one.record.content.get("opinion", ""), "已审核")
    return "：".join(part for part in (said, one.words.get("words", "")) if part), "乡镇审核"


FACTS: dict[str, Callable[[Any, CaseRecord], tuple[str, str]]] = {
    Act.VERIFICATION: _found_at_home,
    Act.COMPARISON: _compared,
    Act.APPRAISAL: _appraised,
    Act.NOTICE: _posted,
    Act.REVIEW: _reviewed,
}
"""Act → what it established, and where that comes from."""


def _object_by(on: date, place_number: int) -> str:
    """How long a household may ask for reconsideration (复议期限), from the day on which it gets the paper."""
    days = pack_in_force(settings.PACK, on=on).program(on).parameters["reconsideration_days"].at(f"{place_number:012d}")
    return f"收到之日起{int(days)}日内" if days is not None else "法律规定的期限"


def _phone(actor: Actor, case: Any, on: date) -> str:
    """The number that the village's notice gave for objections; without one the national hotline of the pack."""
    posted: Sequence[Any] = postings_about(actor, [case.number]).get(case.number, [])
    if posted:
        return str(posted[-1].phone)
    return hotline(on)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _without_address(source: str) -> str:
    return re.sub(r"\s*https?://[^\s；]+", "", source)
