"""Planned measures (计划措施): chosen from the toolbox or written freely, each with a reason, a unit or person, a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.calendar.queries import due_on as last_day
from shouwang.register.households.choices import MeasureItem, MeasureKind
from shouwang.register.households.queries import residents_named
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.actions.plans import NotNow, locked_plan, said, unidentified
from shouwang.stream.assistance.choices import WAITING, Fit, Ground, MeasureState, PlanState
from shouwang.stream.assistance.models import Plan, PlannedMeasure
from shouwang.stream.assistance.queries.needs import needs_of
from shouwang.stream.assistance.queries.suggestions import Suggestion, suggested_tools
from shouwang.stream.rules.queries import pack_in_force

if TYPE_CHECKING:
    from shouwang.policy import Pack


@dataclass(frozen=True)
class Chosen:
    """What is put into a plan: a tool by name, or words of one's own with the kind as which it is kept.

    What is left empty is filled from the tool: risks that it answers, unit, papers, the usual last day.
    """

    ground: str
    tool: str = ""
    title: str = ""
    kind: str = ""
    item: str = ""
    resident_id: str = ""
    answers: Sequence[str] = ()
    asks: str = ""
    unit: str = ""
    person: str = ""
    due_on: date | None = None
    evidence_asked: str = ""
    amount: Decimal | None = None
    ground_words: str = ""


@transaction.atomic
def plan_measure(*, plan_id: int, chosen: Chosen, actor: Actor, at: datetime) -> PlannedMeasure:
    """Put a measure into a plan (选用措施). A tool that does not fit may be chosen as easily as one that does: either
    way one ground is given, and how its conditions stood is kept with it.

    Raises NotAllowed, NotNow where the plan is not being drafted (先行帮扶 may go on adding), and Refusal.
    """
    actor.require(Permission.DRAFT_PLAN)
    plan = locked_plan(plan_id, actor)
    if plan.state != PlanState.DRAFT and not (plan.green_channel and plan.state != PlanState.CLOSED):
        raise NotNow(f"这份方案现在是“{plan.get_state_display()}”。", "要加措施，请先点“修改方案”。")
    if chosen.ground not in Ground.values:
        raise Refusal("没有选理由。", "请选一条：符合条件、农户提出、核实后认为合适。")
    on = localtime(at).date()
    pack = pack_in_force(settings.PACK, on=on)
    made = PlannedMeasure(
        plan=plan,
        household_id=plan.household_id,
        place_number=plan.place_number,
        resident_id=chosen.resident_id,
        ground=chosen.ground,
        ground_words=unidentified(chosen.ground_words, "理由说明", most=300),
        planned_on=on,
        planned_by=actor.username,
        planned_at=at,
    )
    if chosen.resident_id:
        _refuse_strangers(actor, plan, chosen.resident_id)
    _take_tool(made, chosen, actor, pack, on) if chosen.tool else _take_words(made, chosen)
    made.answers = _answers(made, chosen, actor, pack, on)
    _assign(made, chosen, pack, on)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise _told(error) from None
    fault_point("measure.plan.saved")
    details = {"plan": plan.pk, "tool": made.tool, "fit": made.fit, "ground": made.ground}
    note(act="plan_measure", subject=f"measure:{made.pk}", actor=actor, at=at, details=details)
    return made


@transaction.atomic
def withdraw_measure(*, measure_id: int, actor: Actor, at: datetime) -> PlannedMeasure:
    """Take a measure out of a draft (撤下措施); it stays on record. Raises NotNow once the plan holds."""
    actor.require(Permission.DRAFT_PLAN)
    found = PlannedMeasure.objects.visible_to(actor).select_related("plan").filter(pk=measure_id).first()
    if found is None or found.withdrawn_at is not None:
        raise Refusal("没有找到这项措施。")
    plan = locked_plan(found.plan_id, actor)
    if plan.state != PlanState.DRAFT or found.state not in WAITING:
        raise NotNow("这项措施不能撤下了。", "落实不了的，请写明没有落实的原因。")
    found.withdrawn_at, found.withdrawn_by = at, actor.username
    found.save(update_fields=["withdrawn_at", "withdrawn_by"])
    note(act="withdraw_measure", subject=f"measure:{found.pk}", actor=actor, at=at, details={"plan": plan.pk})
    return found  # type: ignore[no-any-return]


def usual_due_on(pack: "Pack", within: str, *, start: date, place_number: int) -> date:
    """The usual last day of a tool (办结期限), by its limit; without one, by the pack's reminder for measures."""
    name = within or "measures_reminder_days"
    resolved = pack.program(start).parameters[name]
    number, unit = resolved.at(str(place_number)), resolved.parameter.unit
    if number is None and within:
        return usual_due_on(pack, "", start=start, place_number=place_number)
    if number is None:
        return start
    if unit == "hours":
        return start + timedelta(days=ceil(number / 24))
    kind = "working_days" if unit == "working_days" else "calendar_days"
    return last_day(start, number, unit=kind, place_number=place_number)


