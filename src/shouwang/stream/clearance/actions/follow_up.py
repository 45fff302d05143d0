"""Look-back visits (跟踪回访) and who stays in touch (监测联系人)."""

import json
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.households.queries import household_of
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clearance.choices import VisitFinding
from shouwang.stream.clearance.models import Contact, FollowUp
from shouwang.stream.clearance.queries.follow_ups import WORDS, contact_of, visit_key
from shouwang.stream.clues.actions import Report, report_clue

MOST_WORDS = 1000
CHANNEL = "cadre_screening"
WORRYING = (VisitFinding.NEW_RISK, VisitFinding.WORSE)


@transaction.atomic
def record_follow_up(
    *, household_id: str, visited_on: date, found: str, words: str = "", actor: Actor, at: datetime
) -> FollowUp:
    """Enter a look-back visit (登记回访) to a monitored household, or to one whose risk is gone.

    What was found decides nothing: a new risk becomes a clue that people look into. Raises Refusal.
    """
    actor.require(Permission.VERIFY_CASE)
    household = household_of(actor, household_id)
    if household is None or household.monitored_class is None:
        raise Refusal("没有找到这一户监测户。")
    if found not in VisitFinding.values:
        raise Refusal("没有选择回访情况。")
    if visited_on > localtime(at).date():
        raise Refusal("回访日期还没有到。")
    said = words.strip()
    if found in WORRYING and len(said) < 4:
        raise Refusal("没有写出现了什么情况。", "请写一句话，好让乡镇接着核实。")
    if len(said) > MOST_WORDS:
        raise Refusal(f"说明太长，最多 {MOST_WORDS} 个字。")
    visit = FollowUp(
        household_id=household_id,
        place_number=household.place_number,
        visited_on=visited_on,
        found=found,
        after_clearance=household.cleared_on is not None and household.cleared_on <= visited_on,
        visited_by=actor.username,
        entered_at=at,
    )
    if said:
        visit.words_cipher = keyring().encrypt(WORDS, visit_key(visit), json.dumps({"words": said}, ensure_ascii=False))
    if found in WORRYING:
        visit.clue_id = _clue(household, said, actor, at)
    fault_point("visit.record.clue_reported")
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError:
        raise Refusal("您这一天的回访已经登记过。", "同一天请只登记一次。") from None
    note(
        act="record_follow_up",
        subject=f"household:{household_id}",
        actor=actor,
        at=at,
        details={"found": found, "on": visited_on.isoformat()},
    )
    return visit


@transaction.atomic
def name_contact(*, household_id: str, name: str, actor: Actor, at: datetime) -> None:
    """Name who stays in touch (登记监测联系人); the earlier one stays on record. Raises Refusal when nobody is named.

    依据: 公开的数据检查 1_11_011 (消除后也要有联系人).
    """
    household = household_of(actor, household_id)
    if household is None:
        raise Refusal("没有找到这一户。")
    written = name.strip()[:60] or contact_of(household)
    if not written:
        raise Refusal("没有写监测联系人。", "风险消除以后也要有人联系，请写姓名。")
    on = localtime(at).date()
    current = Contact.objects.filter(household_id=household_id, until_on=None).first()
    if current is not None and current.name == written:
        return
    if current is not None:
        current.until_on = max(on, current.since_on)
        current.save(update_fields=["until_on"])
    Contact.objects.create(
        household_id=household_id,
        place_number=household.place_number,
        name=written,
        since_on=on,
        named_by=actor.username,
    )
    note(act="name_contact", subject=f"household:{household_id}", actor=actor, at=at)


def _clue(household: Any, said: str, actor: Actor, at: datetime) -> int:
    report = Report(
        channel=CHANNEL,
        place_number=household.place_number,
        name=household.head_name,
        what=f"回访发现：{said}",
        by=actor.name,
        household_id=household.household_id,
    )
    return int(report_clue(report=report, actor=actor, at=at).pk)
