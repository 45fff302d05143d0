"""Having one's data corrected (请求更正): asked by the household, looked at in the village, answered with a reason.

依据: 个人信息保护法 第四十六条. The register itself is corrected where it always is; the answer says what was done.
"""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.limits import limits_from
from shouwang.stream.self_service.actions.sending import begin_sending
from shouwang.stream.self_service.choices import CorrectionAbout, CorrectionState, SendingKind
from shouwang.stream.self_service.models import Application, CorrectionRequest
from shouwang.stream.self_service.queries.corrections import WORDS

MOST_WORDS, MOST_REASON = 500, 300


@transaction.atomic
def ask_for_correction(
    *, application: Application, household_id: str, about: str, words: str, form_key: str, actor: Actor, at: datetime
) -> CorrectionRequest:
    """Ask for a correction (请求更正): the village has as long as for a home visit, because somebody must look.

    Raises Refusal where nobody has met the holder yet, or when it is not said what is wrong.
    """
    if application.confirmed_at is None or not household_id:
        raise Refusal("还没有当面核对过您是这家的人。", "上门的干部核对以后，就可以在这里提。急的话请直接跟村干部说。")
    kept = words.strip()
    if about not in CorrectionAbout.values:
        raise Refusal("还没有选要改的是什么。", "说不清的选“别的”。")
    if len(kept) < 4 or len(kept) > MOST_WORDS:
        raise Refusal("请写一两句：哪里错了，对的是什么。", f"最多 {MOST_WORDS} 个字。")
    sending, fresh = begin_sending(
        form_key=form_key, kind=SendingKind.CORRECTION, content=(str(application.pk), about, kept), at=at
    )
    if not fresh:
        return CorrectionRequest.objects.get(pk=int(sending.reference.partition(":")[2]))
    place, row = actor.range_low, uuid4().hex
    made = CorrectionRequest.objects.create(
        application=application,
        household_id=household_id,
        place_number=place,
        about=about,
        row_key=row,
        words_cipher=keyring().encrypt(WORDS, row, kept),
        asked_at=at,
        due_on=limits_from(localtime(at).date()).check_by(place, "unrated"),
    )
    sending.reference = f"correction:{made.pk}"
    sending.save(update_fields=["reference"])
    note(act="ask_for_correction", subject=f"household:{household_id}", actor=actor, at=at, details={"about": about})
    return made


@transaction.atomic
def answer_correction(*, correction_id: int, made: bool, reason: str, actor: Actor, at: datetime) -> CorrectionRequest:
    """Answer a request (答复更正请求): corrected or not, either way with a sentence that the household reads."""
    actor.require(Permission.CHECK_CLUE)
    found = CorrectionRequest.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=correction_id).first()
    if found is None:
        raise Refusal("没有找到这条请求。", "请从网上来件里打开。")
    if found.state != CorrectionState.OPEN:
        raise Refusal("这条请求已经答复过。", "请刷新页面。")
    said = reason.strip()
    if len(said) < 4 or len(said) > MOST_REASON:
        raise Refusal("请写一句农户看得懂的话。", f"改了什么，或者为什么不改；最多 {MOST_REASON} 个字。")
    found.state = CorrectionState.MADE if made else CorrectionState.DECLINED
    found.answered_by, found.answered_at, found.reason = actor.username, at, said
    found.save(update_fields=["state", "answered_by", "answered_at", "reason"])
    note(
        act="answer_correction", subject=f"household:{found.household_id}", actor=actor, at=at,
        details={"state": found.state},
    )  # fmt: skip
    return found
