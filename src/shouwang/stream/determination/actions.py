"""Determining (识别认定): opening a case, deciding it with its grounds frozen, what a decision changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from shouwang.kernel import filestore
from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.households.actions import mark_monitored
from shouwang.register.households.queries import household_of
from shouwang.register.ledger.keys import keyring
from shouwang.register.procedure.actions import begin_case, enter_record, refuse_outdated
from shouwang.register.procedure.choices import Act, CaseState, Matter, Outcome
from shouwang.register.procedure.queries import case_of, evidence_of, records_of
from shouwang.register.procedure.steps import turns
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.actions import settle_clue
from shouwang.stream.clues.queries import open_clue_of_household
from shouwang.stream.determination.choices import INCLUDING, REFUSING
from shouwang.stream.determination.models import Snapshot
from shouwang.stream.determination.snapshots import packed, snapshot_content
from shouwang.stream.rules.steps import frozen_procedure
from shouwang.stream.screening.queries import household_now


@transaction.atomic
def open_case(*, household_id: str, actor: Actor, at: datetime, origin: str = "", self_applied: bool = False) -> Any:
    """Open a determination (开办识别认定) by the procedure in force today. Raises Refusal, also for who is monitored."""
    household = household_of(actor, household_id)
    if household is None:
        raise Refusal("没有找到这一户。", "请从农户查询里打开。")
    if household.monitored_class and household.cleared_on is None:
        raise Refusal("这一户已经在监测。", "新的情况请在帮扶计划里处理。")
    procedure = frozen_procedure(
        Matter.DETERMINATION, settings.PACK, on=localtime(at).date(), place_number=household.place_number
    )
    clue = open_clue_of_household(actor, household_id)
    case = begin_case(
        matter=Matter.DETERMINATION,
        household_id=household_id,
        procedure=procedure,
        origin=f"clue:{clue.pk}" if clue else "",
        self_applied=self_applied or bool(clue and clue.is_application),
        actor=actor,
        at=at,
    )
    fault_point("case.open.begun")
    if clue:
        settle_clue(clue_id=clue.pk, case_number=case.number, actor=actor, at=at)
    return case


@transaction.atomic
def open_objection(*, number: str, words: str, actor: Actor, at: datetime) -> Any:
    """A household objects to a decision (申请复核): people who had no part in it look again."""
    case = case_of(actor, number)
    if case is None or case.state not in (CaseState.DECIDED, CaseState.CLOSED) or not case.outcome:
        raise Refusal("还没有决定，不能申请复核。", "公示期间的意见请在“异议”里登记。")
    if len(words.strip()) < 4:
        raise Refusal("没有写不服的理由。")
    on = localtime(at).date()
    procedure = frozen_procedure(Matter.OBJECTION, settings.PACK, on=on, place_number=case.place_number)
    made = begin_case(
        matter=Matter.OBJECTION,
        household_id=case.household_id,
        procedure=procedure,
        origin=f"case:{number}",
        self_applied=True,
        about=case,
        actor=actor,
        at=at,
    )
    fault_point("case.object.begun")
    return enter_record(number=made.number, act=Act.OBJECTION, words={"words": words}, actor=actor, at=at)


@transaction.atomic
def decide_case(
    *,
    number: str,
    outcome: str,
    reason_code: str,
    words: str,
    monitored_class: str = "",
    risks: Sequence[str] = (),
    evidence: Sequence[str] = (),
    actor: Actor,
    at: datetime,
    seen: int | None = None,
) -> Any:
    """The county decides (县级审定): included or not, with ground, words and everything it was decided on.

    依据: 社会救助法 第四十四、四十五条. Both ways ask for the same: one ground, one sentence. Raises Refusal, NotNow.
    """
    case = case_of(actor, number)
    if case is None or case.matter != Matter.DETERMINATION:
        raise Refusal("没有找到这件事项。")
    refuse_outdated(case, seen)
    if outcome not in (Outcome.INCLUDED, Outcome.REFUSED):
        raise Refusal("没有选择纳入还是不予纳入。")
    if reason_code not in (INCLUDING if outcome == Outcome.INCLUDED else REFUSING):
        raise Refusal("没有选择理由。", "请选一条理由，再写一句话。")
    if len(words.strip()) < 4:
        raise Refusal("没有写理由。", "请写一句农户看得懂的话。")
    supporting = list(evidence) or [one.sha256 for one in evidence_of(case)]
    sha256 = freeze_grounds(case=case, evidence=supporting, actor=actor, at=at)
    fault_point("case.decide.frozen")
    step = next((one["step"] for one in turns(case) if one["act"] == Act.DECISION), "")
    content: dict[str, Any] = {"outcome": outcome, "snapshot": sha256}
    if outcome == Outcome.INCLUDED:
        content |= {"monitored_class": monitored_class, "risks": list(risks)}
    case = enter_record(
        number=number,
        act=Act.DECISION,
        step=step or Act.DECISION,
        content=content,
        words={"words": words},
        reason_code=reason_code,
        evidence=supporting,
        actor=actor,
        at=at,
        seen=seen,
    )
    fault_point("case.decide.recorded")
    if outcome == Outcome.INCLUDED:
        mark_monitored(
            household_id=case.household_id,
            monitored_class=monitored_class,
            risks=risks,
            on=localtime(at).date(),
            case=number,
            actor=actor,
            at=at,
        )
    return case


def freeze_grounds(*, case: Any, evidence: list[str], actor: Actor, at: datetime) -> str:
    """Keep what a decision rests on (留存依据) and give back its hash; inside the decision's transaction."""
    on = localtime(at).date()
    now = household_now(actor, case.household_id, on=on)
    if now is None:
        raise Refusal("没有找到这一户，不能决定。")
    content, sha256 = packed(snapshot_content(now, records_of(case), evidence, on))
    sealed = keyring().seal_file(f"snapshot:{sha256}", content)
    path, _ = filestore.put(settings.STORE, "snapshots", sealed, ".sealed")
    fault_point("case.decide.grounds_kept")
    Snapshot.objects.get_or_create(
        case_number=case.number,
        sha256=sha256,
        defaults={
            "household_id": case.household_id,
            "place_number": case.place_number,
            "pack": now.pack.name,
            "pack_version": now.pack.version,
            "as_of": on,
            "path": path,
            "made_at": at,
        },
    )
    return sha256
