"""Posting a notice (张贴公示): seen, signed, posted once, and taken down with a reason.

依据: 村民委员会组织法 第三十五条; 政府信息公开条例 第十五条、第十七条 (审查机制、责任到人); SAFETY P-01…P-04.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.papers.choices import TakeDownReason
from shouwang.register.papers.models import PostedCase, Posting
from shouwang.register.papers.publicity import Listed, Preview, Terms, preview, refuse_changed
from shouwang.register.places.queries import place_names
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.staff.rights import Spot, require

TOKEN_BYTES = 24
MOST_WORDS = 200


@dataclass(frozen=True)
class NoticeWish:
    """What somebody wants posted (拟公示): kind, village, households, period; no wording, for that follows from the kind."""

    kind: str
    place_number: int
    listed: Sequence[Listed]
    from_on: date
    until_on: date
    phone: str
    about: tuple[str, ...] = ()


def preview_posting(*, wish: NoticeWish, terms: Terms, actor: Actor, at: datetime) -> Preview:
    """The notice as it would be posted (公示预览); nothing is saved. Raises NotAllowed and Refusal."""
    elsewhere = Refusal("这个村不在您的辖区。", "请由所在村或乡镇办理。")
    require(actor, Permission.ISSUE_PAPER, Spot(wish.place_number), otherwise=elsewhere)
    name = place_names([wish.place_number]).get(wish.place_number)
    if name is None:
        raise Refusal("没有这个行政村。", "请选择一个村。")
    today = localtime(at).date()
    if wish.from_on < today:
        raise Refusal("公示期不能从过去的日期开始。", "请从今天或以后开始。")
    return preview(
        kind=wish.kind,
        place_number=wish.place_number,
        place_name=name,
        listed=wish.listed,
        terms=terms,
        from_on=wish.from_on,
        until_on=wish.until_on,
        phone=wish.phone,
        as_of=today,
    )


@transaction.atomic
def post_notice_sheet(*, wish: NoticeWish, terms: Terms, seen: str, actor: Actor, at: datetime) -> Posting:
    """Post what the actor saw and signs (签发并张贴公示); `seen` is the fingerprint of his preview.

    The notice is made anew from today's register; where it is no longer what he saw, nothing is posted. Raises Refusal
    for that, and where the same notice or one about the same case stands already.
    """
    found = preview_posting(wish=wish, terms=terms, actor=actor, at=at)
    refuse_changed(found, seen)
    notice = found.notice
    try:
        with transaction.atomic():
            made = Posting.objects.create(
                kind=notice.kind,
                place_number=notice.place_number,
                place_name=notice.place_name,
                rows=[asdict(row) for row in notice.rows],
                content_hash=notice.fingerprint,
                phone=notice.phone,
                least_days=terms.least_days,
                posted_on=localtime(at).date(),
                from_on=notice.from_on,
                until_on=notice.until_on,
                token=secrets.token_urlsafe(TOKEN_BYTES),
                posted_by=actor.username,
                posted_name=actor.name,
                posted_at=at,
            )
            PostedCase.objects.bulk_create(
                PostedCase(posting=made, kind=made.kind, case_number=number) for number in dict.fromkeys(wish.about)
            )
    except IntegrityError:
        raise Refusal("这份公示或其中的办件已经公示过。", "只公示一次；内容有误的，先撤下原来的再重新张贴。") from None
    details = {"kind": made.kind, "rows": len(notice.rows), "withheld": len(found.withheld), "hash": made.content_hash}
    note(act="post_notice_sheet", subject=f"posting:{made.pk}", actor=actor, at=at, details=details)
    return made


@transaction.atomic
def take_down_posting(*, posting_id: int, reason: str, words: str = "", actor: Actor, at: datetime) -> Posting:
    """Take a notice off the board before its end (撤下公示); it stays on record. Raises Refusal without a reason."""
    actor.require(Permission.ISSUE_PAPER)
    found = Posting.objects.visible_to(actor).select_for_update().filter(pk=posting_id).first()
    if found is None:
        raise Refusal("没有这份公示。", "请从公示列表里打开。")
    if found.taken_down_at is not None:
        raise Refusal("这份公示已经撤下。", "请刷新页面。")
    if reason not in TakeDownReason.values:
        raise Refusal("没有选撤下的原因。", "请选择一项。")
    if reason == TakeDownReason.OTHER and not words.strip():
        raise Refusal("选了“其他”，还没有写说明。", "请写一句话。")
    if len(words.strip()) > MOST_WORDS:
        raise Refusal(f"说明太长，最多 {MOST_WORDS} 个字。", "请写得短一些。")
    found.taken_down_at, found.taken_down_by = at, actor.username
    found.taken_down_for, found.taken_down_note = reason, words.strip()
    found.save(update_fields=["taken_down_at", "taken_down_by", "taken_down_for", "taken_down_note"])
    found.cases.update(stands=False)
    note(act="take_down_posting", subject=f"posting:{found.pk}", actor=actor, at=at, details={"reason": reason})
    return found
