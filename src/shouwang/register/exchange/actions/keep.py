"""What several acts keep (差异与采用的留存): differences as rows, and a take-over with what would undo it."""

import json
from collections.abc import Sequence
from datetime import datetime

from shouwang.kernel.faults import fault_point
from shouwang.register.exchange.comparing import Found
from shouwang.register.exchange.fields import Entries, YearlySum
from shouwang.register.exchange.models import Difference, IncomingSheet, TakeOver
from shouwang.register.exchange.sealing import sealed_text
from shouwang.register.households.actions import Correction, correct_register
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import Actor

UNDOING = "exchange_take_over.undoing"


def keep_take_over(sheet: IncomingSheet, corrections: Sequence[Correction], actor: Actor, at: datetime) -> TakeOver:
    """Correct the register and keep, sealed, what would undo it."""
    undoing = correct_register(corrections=corrections, because=f"sheet:{sheet.pk}", actor=actor, at=at)
    fault_point("exchange.take.corrected")
    pairs = [[one.household_id, one.resident_id, one.field, before.value, one.value]
             for one, before in zip(corrections, undoing, strict=True)]  # fmt: skip
    households = len({one.household_id for one in corrections})
    made = TakeOver.objects.create(
        sheet=sheet,
        taken_at=at,
        taken_by=actor.username,
        values=len(corrections),
        households=households,
        undoing_cipher=keyring().encrypt(UNDOING, str(sheet.pk), json.dumps(pairs, ensure_ascii=False)),
    )
    details = {"sheet": sheet.pk, "values": len(corrections), "households": households}
    note(act="take_over", subject=f"take_over:{made.pk}", actor=actor, at=at, details=details)
    return made


def as_differences(sheet: IncomingSheet, found: list[Found]) -> list[Difference]:
    """Rows of the table for what the comparison has found; secret values are sealed."""
    made, once = [], set()
    for one in found:
        resident_id = one.person.resident.resident_id if one.person else ""
        key = (one.record.household.household_id, resident_id, one.field.key)
        if key in once:  # the same person twice in a sheet: the first row counts
            continue
        once.add(key)
        made.append(
            Difference(
                sheet=sheet,
                row_no=one.row,
                household_id=key[0],
                resident_id=resident_id,
                place_number=one.record.household.place_number,
                of=one.field.of,
                field=one.field.key,
                title=one.field.title,
                fault=one.fault[:100],
                can_take=_can_take(one),
                fills_blank=one.ours is None,
                **_texts(sheet, one),
            )
        )
    return made


def _texts(sheet: IncomingSheet, one: Found) -> dict[str, str | None]:
    if not one.field.secret:
        return {"ours": one.ours, "theirs": one.theirs, "written": one.written[:200] if one.fault else ""}
    home = one.record.household.household_id
    sealed = {
        f"{name}_cipher": sealed_text(sheet.pk, home, name, text)
        for name, text in (("ours", one.ours), ("theirs", one.theirs))
    }
    return {**sealed, "written": ""}


def _can_take(one: Found) -> bool:
    """Readable, settable and no outcome of a procedure; a yearly sum only where we have no details, measures only where some are added."""
    if one.fault or one.theirs is None or not one.field.takeable or one.field.decided:
        return False
    if isinstance(one.field, Entries):
        return bool(set(one.theirs.split(",")) - set((one.ours or "").split(",")))
    return one.ours is None if isinstance(one.field, YearlySum) else True
