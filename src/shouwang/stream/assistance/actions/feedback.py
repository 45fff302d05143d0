"""Feedback (落实反馈): progress, what a unit answers, that something was given or cannot be, what the household says.

What is delivered is written to the register in the same transaction, so that facts and gates see it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.households.actions import end_measure as end_in_register
from shouwang.register.households.actions import record_measure
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.sealed_files import put_sealed
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.actions.measures import open_measure
from shouwang.stream.assistance.actions.plans import locked_plan, said, unidentified
from shouwang.stream.assistance.choices import FeedbackKind, MeasureState, Word
from shouwang.stream.assistance.models import Feedback, Plan, PlannedMeasure
from shouwang.stream.assistance.queries.plans import EVIDENCE
from shouwang.stream.assistance.queries.words import WORDS, sealed
from shouwang.stream.rules.queries import pack_in_force

MOST_BYTES = 10 * 1024 * 1024
FILE_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))
MOST_WORDS = 1000


@dataclass(frozen=True)
class Kept:
    """A photo or scan as it was kept."""

    sha256: str
    path: str
    kind: str
    size: int


@transaction.atomic
def give_feedback(
    *, measure_id: int, words: str, happened_on: date, content: bytes | None = None, actor: Actor, at: datetime
) -> Feedback:
    """Say how a measure goes (填进展), with a photo or scan where there is one; the measure is then under way."""
    actor.require(Permission.RECORD_MEASURE)
    measure = open_measure(measure_id, actor)
    made = _add(measure, FeedbackKind.PROGRESS, words, happened_on, _kept(content), actor, at)
    fault_point("measure.feedback.added")
    if measure.state == MeasureState.PLANNED:
        measure.state = MeasureState.UNDER_WAY
        measure.save(update_fields=["state"])
    return made


@transaction.atomic
def reply_measure(
    *, measure_id: int, words: str, due_on: date | None = None, content: bytes | None = None, actor: Actor, at: datetime
) -> Feedback:
    """The unit that is asked answers (单位答复): how it will do it, and by when if not by the day that was asked.

    Raises NotAllowed; Refusal for another unit's measure, which is not there.
    """
    actor.require(Permission.REPLY_MEASURE)
    measure = open_measure(measure_id, actor, of_unit=True)
    on = localtime(at).date()
    if due_on is not None and due_on < on:
        raise Refusal("答复的办结日期已经过去。", "请写今天或以后的一天。")
    told = f"{words.strip()}（预计 {due_on.isoformat()} 前办结）" if due_on else words
    made = _add(measure, FeedbackKind.REPLY, told, on, _kept(content), actor, at)
    measure.replied_at = measure.replied_at or at
    if measure.state == MeasureState.PLANNED:
        measure.state = MeasureState.UNDER_WAY
    measure.save(update_fields=["replied_at", "state"])
    return made


@transaction.atomic
def deliver_measure(
    *,
    measure_id: int,
    delivered_on: date,
    words: str = "",
    amount: Decimal | None = None,
    content: bytes | None = None,
    no_file_reason: str = "",
    actor: Actor,
    at: datetime,
) -> PlannedMeasure:
    """A measure was given (落实): with a photo or scan, or a sentence why there is none; it enters the register.

    Raises Refusal without either, for a day to come, and as `record_measure` does.
    """
    measure = _settling(measure_id, actor)
    if delivered_on > localtime(at).date():
        raise Refusal("落实日期还没有到。", "请写实际落实的那一天。")
    if amount is not None and amount < 0:
        raise Refusal("金额不能是负数。")
    kept = _kept(content)
    without = "" if kept else said(no_file_reason, "没有凭证的原因（或者上传照片、扫描件）", most=300)
    told = "；".join(part for part in (words.strip(), without) if part)
    _add(measure, FeedbackKind.DELIVERED, told, delivered_on, kept, actor, at)
    fault_point("measure.deliver.told")
    measure.state, measure.delivered_on, measure.delivered_amount = MeasureState.DELIVERED, delivered_on, amount
    measure.delivered_file, measure.no_file_reason = (kept.sha256 if kept else ""), without
    measure.save()
    fault_point("measure.deliver.saved")
    if measure.kind:
        record_measure(
            household_id=measure.household_id,
            resident_id=measure.resident_id,
            kind=measure.kind,
            item=measure.item,
            since_on=delivered_on,
            amount=amount,
            origin=_origin(measure),
            actor=actor,
            at=at,
        )
    return measure


@transaction.atomic
def give_up_measure(*, measure_id: int, reason: str, words: str, actor: Actor, at: datetime) -> PlannedMeasure:
    """A measure could not be given (没有落实): one reason of the pack's list and a sentence. Raises Refusal."""
    measure = _settling(measure_id, actor)
    on = localtime(at).date()
    if reason not in pack_in_force(settings.PACK, on=on).lists["undelivered_reasons"].on(on):
        raise Refusal("没有选没有落实的原因。")
    _add(measure, FeedbackKind.UNDELIVERED, said(words, "说明"), on, None, actor, at)
    measure.state, measure.undelivered_reason = MeasureState.UNDELIVERED, reason
    measure.save(update_fields=["state", "undelivered_reason"])
    return measure


