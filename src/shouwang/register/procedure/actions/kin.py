"""Relatives of cadres (干部近亲属): declared by keyed hash, and kept out of the hands of who is related.

依据: SAFETY T-01; a declaration bars nobody from help, it changes who decides.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from shouwang.kernel import identity_numbers
from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import id_number_hashes
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.procedure.actions.enter import enter_record
from shouwang.register.procedure.choices import LEVEL_OF_ROLE, Act
from shouwang.register.procedure.models import Case, KinDeclaration, Record
from shouwang.register.staff.queries import Actor


@transaction.atomic
def declare_kin(*, relation: str, id_number: str, actor: Actor, at: datetime) -> KinDeclaration:
    """Declare an own relative; only the keyed hash of the number is kept. Raises Refusal for a number that cannot be."""
    number = identity_numbers.canonical(id_number)
    if number is None:
        raise Refusal("身份证号不对。", "请核对十八位号码。")
    made = KinDeclaration(
        username=actor.username,
        relation=relation.strip()[:20],
        id_number_lookup=keyring().lookup("id_number", number),
        declared_at=at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refusal("这位亲属已经申报过。") from None
    note(act="declare_kin", subject=f"staff:{actor.username}", actor=actor, at=at)
    return made


@transaction.atomic
def end_kin(*, kin_id: int, actor: Actor, at: datetime) -> None:
    """End an own declaration that no longer holds; it stays on record."""
    found = KinDeclaration.objects.filter(pk=kin_id, username=actor.username, ended_at=None).update(ended_at=at)
    if not found:
        raise Refusal("没有找到这条申报。")
    note(act="end_kin", subject=f"staff:{actor.username}", actor=actor, at=at)


@transaction.atomic
def recuse(
    *, number: str, who: str, why: str, actor: Actor, at: datetime, relative: bool = False, seen: int | None = None
) -> Case:
    """Take somebody out of a case (回避); the case goes on with others."""
    return enter_record(
        number=number,
        act=Act.RECUSAL,
        content={"who": who, "relative": relative},
        words={"why": why},
        actor=actor,
        at=at,
        seen=seen,
    )


def recuse_relatives(*, case: Case, actor: Actor, at: datetime) -> None:
    """At the beginning of a case: whoever declared a member as kin is recused, and the case is tagged for the county."""
    hashes = id_number_hashes(case.household_id)
    kin = KinDeclaration.objects.filter(id_number_lookup__in=hashes, ended_at=None)
    for username in sorted(set(kin.values_list("username", flat=True))):
        number = Record.objects.filter(case=case).count() + 1
        Record.objects.create(
            case=case,
            number=number,
            act=Act.RECUSAL,
            actor=actor.username,
            role=actor.role,
            level=LEVEL_OF_ROLE.get(actor.role, ""),
            at=at,
            acted_on=localtime(at).date(),
            content={"who": username, "relative": True, "by": "declaration"},
            next_due_on=case.due_on,
        )
        details = {"by": "declaration", "record": number}
        note(act="case_recusal", subject=f"case:{case.number}", actor=actor, at=at, details=details)
