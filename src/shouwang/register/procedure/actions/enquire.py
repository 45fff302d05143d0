"""Asking departments (信息比对): only with a live authorisation, answered by the department's own liaison."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.ledger.actions import note
from shouwang.register.machines.actions import announce
from shouwang.register.machines.choices import Event
from shouwang.register.procedure.actions.enter import NotNow, enter_record, step_due
from shouwang.register.procedure.choices import Act
from shouwang.register.procedure.models import Case, Enquiry
from shouwang.register.procedure.steps import turns
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

RESULTS = {"nothing": "没有发现需要说明的情况", "explain": "有情况，请农户说明", "unknown": "查不到，不能判断"}


@transaction.atomic
def ask_departments(
    *, number: str, units: Sequence[str], actor: Actor, at: datetime, today: date, kind: str = "comparison"
) -> list[Enquiry]:
    """Ask departments about a case. Raises NotNow without the household's authorisation (依据: 社会救助暂行办法 第五十八条)."""
    actor.require(Permission.ACCEPT_CASE)
    case = Case.objects.visible_to(actor).filter(number=number).first()
    if case is None:
        raise Refusal("没有找到这件事项。")
    if kind == "comparison" and not case.authorised:
        raise NotNow("没有有效的授权，不能查询比对。", "请先请农户签授权书。")
    step = next((one for one in case.steps if one["act"] == Act.COMPARISON), None)
    due = step_due(step, today, case.place_number) if step else None
    made = []
    for unit in dict.fromkeys(one.strip() for one in units if one.strip()):
        try:
            with transaction.atomic():
                made.append(
                    Enquiry.objects.create(
                        case=case,
                        unit=unit,
                        kind=kind,
                        asked_by=actor.username,
                        asked_at=at,
                        due_on=due,
                        place_number=case.place_number,
                    )
                )
        except IntegrityError:
            continue  # asked already and not answered yet
    for one in made:
        _tell(one, at)
    fault_point("enquiry.ask.saved")
    note(
        act="ask_departments",
        subject=f"case:{number}",
        actor=actor,
        at=at,
        details={"units": [one.unit for one in made], "kind": kind},
    )
    return made


def _tell(enquiry: Enquiry, at: datetime) -> None:
    """Tell the unit's own systems, in the same transaction, that a question waits."""
    announce(
        event=Event.ENQUIRY_OPENED,
        keys={"enquiry": enquiry.pk, "due_on": enquiry.due_on.isoformat() if enquiry.due_on else None},
        range_low=enquiry.place_number,
        range_high=enquiry.place_number + 1,
        unit=enquiry.unit,
        at=at,
    )


@transaction.atomic
def answer_enquiry(*, enquiry_id: int, result: str, words: str, actor: Actor, at: datetime) -> Enquiry:
    """Answer a question to the own department. A result is a thing for the household to explain, never a verdict."""
    actor.require(Permission.ANSWER_COMPARISON)
    # The case itself is locked by the law of its records: pages have no right to change it.
    found = Enquiry.objects.select_for_update(of=("self",)).filter(
        pk=enquiry_id, unit=actor.unit, place_number__gte=actor.range_low, place_number__lt=actor.range_high
    )
    enquiry = found.select_related("case").first()
    if enquiry is None:
        raise Refusal("没有找到这条请求。")
    if enquiry.answered_at is not None:
        raise Refusal("这条请求已经答复过。")
    if result not in RESULTS:
        raise Refusal("没有选择结果。", "请在三种结果里选一种。")
    if result == "explain" and not words.strip():
        raise Refusal("请写明要农户说明什么。")
    case = enter_record(
        number=enquiry.case.number,
        act=Act.OPINION if enquiry.kind == "opinion" else Act.REPLY,
        content={"unit": actor.unit, "result": result},
        words={"words": words},
        actor=actor,
        at=at,
    )
    fault_point("enquiry.answer.recorded")
    enquiry.answered_by, enquiry.answered_at, enquiry.record_number = actor.username, at, case.records
    enquiry.save(update_fields=["answered_by", "answered_at", "record_number"])
    return enquiry


@transaction.atomic
def close_comparison(*, number: str, words: str, actor: Actor, at: datetime, seen: int | None = None) -> Case:
    """Take the step 信息比对 when every department that was asked has answered. Raises NotNow while one has not."""
    case = Case.objects.visible_to(actor).filter(number=number).first()
    if case is None:
        raise Refusal("没有找到这件事项。")
    asked = Enquiry.objects.filter(case=case, kind="comparison")
    waiting = sorted(asked.filter(answered_at=None).values_list("unit", flat=True))
    if waiting:
        raise NotNow(f"{'、'.join(waiting)}还没有答复。", "请催办，或在部门答复后再办。")
    if not asked.exists():
        raise NotNow("还没有向部门发起比对。", "请先选择要比对的部门；结果互认的请选择免办。")
    step = next((one["step"] for one in turns(case) if one["act"] == Act.COMPARISON), "comparison")
    return enter_record(
        number=number,
        act=Act.COMPARISON,
        step=step,
        content={"units": asked.count()},
        words={"words": words},
        actor=actor,
        at=at,
        seen=seen,
    )
