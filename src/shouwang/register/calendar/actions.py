"""Keeping the working calendar (维护工作日历): every day has a source, and nothing is erased."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.calendar.choices import DayKind
from shouwang.register.calendar.models import SpecialDay
from shouwang.register.calendar.national import known_years, national_days, source
from shouwang.register.ledger.actions import note
from shouwang.register.places.queries import place_of
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.staff.rights import may

WHOLE_COUNTRY = (0, 10**12)


@transaction.atomic
def set_special_day(
    *, day: date, kind: str, name: str, source: str, place_code: str = "", actor: Actor, at: datetime
) -> SpecialDay:
    """Say that a day is a holiday, or worked (录入放假或调休), in a place: the actor's own unless a smaller one is named.

    Raises NotAllowed, Refusal for a place outside the own area, a day said already, or a missing name or source.
    """
    actor.require(Permission.MANAGE_CALENDAR)
    if kind not in DayKind.values:
        raise Refusal("没有选放假还是上班。", "请选一项。")
    if not name.strip() or not source.strip():
        raise Refusal("没有写名称或依据。", "请写明是什么假日、根据哪份通知。")
    code, title, (low, high) = _place(place_code, actor)
    made = SpecialDay(
        day=day, kind=kind, name=name.strip()[:40], source=source.strip()[:200], place_code=code, place_name=title,
        range_low=low, range_high=high, set_by=actor.username, set_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refusal(f"{day} 已经录入过了。", "要改的话，请先撤销原来的一条。") from None
    _note("set_special_day", made, actor, at)
    return made


@transaction.atomic
def load_national_days(*, year: int, actor: Actor, at: datetime) -> int:
    """Put the national arrangement of a year on record for the actor's area (载入国家放假安排); gives back how many are new.

    What was said already stays. Raises NotAllowed, Refusal for a year that is not known.
    """
    actor.require(Permission.MANAGE_CALENDAR)
    if year not in known_years():
        raise Refusal(f"没有收录 {year} 年的放假安排。", "国务院办公厅公布后，请逐日录入，或等软件更新。")
    code, title, (low, high) = _place("", actor)
    said = set(SpecialDay.objects.in_force().filter(range_low=low, range_high=high).values_list("day", flat=True))
    rows = [
        SpecialDay(
            day=one.day, kind=one.kind, name=one.name, source=source(), place_code=code, place_name=title,
            range_low=low, range_high=high, set_by=actor.username, set_at=at,
        )
        for one in national_days(year)
        if one.day not in said
    ]  # fmt: skip
    SpecialDay.objects.bulk_create(rows)
    note(act="load_national_days", subject=f"year:{year}", actor=actor, at=at, details={"days": len(rows)})
    return len(rows)


@transaction.atomic
def remove_special_day(*, special_day_id: int, actor: Actor, at: datetime) -> SpecialDay:
    """Take a special day back (撤销); it stays on record. Raises NotAllowed, Refusal for one of a wider area."""
    found = _own(special_day_id, actor)
    if found.removed_at is None:
        found.removed_by, found.removed_at = actor.username, at
        found.save(update_fields=["removed_by", "removed_at"])
        _note("remove_special_day", found, actor, at)
    return found


@transaction.atomic
def restore_special_day(*, special_day_id: int, actor: Actor, at: datetime) -> SpecialDay:
    """Put a day that was taken back in force again (恢复), as a new row. Raises as `set_special_day`."""
    found = _own(special_day_id, actor)
    return set_special_day(
        day=found.day, kind=found.kind, name=found.name, source=found.source, place_code=found.place_code,
        actor=actor, at=at,
    )  # fmt: skip


def _place(code: str, actor: Actor) -> tuple[str, str, tuple[int, int]]:
    if not code and not actor.place_code:
        return "", "全国", WHOLE_COUNTRY
    place = place_of(code or actor.place_code)
    if place is None or not may(actor, Permission.MANAGE_CALENDAR, place):
        raise Refusal("这个地方不在您的辖区内。", "请选择本辖区的地方，或请上一级录入。")
    return place.code, place.full_name, (place.range_low, place.range_high)


def _own(special_day_id: int, actor: Actor) -> SpecialDay:
    actor.require(Permission.MANAGE_CALENDAR)
    found: SpecialDay | None = SpecialDay.objects.select_for_update().touching(actor).filter(pk=special_day_id).first()
    if found is None:
        raise Refusal("没有这一天的安排。", "请从工作日历里打开。")
    if not may(actor, Permission.MANAGE_CALENDAR, found):
        raise Refusal("这一天是上一级录入的。", "本地方安排不同的，请另录入一条，范围小的优先。")
    return found


def _note(act: str, found: SpecialDay, actor: Actor, at: datetime) -> None:
    details = {"day": found.day.isoformat(), "kind": found.kind, "place": found.place_code}
    note(act=act, subject=f"special_day:{found.pk}", actor=actor, at=at, details=details)