@transaction.atomic
def end_measure(*, measure_id: int, ended_on: date, words: str, actor: Actor, at: datetime) -> PlannedMeasure:
    """A measure that was given has ended (措施结束), here and in the register; both stay. Raises Refusal."""
    actor.require(Permission.RECORD_MEASURE)
    found = PlannedMeasure.objects.visible_to(actor).select_for_update(of=("self",)).select_related("plan")
    measure = found.filter(pk=measure_id, state=MeasureState.DELIVERED).first()
    if measure is None:
        raise Refusal("没有找到这项已落实的措施。")
    if measure.ended_on is not None:
        raise Refusal("这项措施已经结束了。")
    if measure.delivered_on and ended_on < measure.delivered_on:
        raise Refusal("结束日期早于落实日期。", "请核对日期。")
    _add(measure, FeedbackKind.ENDED, said(words, "结束的说明"), ended_on, None, actor, at)
    measure.ended_on = ended_on
    measure.save(update_fields=["ended_on"])
    if measure.kind:
        end_in_register(origin=_origin(measure), until_on=ended_on, actor=actor, at=at)
    return measure  # type: ignore[no-any-return]


@transaction.atomic
def record_word(*, plan_id: int, word: str, words: str = "", said_on: date, actor: Actor, at: datetime) -> Feedback:
    """What the household says of the help (农户的话), in its own words; nobody has to say anything."""
    actor.require(Permission.RECORD_MEASURE)
    plan = locked_plan(plan_id, actor)
    if word not in Word.values:
        raise Refusal("没有选满意、一般还是不满意。")
    if said_on > localtime(at).date():
        raise Refusal("日期还没有到。")
    return _entry(
        plan, None, FeedbackKind.HOUSEHOLD_WORD, unidentified(words, "农户的话"), said_on, None, actor, at, word
    )


def _settling(measure_id: int, actor: Actor) -> PlannedMeasure:
    """A measure that is to be settled by a village or township, or by the unit that was asked."""
    if actor.may(Permission.RECORD_MEASURE):
        return open_measure(measure_id, actor)
    actor.require(Permission.REPLY_MEASURE)
    return open_measure(measure_id, actor, of_unit=True)


def _add(
    measure: PlannedMeasure, kind: str, words: str, on: date, kept: Kept | None, actor: Actor, at: datetime
) -> Feedback:
    text = unidentified(words, "内容", most=MOST_WORDS)
    if not text and kept is None:
        raise Refusal("没有写内容。", "请写一句话，或者上传一张照片。")
    if on > localtime(at).date():
        raise Refusal("日期还没有到。", "请写实际发生的那一天。")
    return _entry(measure.plan, measure, kind, text, on, kept, actor, at)


def _entry(
    plan: Plan,
    measure: PlannedMeasure | None,
    kind: str,
    words: str,
    on: date,
    kept: Kept | None,
    actor: Actor,
    at: datetime,
    word: str = "",
) -> Feedback:
    key: Any = uuid4()
    made = Feedback.objects.create(
        pk=key,
        plan=plan,
        measure=measure,
        kind=kind,
        words_cipher=sealed(WORDS, key, words),
        word=word,
        happened_on=on,
        file_sha256=kept.sha256 if kept else "",
        file_path=kept.path if kept else "",
        file_kind=kept.kind if kept else "",
        file_size=kept.size if kept else 0,
        by=actor.username,
        by_name=actor.name,
        by_unit=actor.unit,
        at=at,
    )
    subject = f"measure:{measure.pk}" if measure else f"plan:{plan.pk}"
    note(act=f"feedback_{kind}", subject=subject, actor=actor, at=at, details={"bytes": made.file_size})
    return made


def _kept(content: bytes | None) -> Kept | None:
    """Keep a photo or scan encrypted, under its fingerprint. Raises Refusal for another kind of file or a big one."""
    if not content:
        return None
    kind = next((name for head, name in FILE_KINDS if content.startswith(head)), "")
    if not kind:
        raise Refusal("只能上传照片（JPG、PNG）或 PDF。", "请把文件另存为这几种格式。")
    if len(content) > MOST_BYTES:
        raise Refusal("文件超过 10 MB。", "请缩小照片或分成几份。")
    digest = sha256(content).hexdigest()
    return Kept(digest, put_sealed(EVIDENCE, digest, content), kind, len(content))


def _origin(measure: PlannedMeasure) -> str:
    return f"measure:{measure.pk}"
