"""Amending rules (修订规则): drafted by one person, run in the shadow, approved by another; nothing is ever overwritten."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import InputError, Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.ledger.actions import note
from shouwang.register.places.queries import place_of
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.staff.rights import may
from shouwang.stream.rules.choices import EDITABLE, OPEN, AmendmentKind, AmendmentState
from shouwang.stream.rules.models import Amendment
from shouwang.stream.rules.queries import Draft, change_of, pack_as_written, pack_in_force, pack_with

MOST_WORDS = 500
MOST_OF_A_CONDITION = 2000


class NotNow(Refusal):
    """The amendment does not stand where this could be done (当前状态不能办理)."""


@transaction.atomic
def draft_amendment(*, pack: str, draft: Draft, actor: Actor, at: datetime) -> Amendment:
    """Put a draft on record (起草修订). A county may change numbers for itself; a rule only who covers all it applies to.

    Raises NotAllowed, InputError for content that cannot be read, Refusal where another draft of the same is open.
    """
    actor.require(Permission.DRAFT_RULES)
    low, high = _range(pack, draft.place_code)
    if not (actor.range_low <= low and high <= actor.range_high) and not _whole_of_a_rule(draft, low, high, actor):
        raise Refusal("您只能修订本地方的取值。", "请选择本地方；改规则本身请由上一级批准。")
    made = Amendment(pack=pack, range_low=low, range_high=high, drafted_by=actor.username, drafted_at=at)
    _fill(made, draft, localtime(at).date())
    made.replaces = _said_now(made, on=localtime(at).date())
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refusal("这一项已经有人在修订。", "请打开那份修订接着改，或请起草人撤回。") from None
    fault_point("rule.draft.saved")
    _note("draft_amendment", made, actor, at, {"kind": made.kind, "name": made.name})
    return made


def _whole_of_a_rule(draft: Draft, low: int, high: int, actor: Actor) -> bool:
    # Who covers a part may propose a change of the whole; approving it takes somebody who covers all of it.
    return draft.kind == AmendmentKind.RULE and low < actor.range_high and actor.range_low < high


@transaction.atomic
def revise_amendment(*, amendment_id: int, draft: Draft, actor: Actor, at: datetime) -> Amendment:
    """Write a draft anew (改稿): what was tried out before no longer counts. Raises as drafting does, NotNow when decided."""
    found = _mine(amendment_id, actor, EDITABLE)
    _fill(found, draft, localtime(at).date())
    found.version += 1
    found.state = AmendmentState.DRAFT
    found.save()
    _note("revise_amendment", found, actor, at, {"version": found.version})
    return found


@transaction.atomic
def start_shadow(*, amendment_id: int, actor: Actor, at: datetime) -> Amendment:
    """Let screenings try the draft out beside the rules in force (影子运行); nothing of it is published."""
    found = _mine(amendment_id, actor, (AmendmentState.DRAFT, AmendmentState.RETURNED))
    found.state = AmendmentState.SHADOW
    found.save(update_fields=["state"])
    _note("start_shadow", found, actor, at, {"version": found.version})
    return found


@transaction.atomic
def record_shadow(*, amendment_id: int, version: int, actor: Actor, at: datetime) -> None:
    """Note that a screening tried this version out (影子运行已完成)."""
    found = Amendment.objects.select_for_update().get(pk=amendment_id)
    if found.version == version and found.shadowed_version != version:
        found.shadowed_version = version
        found.save(update_fields=["shadowed_version"])
        _note("record_shadow", found, actor, at, {"version": version})


@transaction.atomic
def request_approval(*, amendment_id: int, actor: Actor, at: datetime) -> Amendment:
    """Ask another person to approve (送审). Raises NotNow before a shadow run of this very version."""
    found = _mine(amendment_id, actor, (AmendmentState.SHADOW,))
    if found.shadowed_version != found.version:
        raise NotNow("这一稿还没有影子运行过。", "请等一次影子运行完成，看过结果再送审。")
    found.state, found.requested_at = AmendmentState.REQUESTED, at
    found.save(update_fields=["state", "requested_at"])
    _note("request_approval", found, actor, at)
    return found


@transaction.atomic
def approve_amendment(*, amendment_id: int, reason: str, actor: Actor, at: datetime) -> Amendment:
    """Put an amendment in force from its day (批准修订). Raises Refusal for the drafter, and who does not cover its area."""
    return _decide(amendment_id, AmendmentState.APPROVED, reason, actor, at)


@transaction.atomic
def return_amendment(*, amendment_id: int, reason: str, actor: Actor, at: datetime) -> Amendment:
    """Give an amendment back to its drafter with the reason (退回修订)."""
    return _decide(amendment_id, AmendmentState.RETURNED, reason, actor, at)


@transaction.atomic
def withdraw_amendment(*, amendment_id: int, actor: Actor, at: datetime) -> Amendment:
    """Take an own amendment back before it is decided (撤回修订); it stays on record."""
    found = _mine(amendment_id, actor, OPEN)
    found.state = AmendmentState.WITHDRAWN
    found.save(update_fields=["state"])
    _note("withdraw_amendment", found, actor, at)
    return found


def _decide(amendment_id: int, state: AmendmentState, reason: str, actor: Actor, at: datetime) -> Amendment:
    actor.require(Permission.APPROVE_RULES)
    found = _locked(amendment_id, (AmendmentState.REQUESTED,))
    if found.drafted_by == actor.username:
        raise Refusal("起草人不能审批自己的修订。", "请由另一位有审批权的同事办理。")
    if not may(actor, Permission.APPROVE_RULES, found):
        raise Refusal("这份修订适用的范围超出您的辖区。", "请由上一级审批。")
    if not reason.strip():
        raise Refusal("没有写审批意见。", "批准和退回都请写一句理由。")
    _refuse_long(reason, "审批意见", MOST_WORDS)
    if state == AmendmentState.APPROVED and found.valid_from < localtime(at).date():
        raise Refusal("生效日期已经过去。", "请退回，由起草人改成今天或以后的日期；规则不追溯。")
    found.state, found.decided_by, found.decided_at = state, actor.username, at
    found.decision_reason = reason.strip()
    found.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    fault_point("rule.decide.saved")
    act = "approve_amendment" if state == AmendmentState.APPROVED else "return_amendment"
    _note(act, found, actor, at, {"version": found.version}, reason=found.decision_reason)
    return found


def _locked(amendment_id: int, states: tuple[AmendmentState, ...]) -> Amendment:
    found = Amendment.objects.select_for_update().filter(pk=amendment_id).first()
    if found is None:
        raise Refusal("没有这份修订。", "请从修订列表里打开。")
    if found.state not in states:
        raise NotNow(f"这份修订现在是“{found.get_state_display()}”。", "请刷新页面再看。")
    return found


def _mine(amendment_id: int, actor: Actor, states: tuple[AmendmentState, ...]) -> Amendment:
    actor.require(Permission.DRAFT_RULES)
    found = _locked(amendment_id, states)
    if found.drafted_by != actor.username:
        raise Refusal("这份修订是别人起草的。", "请由起草人办理。")
    return found


def _fill(found: Amendment, draft: Draft, today: date) -> None:
    """Take over what was written, after reading it as the engine will. Raises InputError and Refusal."""
    for text, what, most in ((draft.basis, "依据文件", 200), (draft.reason, "理由", MOST_WORDS)):
        if not text.strip():
            raise Refusal(f"没有写{what}。", "修订要说明根据哪份文件、为什么改。")
        _refuse_long(text, what, most)
    for text in draft.content.get("levels", {}).values():
        _refuse_long(text, "条件", MOST_OF_A_CONDITION)
    if draft.valid_from < today:
        raise Refusal("生效日期已经过去。", "请写今天或以后的日期；规则不追溯。")
    place = place_of(draft.place_code) if draft.place_code else None
    found.kind, found.name, found.content = draft.kind, draft.name, draft.content
    found.place_code, found.place_name = draft.place_code, place.full_name if place else ""
    found.valid_from, found.basis, found.reason = draft.valid_from, draft.basis.strip(), draft.reason.strip()
    pack = pack_with(change_of(found), found.pack, on=today)
    found.title = (pack.parameters if draft.kind == AmendmentKind.PARAMETER else pack.rules)[draft.name].title


def _refuse_long(text: str, what: str, most: int) -> None:
    if len(text.strip()) > most:
        raise Refusal(f"{what}太长，最多 {most} 个字。", "请写得短一些。")


def _said_now(found: Amendment, *, on: date) -> dict[str, Any]:
    from shouwang.engine.values import plain
    from shouwang.policy.amendments import read_back

    pack = pack_in_force(found.pack, on=on)
    if found.kind == AmendmentKind.RULE:
        return {"levels": dict(pack.rules[found.name].levels), "words": read_back(pack, found.name, on)}
    resolved = pack.program(on).parameters[found.name]
    return {"value": plain(resolved.at(found.place_code), resolved.parameter.kind)}


def _range(pack: str, place_code: str) -> tuple[int, int]:
    """Numeric range of the place, or of all that the pack covers."""
    code = place_code or pack_as_written(pack).place_code or ""
    if not code:
        return 0, 10**12
    if place_code and not (code.isascii() and code.isdigit()):
        raise InputError(f"“{place_code}”不是区划代码。", "请选择一个地方。")
    zeros = 10 ** (12 - len(code))
    return int(code) * zeros, (int(code) + 1) * zeros


def _note(
    act: str, found: Amendment, actor: Actor, at: datetime, details: dict[str, Any] | None = None, reason: str = ""
) -> None:
    note(act=act, subject=f"amendment:{found.pk}", actor=actor, at=at, reason=reason, details=details)
