"""What a visit found (核实结果): no risk until a day, as a fact of the household that screening reads."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction

from shouwang.register.households.models import Household
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


@transaction.atomic
def record_no_risk(*, until: Mapping[str, date | None], actor: Actor, at: datetime) -> dict[str, date | None]:
    """Keep until which day households were found to be without risk (核实无风险至); null takes the finding back.

    `until` names the households. Gives back what was there before, so that a closing can be undone. Households outside
    the actor's area are left alone. Raises NotAllowed without the permission to check.
    """
    actor.require(Permission.CHECK_CLUE)
    found = Household.objects.visible_to(actor).filter(pk__in=until).order_by("pk").select_for_update()
    before = dict(found.values_list("household_id", "checked_until"))
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE households_household SET checked_until = %s WHERE household_id = %s",
            [(until[household_id], household_id) for household_id in before],
        )
    if before:
        subject = f"household:{next(iter(before))}" if len(before) == 1 else "households"
        note(act="record_no_risk", subject=subject, actor=actor, at=at, details={"households": len(before)})
    return before
