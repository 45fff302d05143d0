"""Entering a record (记一笔办理): permission, place and level here in sentences; the order of steps in the database."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.calendar.queries import due_on
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.machines.actions import announce
from shouwang.register.machines.choices import Event
from shouwang.register.procedure.choices import LEVEL_OF_ROLE, LEVEL_TITLES, LEVELS_FOR, NEEDS, Act, Matter
from shouwang.register.procedure.models import Case, Record
from shouwang.register.procedure.queries.cases import WORDS
from shouwang.register.procedure.steps import Step, holds, turns
from shouwang.register.staff.queries import Actor

MOST_WORDS = 2000
CLEARING = (Matter.CLEARANCE, Matter.NATURAL_CLEARANCE)


class NotNow(Refusal):
    """The procedure does not allow this act at this point (程序不允许)."""


class QuickerElsewhere(Refusal):
    """Somebody else acted on the case in the meantime (别人先办了)."""


@transaction.atomic
def enter_record(
    *,
    number: str,
    act: str,
    actor: Actor,
    at: datetime,
    step: str = "",
    seen: int | None = None,
    content: Mapping[str, Any] | None = None,
    words: Mapping[str, str] | None = None,
    reason_code: str = "",
    evidence: Sequence[str] = (),
) -> Case:
    """Add one record to a case and give the case back as it stands then.

    `seen` is the number of records that the person saw: with more of them by now, nothing is done. Raises Refusal for
    a missing case or permission, NotNow where the procedure forbids it, QuickerElsewhere where somebody was quicker.
    """
    case = Case.objects.filter(
        number=number, place_number__gte=actor.range_low, place_number__lt=actor.range_high
    ).first()
    if case is None:
        raise Refusal("没有找到这件事项。", "请从办理列表里打开。")
    refuse_outdated(case, seen)
    _refuse_stranger(case, act, step, actor)
    today = localtime(at).date()
    record = Record(
        case=case,
        number=case.records + 1,
        step=step,
        act=act,
        actor=actor.username,
        role=actor.role,
        level=LEVEL_OF_ROLE.get(actor.role, ""),
        unit=actor.unit,
        at=at,
        acted_on=today,
        content=dict(content or {}),
        words_cipher=_sealed(case, words),
        reason_code=reason_code,
        evidence=_kept(case, evidence),
        next_due_on=_next_due(case, act, step, content or {}, today),
    )
    _save(record)
    fault_point("case.record.saved")
    details = {"step": step, "record": record.number} | ({"reason": reason_code} if reason_code else {})
    note(act=f"case_{act}", subject=f"case:{number}", actor=actor, at=at, details=details)
    fault_point("case.record.noted")
    case.refresh_from_db()
    if act == Act.DECISION:
        _tell(case, at)
    return case


def _tell(case: Case, at: datetime) -> None:
    """Tell the systems that may pull decisions, in the same transaction: which case, and not what or about whom."""
    event = Event.CASE_DECIDED if case.matter not in CLEARING else Event.CASE_CLEARED
    number = case.place_number
    keys = {"case": case.number, "matter": str(case.matter)}
    announce(event=event, keys=keys, range_low=number, range_high=number + 1, at=at)


def refuse_outdated(case: Case, seen: int | None) -> None:
    """Raise QuickerElsewhere where the case has moved on since somebody looked at it."""
    if seen is not None and seen != case.records:
        raise QuickerElsewhere("别人刚刚办过这件事项。", "请看过最新的记录再办。")


def _save(record: Record) -> None:
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError as problem:
        if "record_numbered" in str(problem):
            raise QuickerElsewhere("别人刚刚办过这件事项。", "请刷新后再看。") from None
        raise
    except DatabaseError as problem:
        state = getattr(problem.__cause__, "sqlstate", "")
        said = str(problem.__cause__).splitlines()[0] if problem.__cause__ else ""
        if state == "SW001":
            raise QuickerElsewhere(said) from None
        if state == "SW002":
            raise NotNow(said) from None
        raise


def _refuse_stranger(case: Case, act: str, step: str, actor: Actor) -> None:
    if act not in NEEDS or not holds(actor, case, act):
        raise Refusal("您的岗位没有办理这一步的权限。")
    found = next((one for one in case.steps if one["step"] == step), None)
    if found and LEVEL_OF_ROLE.get(actor.role, "") not in LEVELS_FOR.get(found["level"], ()):
        raise Refusal(f"“{found['title']}”由{LEVEL_TITLES[found['level']]}办理。")


def _sealed(case: Case, words: Mapping[str, str] | None) -> str | None:
    said = {name: text.strip() for name, text in (words or {}).items() if text and text.strip()}
    if not said:
        return None
    if sum(len(text) for text in said.values()) > MOST_WORDS:
        raise Refusal(f"说明太长，最多 {MOST_WORDS} 个字。", "请写得短一些，细节可以附照片或扫描件。")
    return keyring().encrypt(WORDS, f"{case.pk}.{case.records + 1}", json.dumps(said, ensure_ascii=False))


def _kept(case: Case, evidence: Sequence[str]) -> list[str]:
    known = set(case.files.values_list("sha256", flat=True))
    if set(evidence) - known:
        raise Refusal("所附的证据还没有上传到这件事项。", "请先上传。")
    return sorted(set(evidence))


def _next_due(case: Case, act: str, step: str, content: Mapping[str, Any], today: date) -> date | None:
    """When the step after this act is due, as far as the pack sets a limit for it."""
    if act in (Act.OBJECTION, Act.ANSWER, Act.OPINION, Act.REPLY, Act.RECUSAL, Act.HELP_FIRST, Act.REVOCATION):
        return case.due_on
    start = today
    if act == Act.NOTICE and content.get("until"):
        start = date.fromisoformat(str(content["until"]))
    after = Case(steps=case.steps, done=[*case.done, step], state=case.state)
    return first_due(turns(after), after, start, case.place_number)


def first_due(now: Sequence[Step], case: Case, start: date, place_number: int) -> date | None:
    """When something has to be done in a case whose turn is at some steps; None where the pack sets no limit for the rest.

    A step without a limit of its own has to leave room for the next one that has one.
    """
    left = [step for step in case.steps if step["step"] not in case.done] if now else []
    dues = (step_due(step, start, place_number) for step in [*now[:1], *left])
    return next((due for due in dues if due is not None), None)


def step_due(step: Step, start: date, place_number: int) -> date | None:
    """The last day of a step that begins on a day; None where the pack sets no limit."""
    limit = step.get("limits", {}).get("within")
    if not limit or limit.get("value") is None:
        return None
    if limit["unit"] == "hours":
        return start + timedelta(days=-(-int(limit["value"]) // 24))
    return due_on(start, int(limit["value"]), unit=limit["unit"], place_number=place_number)
