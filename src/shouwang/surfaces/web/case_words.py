"""What a record says in words (办理记录的说法), for the timeline of a case."""

from collections.abc import Callable
from typing import Any

from shouwang.register.households.choices import MonitoredClass, RiskKind
from shouwang.register.procedure.actions.enquire import RESULTS
from shouwang.register.procedure.choices import GUARANTEES, Act, Outcome
from shouwang.register.staff.choices import Role
from shouwang.stream.determination.choices import Ground
from shouwang.surfaces.web.clearance_decision import reason_label

CHANNELS = {"paper": "书面送达", "phone": "电话告知", "visit": "上门告知", "message": "短信", "board": "村务公开栏"}
OBJECTION_CHANNELS = {"visit": "当面", "phone": "电话", "letter": "书面", "online": "网上"}
FINDINGS = {"stands": "异议不成立", "justified": "异议成立", "partly": "异议部分成立"}
HOW = {"signature": "签名", "fingerprint": "按手印（已念给本人听）"}
WORD_TITLES = GUARANTEES | {
    "household_word": "农户说",
    "trouble": "困难情况",
    "writer": "代书人",
    "held_at": "会议地点",
    "chair": "主持人",
    "recorder": "记录人",
}
OPINIONS = {"agree": "同意", "disagree": "不同意"}


def told(one: Any, case: Any, names: dict[str, str]) -> dict[str, Any]:
    """A record for the timeline: time, who, which step, what in a sentence, the words that were written."""
    record = one.record
    titles = {step["step"]: step["title"] for step in case.steps}
    return {
        "number": record.number,
        "at": record.at,
        "who": names.get(record.actor, record.actor),
        "role": Role(record.role).label if record.role in Role.values else record.role,
        "unit": record.unit,
        "title": titles.get(record.step) or Act(record.act).label,
        "skipped": record.act == Act.SKIP,
        "said": _sentence(record),
        "words": [_labelled(name, text) for name, text in one.words.items() if name not in ("objector", "signed_by")],
        "evidence": record.evidence,
        "strong": record.act in (Act.DECISION, Act.REVIEW, Act.RECHECK),
    }


def _labelled(name: str, text: str) -> str:
    return f"{WORD_TITLES[name]}：{text}" if name in WORD_TITLES else text


def _sentence(record: Any) -> str:
    say = SENTENCES.get(record.act)
    return say(record.content) or "" if say else _decision(record) if record.act == Act.DECISION else ""


def _visit(content: dict[str, Any]) -> str:
    said = f"{content.get('visited_on')} 入户，{len(content.get('verifiers', []))} 人"
    income = content.get("income") or {}
    if income.get("per_head") is not None:
        said += f"；核算人均纯收入 {income['per_head']} 元"
    proposed = content.get("proposed_class")
    return f"{said}；拟定{MonitoredClass(proposed).label}" if proposed in MonitoredClass.values else said


def _meeting(content: dict[str, Any]) -> str:
    counts = (
        f"应到 {content['eligible']}，到会 {content['present']}，同意 {content['agree']}，不同意 {content['against']}"
    )
    return f"{content.get('held_on')} {counts}；{'评议通过' if content.get('agreed') else '评议没有通过'}"


def _posted(content: dict[str, Any]) -> str:
    if content.get("channels"):
        return "、".join(CHANNELS.get(one, one) for one in content["channels"])
    return f"{content.get('from')} 起张贴，{content.get('until')} 可撤下"


def _decision(record: Any) -> str:
    content = record.content
    parts = [Outcome(content["outcome"]).label]
    if content.get("monitored_class") in MonitoredClass.values:
        parts.append(MonitoredClass(content["monitored_class"]).label)
    parts += [RiskKind(risk).label for risk in content.get("risks", []) if risk in RiskKind.values]
    ground = str(Ground(record.reason_code).label) if record.reason_code in Ground.values else ""
    ground = ground or reason_label(record.reason_code)
    if ground:
        parts.append(f"理由：{ground}")
    return "；".join(parts)


def _marked(content: dict[str, Any]) -> str:
    if content.get("marked") is False:
        return "复核已撤销原决定，不再标注"
    return (
        f"已告知：{'、'.join(CHANNELS.get(one, one) for one in content['channels'])}" if "channels" in content else ""
    )


def _reviewed(content: dict[str, Any]) -> str:
    outcome = content.get("outcome")
    return Outcome(outcome).label if outcome else OPINIONS.get(content.get("opinion", ""), "")


SENTENCES: dict[str, Callable[[dict[str, Any]], str | None]] = {
    Act.RECORD: _marked,
    Act.PLEDGE: lambda content: HOW.get(content.get("how", "")),
    Act.AUTHORISATION: lambda content: f"可查：{content.get('scope')}；有效期到 {content.get('valid_until')}",
    Act.VERIFICATION: _visit,
    Act.COMPARISON: lambda content: f"{content.get('units')} 个部门都已答复",
    Act.REPLY: lambda content: f"{content.get('unit')}：{RESULTS.get(content.get('result', ''), '')}",
    Act.OPINION: lambda content: f"{content.get('unit')}：{RESULTS.get(content.get('result', ''), '')}",
    Act.APPRAISAL: _meeting,
    Act.NOTICE: _posted,
    Act.ANNOUNCEMENT: _posted,
    Act.REVIEW: _reviewed,
    Act.RECHECK: _reviewed,
    Act.OBJECTION: lambda content: OBJECTION_CHANNELS.get(content.get("channel", "")),
    Act.ANSWER: lambda content: FINDINGS.get(content.get("finding", "")),
    Act.RECUSAL: lambda content: "干部近亲属申报比对发现" if content.get("by") == "declaration" else "",
    Act.SKIP: lambda _: "免办",
    Act.REOPENING: lambda content: f"复核 {content.get('objection')} 撤销了原决定，重新办理",
}
"""Act → what its content says in a sentence."""
