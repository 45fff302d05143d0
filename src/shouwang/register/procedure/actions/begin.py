"""Beginning a case (开办)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.households.queries import household_of
from shouwang.register.ledger.actions import note
from shouwang.register.procedure.actions.enter import first_due, step_due
from shouwang.register.procedure.actions.kin import recuse_relatives
from shouwang.register.procedure.choices import RUNNING, Matter
from shouwang.register.procedure.models import Case
from shouwang.register.procedure.steps import turns
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


@dataclass(frozen=True)
class FrozenProcedure:
    """A procedure of the pack as it stands on a day at a place (程序): its steps with their limits as numbers."""

    pack: str
    pack_version: str
    steps: Sequence[Mapping[str, Any]]
    within: Mapping[str, Any] | None = None


@transaction.atomic
def begin_case(
    *,
    matter: str,
    household_id: str,
    procedure: FrozenProcedure,
    actor: Actor,
    at: datetime,
    origin: str = "",
    self_applied: bool = False,
    about: Case | None = None,
) -> Case:
    """Open a case for a household within the actor's area; relatives of cadres are noticed at once.

    Raises Refusal for a household that is not there, or that has a running case of the same matter.
    """
    actor.require(Permission.OPEN_CASE)
    household = household_of(actor, household_id)
    if household is None:
        raise Refusal("没有找到这一户。", "请从农户查询里打开。")
    today = localtime(at).date()
    place = household.place_number
    case = Case(
        number=_next_number(place, today.year),
        matter=matter,
        household_id=household_id,
        head_name=household.head_name,
        place_number=place,
        pack=procedure.pack,
        pack_version=procedure.pack_version,
        steps=list(procedure.steps),
        origin=origin,
        about=about,
        self_applied=self_applied,
        opened_by=actor.username,
        opened_at=at,
        whole_due_on=step_due({"limits": {"within": procedure.within}}, today, place),
    )
    case.due_on = first_due(turns(case), case, today, place)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        other = Case.objects.filter(household_id=household_id, matter=matter, state__in=RUNNING).first()
        told = f"（{other.number}）" if other else ""
        raise Refusal(f"这一户已经有一件{Matter(matter).label}在办{told}。", "请在那一件里继续办理。") from None
    fault_point("case.begin.saved")
    note(act="begin_case", subject=f"case:{case.number}", actor=actor, at=at, details={"matter": matter})
    recuse_relatives(case=case, actor=actor, at=at)
    case.refresh_from_db()
    return case


def _next_number(place_number: int, year: int) -> str:
    """The county's next number of the year: nobody else can take the same one before this transaction ends."""
    head = f"{place_number // 10**6:06d}-{year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"case number {head}"])
        cursor.execute(
            "SELECT coalesce(max(right(number, 6)::int), 0) + 1 FROM procedure_case WHERE number LIKE %s", [f"{head}%"]
        )
        return f"{head}{cursor.fetchone()[0]:06d}"
