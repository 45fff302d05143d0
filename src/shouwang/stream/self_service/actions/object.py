"""Objecting by oneself (自助提异议): to a notice that hangs in the village, by anybody; to a decision, by who applied.

Both become what they always are: an objection in the case, answered by somebody who did not do the first check.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.procedure.actions import file_objection
from shouwang.register.procedure.choices import CaseState
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.actions import Report, report_clue
from shouwang.stream.determination.actions import open_objection
from shouwang.stream.self_service.actions.apply import OWN, PROXY, TooMany
from shouwang.stream.self_service.actions.sending import begin_sending
from shouwang.stream.self_service.choices import Counted, SendingKind
from shouwang.stream.self_service.limits import count_use, is_full
from shouwang.stream.self_service.models import Application
from shouwang.stream.self_service.queries.following import Way, open_cases_of

MOST_WORDS = 500
ONLINE = "online"


@transaction.atomic
def object_to_notice(
    *, posting: Any, words: str, who: str, form_key: str, address: str, actor: Actor, at: datetime
) -> list[str]:
    """Anybody objects to a notice that stands (对公示提异议), by name or without; gives back the cases that got it.

    依据: the pack's procedure `objection`: within the notice, not face to face, and who objects stays unknown.
    """
    kept, name = _said(words), who.strip()[:60]
    content = (str(posting.pk), kept, name)
    sending, fresh = begin_sending(form_key=form_key, kind=SendingKind.NOTICE_OBJECTION, content=content, at=at)
    if not fresh:
        return sending.reference.removeprefix("cases:").split(",")
    uses = ((Counted.OBJECT_ADDRESS, address), (Counted.OBJECT_NOTICE, str(posting.pk)))
    if any(is_full(kind, subject, at=at) for kind, subject in uses):
        raise TooMany
    found = open_cases_of(posting, actor)
    if not found:
        raise Refusal("这份公示的事已经定了，不能再在这里提。", f"还有意见，请打电话 {posting.phone}。")
    for case in found:
        file_objection(number=case.number, channel=ONLINE, words=kept, objector=name, actor=actor, at=at)
    for kind, subject in uses:
        count_use(kind, subject, actor=actor, at=at)
    numbers = [str(case.number) for case in found]
    sending.reference = f"cases:{numbers[0]}"
    sending.save(update_fields=["reference"])
    note(act="object_to_notice", subject=f"posting:{posting.pk}", actor=actor, at=at, details={"cases": len(numbers)})
    return numbers


@transaction.atomic
def object_to_decision(
    *, application: Application, way: Way, words: str, form_key: str, actor: Actor, at: datetime
) -> str:
    """The household does not agree (提异议、申请复核); gives back in which way it was taken: case, review or again.

    While a case is under way it is an objection in it; after the decision people who had no part in it look again; an
    application that was answered without a case goes to the township once more, with these words.
    """
    kept = _said(words)
    sending, fresh = begin_sending(
        form_key=form_key, kind=SendingKind.OBJECTION, content=(str(application.pk), kept), at=at
    )
    if not fresh:
        return sending.reference
    if way.case is not None:
        sending.reference = _into_the_case(way.case, kept, actor, at)
    elif way.clue.state == "closed":
        sending.reference = _once_more(application, way, kept, actor, at)
    else:
        raise Refusal("您的申请还在办，还没有结果。", "有要补充的，请打电话或者跟上门的人说。")
    sending.save(update_fields=["reference"])
    return sending.reference


def _into_the_case(case: Any, words: str, actor: Actor, at: datetime) -> str:
    if case.state == CaseState.OPEN:
        file_objection(number=case.number, channel=ONLINE, words=words, objector="申请人", actor=actor, at=at)
        return "case"
    open_objection(number=case.number, words=words, actor=actor, at=at)
    return "review"


def _once_more(application: Application, way: Way, words: str, actor: Actor, at: datetime) -> str:
    """The answer was given without a case: it becomes an application again, about the same household."""
    report = Report(
        channel=PROXY if application.on_behalf else OWN,
        place_number=way.clue.place_number,
        name=way.told_name or "申请人",
        what=f"对第 {way.clue.pk} 号申请的答复不同意：{words}",
        by="原来的申请人",
        on_behalf=application.on_behalf,
        household_id=way.clue.household_id,
    )
    made = report_clue(report=report, actor=actor, at=at)
    application.clue_id = made.pk
    application.save(update_fields=["clue"])
    return "again"


def _said(words: str) -> str:
    kept = words.strip()
    if len(kept) < 4:
        raise Refusal("还没有写哪里不同意。", "用自己的话写一两句就行。")
    if len(kept) > MOST_WORDS:
        raise Refusal(f"写得太长了，最多 {MOST_WORDS} 个字。", "请写得短一些。")
    return kept
