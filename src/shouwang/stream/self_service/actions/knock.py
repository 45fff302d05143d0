"""Asking for an application by its code (凭编号查询): the code and the last digits of the phone, and nothing is learnt by guessing."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shouwang.kernel.case_codes import canonical
from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import villager
from shouwang.stream.self_service.actions.apply import TAIL, digits_of, tail_lookup
from shouwang.stream.self_service.choices import Counted
from shouwang.stream.self_service.limits import count_use, is_full
from shouwang.stream.self_service.models import Application

NOWHERE_CODE = "000000000000"


class Door(StrEnum):
    """What comes of knocking (查询结果): open, wrong, or to be tried again later. Wrong does not say what is wrong."""

    OPEN = "open"
    WRONG = "wrong"
    WAIT = "wait"


@dataclass(frozen=True)
class Knock:
    """What somebody gives (查询): the code, the last four digits of the phone, from where, and the known telephone."""

    code: str
    tail: str
    address: str
    device: str = ""


def knock(*, given: Knock, at: datetime) -> tuple[Door, Application | None]:
    """Open an application to whoever has its code and the last digits (凭编号查询).

    Every wrong try is counted: by the code, existing or not, and by the telephone that was here before, else by the
    address. Whoever has used up his tries waits, right or wrong, so that nothing is learnt meanwhile.
    """
    counts = _counts(given)
    if any(is_full(kind, subject, at=at) for kind, subject in counts):
        return Door.WAIT, None
    code = canonical(given.code) or NOWHERE_CODE
    tail = digits_of(given.tail)
    with rows_within(*EVERYWHERE):  # the code is the only way to it, and it names one row
        found = Application.objects.filter(code_lookup=keyring().lookup("self_service.code", code)).first()
    expected = found.tail_lookup if found else "0" * 64
    if not hmac.compare_digest(tail_lookup(code, tail), expected) or len(tail) != TAIL or found is None:
        for kind, subject in counts:
            count_use(kind, subject, actor=villager(0), at=at)
        return Door.WRONG, None
    note(
        act="open_application", subject=f"clue:{found.clue_id}", actor=villager(found.place_number), at=at,
        reason="凭编号查进度",
    )  # fmt: skip
    return Door.OPEN, found


def _counts(given: Knock) -> tuple[tuple[str, str], ...]:
    code = canonical(given.code) or digits_of(given.code)[:20]
    whose = (Counted.MISS_DEVICE, given.device) if given.device else (Counted.MISS_ADDRESS, given.address)
    return (whose, (Counted.MISS_CODE, code))
