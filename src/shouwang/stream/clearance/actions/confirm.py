"""Establishing a gate that nobody could tell (关口核实)."""

import json
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.procedure.actions import NotNow
from shouwang.register.procedure.choices import CaseState
from shouwang.register.procedure.queries import case_of, evidence_of
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clearance.models import Confirmation
from shouwang.stream.clearance.queries import case_gates
from shouwang.stream.clearance.queries.gates import WORDS, row_key


@transaction.atomic
def confirm_gate(
    *, number: str, gate: str, holds: bool, sha256: str, words: str, actor: Actor, at: datetime
) -> Confirmation:
    """Say with evidence whether a gate holds that the data cannot tell (核实关口); both answers ask for the same.

    Where the data say no, nobody can say yes. Raises Refusal, NotNow.
    """
    actor.require(Permission.VERIFY_CASE)
    case = case_of(actor, number)
    if case is None or case.state != CaseState.OPEN:
        raise Refusal("没有找到这件事项，或者已经决定。")
    row = next((one for one in case_gates(actor, case, on=localtime(at).date()) if one.gate == gate), None)
    if row is None:
        raise Refusal("这件事项没有这个关口。")
    if not row.open_to_people:
        raise NotNow(f"“{row.title}”现有数据{row.label}，不能由人改写。", "数据不对的，请先更正数据。")
    if len(words.strip()) < 4:
        raise Refusal("没有写怎样核实的。")
    if sha256 not in {one.sha256 for one in evidence_of(case)}:
        raise Refusal("核实关口要附证据。", "请先上传照片或扫描件。")
    sealed = keyring().encrypt(WORDS, row_key(case.pk, gate, sha256), json.dumps({"words": words.strip()}))
    made = Confirmation(
        case_id=case.pk, gate=gate, holds=holds, sha256=sha256, words_cipher=sealed,
        confirmed_by=actor.username, role=actor.role, confirmed_at=at,
    )  # fmt: skip
    _save(made)
    fault_point("clearance.confirm.saved")
    note(act="confirm_gate", subject=f"case:{number}", actor=actor, at=at, details={"gate": gate, "holds": holds})
    return made


def _save(made: Any) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except DatabaseError as problem:
        if getattr(problem.__cause__, "sqlstate", "") == "SW002":
            raise NotNow(str(problem.__cause__).splitlines()[0]) from None
        raise
