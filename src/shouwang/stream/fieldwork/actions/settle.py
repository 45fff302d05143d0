"""Settling what could not simply be done (处理手机送来的表): field by field, by a township officer, with a sentence."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.visits.queries import visit_of
from shouwang.stream.fieldwork.actions.apply import apply_reading, keep_visit
from shouwang.stream.fieldwork.choices import EntryState
from shouwang.stream.fieldwork.forms import UnknownForm, Wrong
from shouwang.stream.fieldwork.kinds import KINDS
from shouwang.stream.fieldwork.models import Entry
from shouwang.stream.fieldwork.queries.opening import open_entry, read_entry
from shouwang.stream.fieldwork.sealing import Unreadable


@transaction.atomic
def settle_entry(
    *, entry_id: str, take: Collection[str], words: str, actor: Actor, at: datetime
) -> Entry:  # fmt: skip
    """Decide what holds (定下来): the fields in `take` as the phone has them, the others as they stand; none: all stand.

    What is taken is done under the officer's own name. Raises Refusal when it was settled already, without a sentence,
    or where the action itself refuses.
    """
    actor.require(Permission.DISPATCH_CLUE)
    entry = Entry.objects.visible_to(actor).select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise Refusal("没有找到这张表。")
    if entry.state != EntryState.REVIEW:
        raise Refusal("这张表已经处理过了。", "请刷新后再看。")
    said = words.strip()
    if not said:
        raise Refusal("没有写处理说明。", "请写一句，让填表的同事看得懂。")
    if take:
        _take(entry, take, actor, at)
    entry.state = EntryState.TAKEN if take else EntryState.KEPT
    entry.settled_by, entry.settled_at, entry.settled_words = actor.username, at, said[:300]
    entry.save()
    details = {"subject": entry.subject, "state": entry.state, "fields": sorted(take)}
    note(act="settle_field_form", subject=f"entry:{entry.pk}", actor=actor, at=at, details=details)
    return entry


def _take(entry: Entry, take: Collection[str], actor: Actor, at: datetime) -> None:
    try:
        opened = open_entry(entry)
        reading = read_entry(entry, opened)
    except (Unreadable, OSError, UnknownForm, Wrong) as problem:
        said = str(problem) or "这张表打不开。"
        raise Refusal(said, "请向填表的同事问清楚，在原来的页面上办理，再写明保留原来的。") from None
    offered = {side.name for side in KINDS[reading.form].sides(actor, reading)}
    left = offered - set(take)
    answers = {name: value for name, value in reading.answers.items() if name not in left}
    chosen = replace(reading, answers=answers)
    try:
        entry.after = apply_reading(entry, chosen, actor=actor, at=at)
    except KeyError:
        raise Refusal("只选了一部分，办不成。", "请连同结论一起选手机上的，或者全部保留原来的。") from None
    if visit_of(actor, str(entry.pk)) is None:
        keep_visit(entry, opened, reading, actor, at)