def _take_tool(made: PlannedMeasure, chosen: Chosen, actor: Actor, pack: "Pack", on: date) -> None:
    found = suggested_tools(actor, made.household_id, on=on)
    tool = found.tool(chosen.tool) if found else None
    if tool is None:
        raise Refusal("没有这项政策工具，或者它已经到期。", "请刷新页面再选。")
    made.tool, made.title = tool.tool.name, tool.tool.title
    made.kind, made.item = tool.tool.measure, tool.tool.item
    made.fit, made.fit_because = _fit(tool, chosen.resident_id)
    if chosen.ground == Ground.FITS and made.fit != Fit.ELIGIBLE:
        raise Refusal("这项工具现在看不符合条件，不能写“符合条件”。", "要选用，请写是农户提出的，还是核实后认为合适。")
    subject = tool.of(chosen.resident_id) or (tool.subjects[0] if tool.subjects else None)
    made.amount_planned = chosen.amount if chosen.amount is not None else subject.amount if subject else None


def _fit(tool: Suggestion, resident_id: str) -> tuple[str, str]:
    """Whether the tool fits the person (or the household), and the conditions in words as they stood."""
    subject = tool.of(resident_id) if resident_id else (tool.subjects[0] if tool.subjects else None)
    if subject is None:
        return tool.fit, tool.tool.by_people
    words = [f"{step.title}：{step.because}" for step in subject.steps]
    words += [f"缺：{'、'.join(subject.missing)}"] if subject.missing else []
    return subject.fit, "；".join(words)


def _take_words(made: PlannedMeasure, chosen: Chosen) -> None:
    if chosen.kind not in MeasureKind.values or chosen.item not in ("", *MeasureItem.values):
        raise Refusal("没有选这项措施登记为哪一类。")
    if chosen.ground == Ground.FITS:
        raise Refusal("自己写的措施没有条件可以对照。", "请写是农户提出的，还是核实后认为合适。")
    made.title = said(chosen.title, "措施名称", most=120)
    made.kind, made.item, made.fit = chosen.kind, chosen.item, Fit.OWN_TEXT
    made.amount_planned = chosen.amount


def _answers(made: PlannedMeasure, chosen: Chosen, actor: Actor, pack: "Pack", on: date) -> list[str]:
    needs = needs_of(actor, made.household_id, pack, on=on)
    known = [need.name for need in needs]
    if chosen.answers:
        odd = [name for name in chosen.answers if name not in known]
        if odd:
            raise Refusal("这一户没有这项风险。", "请从登记的风险里选。")
        return list(dict.fromkeys(chosen.answers))
    if not made.tool:
        raise Refusal("没有选这项措施针对哪项风险。")
    answers = pack.toolbox[made.tool].answers
    return [need.name for need in needs if need.name in answers] or [
        need.name for need in needs if need.factor in answers
    ]


def _assign(made: PlannedMeasure, chosen: Chosen, pack: "Pack", on: date) -> None:
    tool = pack.toolbox.get(made.tool)
    made.unit = unidentified(chosen.unit, "责任单位", most=40) or (tool.unit if tool else "")
    made.person = unidentified(chosen.person, "责任人", most=30)
    if not made.unit and not made.person:
        raise Refusal("没有写由谁负责。", "请写责任单位或责任人。")
    asked = unidentified(chosen.evidence_asked, "证明材料", most=200)
    made.evidence_asked = asked or ("、".join(tool.evidence) if tool else "")
    made.asks = unidentified(chosen.asks, "要办的事", most=300)
    usual = usual_due_on(pack, tool.within if tool else "", start=on, place_number=made.place_number)
    made.due_on = chosen.due_on or usual
    if made.due_on < on:
        raise Refusal("办结期限已经过去。", "请写今天或以后的一天。")
    if made.amount_planned is not None and made.amount_planned < 0:
        raise Refusal("金额不能是负数。")


def _refuse_strangers(actor: Actor, plan: Plan, resident_id: str) -> None:
    person = residents_named(actor, [resident_id]).get(resident_id)
    if person is None or person.household_id != plan.household_id:
        raise Refusal("没有在这一户里找到这个人。")


def _told(error: Any) -> Refusal:
    if "measure_tool_once" in str(error):
        return Refusal("方案里已经有这一项了。", "请在已有的那一项里改。")
    return Refusal("这项措施填得不完整。", "请核对责任单位、期限和理由。")


def open_measure(measure_id: int, actor: Actor, *, of_unit: bool = False) -> PlannedMeasure:
    """A measure that still waits, held until the end of the transaction; `of_unit` for the unit that is asked.

    Raises NotNow before the plan holds (先行帮扶 need not wait) and once the measure is settled.
    """
    found = PlannedMeasure.objects.asked_of(actor) if of_unit else PlannedMeasure.objects.visible_to(actor)
    measure = found.select_for_update(of=("self",)).select_related("plan").filter(pk=measure_id).first()
    if measure is None or measure.withdrawn_at is not None:
        raise Refusal("没有找到这项措施。")
    plan = measure.plan
    held = plan.held_since is not None and measure.planned_at <= plan.held_since
    if not held and not plan.green_channel:
        raise NotNow("方案还没有批准。", "批准以后再办理；情况紧急的请走先行帮扶。")
    if measure.state not in (MeasureState.PLANNED, MeasureState.UNDER_WAY):
        raise NotNow(f"这项措施已经“{measure.get_state_display()}”。", "请刷新页面再看。")
    return measure  # type: ignore[no-any-return]
