"""Remarks on a plan (方案核对): what does not fit together, in sentences; people decide what follows.

依据: 一户一方案、一人一措施 (霍邱、界首等地); 公开的数据检查 5_18_001…006, 5_11_032, 5_12_007, 5_12_011, 1_11_010.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from shouwang.stream.assistance.choices import FindingLevel, Fit, MeasureState
from shouwang.stream.assistance.queries.needs import Need, counted_kinds

if TYPE_CHECKING:
    from shouwang.policy import Pack


@dataclass(frozen=True)
class Finding:
    """One remark (核对提示): how much it weighs, and what to do about it."""

    level: str
    text: str
    remedy: str = ""


def plan_findings(
    pack: "Pack",
    *,
    needs: Sequence[Need],
    measures: Sequence[Any],
    able_workers: int | None,
    days_without: int | None,
    place_code: str,
    on: date,
) -> list[Finding]:
    """Everything to be said of the standing measures of a plan, gravest first.

    `able_workers` is None where nobody knows; `days_without` counts the days since the household was monitored without
    a measure, None when it has one.
    """
    live = [one for one in measures if one.state != MeasureState.UNDELIVERED]
    found = [
        *_late(pack, days_without, place_code, on),
        *_unanswered(needs, live),
        *_mismatched(pack, needs, live, on),
        *_development(pack, live, able_workers, on),
        *_piled_up(needs, live),
        *_conflicting(pack, live),
        *_unproven(live),
        *_overruled(live),
    ]
    order = [FindingLevel.RED, FindingLevel.WARN, FindingLevel.HINT]
    return sorted(found, key=lambda one: order.index(FindingLevel(one.level)))


def day_limits(pack: "Pack", *, place_code: str, on: date) -> tuple[int | None, int | None]:
    """Days without a measure after which there is a reminder, and after which there is a red flag; from the pack."""
    parameters = pack.program(on).parameters
    return tuple(parameters[name].at(place_code) for name in ("measures_reminder_days", "no_measure_days"))  # type: ignore[return-value]


def _late(pack: "Pack", days: int | None, place_code: str, on: date) -> list[Finding]:
    reminder, red = day_limits(pack, place_code=place_code, on=on)
    if days is not None and red is not None and days >= red:
        return [Finding(FindingLevel.RED, f"纳入监测已经 {days} 天，还没有落实任何措施。", "请尽快落实一项。")]
    if days is not None and reminder is not None and days >= reminder:
        return [Finding(FindingLevel.WARN, f"纳入监测已经 {days} 天，还没有落实措施。", f"满 {red} 天会亮红。")]
    return []


def _unanswered(needs: Sequence[Need], live: Sequence[Any]) -> list[Finding]:
    answered = {name for one in live for name in one.answers}
    return [
        Finding(
            FindingLevel.WARN if need.is_risk else FindingLevel.HINT,
            f"“{need.title}”还没有措施回应。",
            "请选一项工具，或者自己写一项。",
        )
        for need in needs
        if need.name not in answered
    ]


def _mismatched(pack: "Pack", needs: Sequence[Need], live: Sequence[Any], on: date) -> list[Finding]:
    counted = counted_kinds(pack, on=on)
    found = []
    for need in needs:
        kinds = counted.get(need.name)
        said = [one for one in live if need.name in one.answers]
        if kinds and said and not any(one.kind in kinds for one in said):
            words = "、".join(kinds.values())
            found.append(
                Finding(FindingLevel.WARN, f"“{need.title}”要配{words}，现在选的不算对应。", "消除风险时会按这个核对。")
            )
    return found


def _development(pack: "Pack", live: Sequence[Any], able_workers: int | None, on: date) -> list[Finding]:
    if not live or able_workers == 0:
        return []
    if able_workers is None:
        return [Finding(FindingLevel.HINT, "家里有没有劳动力不清楚。", "请先核对家庭成员的劳动技能。")]
    words = pack.lists["development_measures"].on(on).values()
    kinds = {item.value for item in words if item.of == "kind"}
    weak = {item.value for item in words if item.of == "not_alone"}
    developing = [one for one in live if one.kind in kinds]
    if not developing:
        only = all(one.kind == "social_security" for one in live)
        text = "只有综合保障，" if only else ""
        return [
            Finding(
                FindingLevel.WARN, f"家里有劳动力，{text}没有开发式措施。", "请加一项产业、就业、金融或公益岗位帮扶。"
            )
        ]
    if all(one.item in weak for one in developing):
        return [Finding(FindingLevel.WARN, "开发式措施只有培训或“其他”。", "培训以后要接上岗位或产业。")]
    return []


def _piled_up(needs: Sequence[Need], live: Sequence[Any]) -> list[Finding]:
    risks = [need for need in needs if need.is_risk]
    if len(risks) == 1 and len([one for one in live if one.answers == [risks[0].name]]) > 2:
        return [
            Finding(
                FindingLevel.HINT, f"只有“{risks[0].title}”一项风险，措施已有好几项。", "单一风险用单项措施，够用就行。"
            )
        ]
    return []


def _conflicting(pack: "Pack", live: Sequence[Any]) -> list[Finding]:
    from shouwang.policy.toolbox import conflicts

    found = []
    for number, one in enumerate(live):
        for other in live[number + 1 :]:
            same = one.resident_id == other.resident_id or not (one.resident_id and other.resident_id)
            if one.tool and other.tool and same and conflicts(pack.toolbox, one.tool, other.tool):
                text = f"“{one.title}”和“{other.title}”不能同时享受。"
                found.append(Finding(FindingLevel.WARN, text, "请留一项，或写明为什么。"))
    return found


def _unproven(live: Sequence[Any]) -> list[Finding]:
    return [
        Finding(FindingLevel.HINT, f"“{one.title}”没有写要什么证明。", "写清楚了，落实时好交。")
        for one in live
        if not one.evidence_asked
    ]


def _overruled(live: Sequence[Any]) -> list[Finding]:
    return [
        Finding(
            FindingLevel.HINT,
            f"“{one.title}”选用时{Fit(one.fit).label}，理由：{one.get_ground_display()}。",
            "由责任单位按程序核定。",
        )
        for one in live
        if one.fit in (Fit.NOT_ELIGIBLE, Fit.CANNOT_TELL)
    ]
