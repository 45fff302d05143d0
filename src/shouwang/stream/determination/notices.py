"""The notice of a case (办件公示): made by the one generator of published lists, signed as seen, and entered in the case.

What is published follows from the case; nobody writes a word of it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.kernel.periods import age_on
from shouwang.register.calendar.queries import due_on
from shouwang.register.households.queries import HouseholdFile, household_file
from shouwang.register.papers.actions import NoticeWish, post_notice_sheet, preview_posting
from shouwang.register.papers.choices import ListedCategory, NoticeKind
from shouwang.register.papers.publicity import Listed, Preview, Terms
from shouwang.register.procedure import actions as procedure
from shouwang.register.procedure.choices import Act, Matter
from shouwang.register.procedure.queries import records_of
from shouwang.register.procedure.steps import turns
from shouwang.register.staff.queries import Actor
from shouwang.stream.rules.queries import pack_in_force

KINDS = {
    (Matter.DETERMINATION, Act.NOTICE): NoticeKind.DETERMINATION,
    (Matter.DETERMINATION, Act.ANNOUNCEMENT): NoticeKind.ANNOUNCEMENT,
    (Matter.REVERT, Act.NOTICE): NoticeKind.DETERMINATION,
    (Matter.REVERT, Act.ANNOUNCEMENT): NoticeKind.ANNOUNCEMENT,
    (Matter.CLEARANCE, Act.NOTICE): NoticeKind.CLEARANCE,
    (Matter.CLEARANCE, Act.ANNOUNCEMENT): NoticeKind.CLEARANCE_ANNOUNCEMENT,
    (Matter.NATURAL_CLEARANCE, Act.NOTICE): NoticeKind.CLEARANCE,
    (Matter.NATURAL_CLEARANCE, Act.ANNOUNCEMENT): NoticeKind.CLEARANCE_ANNOUNCEMENT,
}


@dataclass(frozen=True)
class NoticePlan:
    """What is to be posted for a case (拟公示): the step, the period that the pack asks for, what it will say."""

    step: dict[str, Any]
    from_on: date
    until_on: date
    wish: NoticeWish
    terms: Terms


def notice_plan(*, case: Any, phone: str, actor: Actor, at: datetime) -> NoticePlan:
    """The notice or announcement that is next in a case. Raises Refusal where none is, or the class is not yet known."""
    step = next(
        (one for one in turns(case) if one["act"] in (Act.NOTICE, Act.ANNOUNCEMENT) and not one["served"]), None
    )
    if step is None or (case.matter, step["act"]) not in KINDS:
        raise Refusal("现在没有要张贴的公示。", "请刷新页面再看。")
    file = household_file(actor, case.household_id)
    if file is None:
        raise Refusal("没有找到这一户。")
    on = localtime(at).date()
    least, until_on = _period(step, on, case.place_number)
    terms = notice_terms(on=on, place_number=case.place_number, least_days=least)
    wish = NoticeWish(
        kind=KINDS[case.matter, step["act"]],
        place_number=case.place_number,
        listed=[_listed(case, file, on, terms.adult_age)],
        from_on=on,
        until_on=until_on,
        phone=phone.strip(),
        about=(case.number,),
    )
    return NoticePlan(step, on, until_on, wish, terms)


def notice_preview(*, case: Any, phone: str, actor: Actor, at: datetime) -> Preview:
    """What would hang in the village, to be looked at before it is signed."""
    plan = notice_plan(case=case, phone=phone, actor=actor, at=at)
    return preview_posting(wish=plan.wish, terms=plan.terms, actor=actor, at=at)


@transaction.atomic
def post_case_notice(*, case: Any, phone: str, saw: str, actor: Actor, at: datetime, seen: int | None = None) -> Any:
    """Post what was seen and enter it in the case, both or neither (签发公示). Gives back the case."""
    plan = notice_plan(case=case, phone=phone, actor=actor, at=at)
    posted = post_notice_sheet(wish=plan.wish, terms=plan.terms, seen=saw, actor=actor, at=at)
    fault_point("case.notice.posted")
    enter = procedure.post_notice if plan.step["act"] == Act.NOTICE else procedure.announce_case
    return enter(
        number=case.number,
        posted_on=plan.from_on,
        until=plan.until_on,
        sheet=posted.content_hash,
        actor=actor,
        at=at,
        seen=seen,
    )


def notice_terms(*, on: date, place_number: int, least_days: int) -> Terms:
    """What the pack says of notices at a place on a day."""
    pack = pack_in_force(settings.PACK, on=on)
    deny = {name: item.title for name, item in pack.lists["publicity_deny"].on(on).items()}
    adult = pack.program(on).parameters["adult_age"].at(f"{place_number:012d}")
    return Terms(deny=deny, adult_age=int(adult), least_days=least_days)


def proposed_class(case: Any) -> str:
    """The class that the visit proposed, or that was decided; empty while nobody has said one."""
    for one in reversed(records_of(case)):
        given = one.record.content.get("monitored_class") or one.record.content.get("proposed_class")
        if given:
            return str(given)
    return ""


def _period(step: dict[str, Any], on: date, place_number: int) -> tuple[int, date]:
    """Least days of the notice in calendar days, and the day on which it comes down (exclusive)."""
    limit = step["limits"].get("notice") or {}
    days = int(limit.get("value") or 1)
    last = due_on(on, days, unit=limit.get("unit") or "calendar_days", place_number=place_number)
    return days, max(last, on + timedelta(days=days))


def _listed(case: Any, file: HouseholdFile, on: date, adult_age: int) -> Listed:
    head = next((one.resident for one in file.members if one.resident.relation == "head"), None)
    minors = [
        one.resident.name
        for one in file.members
        if one.resident.birth_on and age_on(one.resident.birth_on, on) < adult_age
    ]
    return Listed(
        household_id=case.household_id,
        place_number=case.place_number,
        head_name=file.household.head_name,
        head_birth_on=head.birth_on if head else None,
        category=_category(case, file),
        group_name=file.household.group_name,
        minor_names=tuple(minors),
    )


def _category(case: Any, file: HouseholdFile) -> str:
    if case.matter == Matter.CLEARANCE:
        return ListedCategory.CLEARED_BY_HELP
    if case.matter == Matter.NATURAL_CLEARANCE:
        return ListedCategory.CLEARED_NATURALLY
    given = proposed_class(case) or file.household.monitored_class or ""
    if given not in ListedCategory.values:
        raise Refusal("还没有拟定监测对象类别。", "请在入户核实里写明拟定的类别。")
    return given
