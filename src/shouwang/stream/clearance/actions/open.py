"""Opening a clearance or a revert (开办风险消除、回退)."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.register.households.choices import ClearanceManner
from shouwang.register.households.queries import household_of
from shouwang.register.procedure.actions import NotNow, begin_case
from shouwang.register.procedure.choices import Matter
from shouwang.register.staff.queries import Actor
from shouwang.stream.clearance.queries import GateReading, gate_readings, natural_reasons, needed_gates, unmet
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.rules.steps import frozen_procedure

MATTERS: dict[str, str] = {
    ClearanceManner.BY_HELP: Matter.CLEARANCE,
    ClearanceManner.NATURALLY: Matter.NATURAL_CLEARANCE,
}


@transaction.atomic
def open_clearance(
    *, household_id: str, manner: str, reason_code: str = "", actor: Actor, at: datetime, origin: str = ""
) -> Any:
    """Open a clearance (开办风险消除), by help or naturally with its reason, and freeze the gates with the case.

    A gate that is not met keeps it from being opened; one that nobody can tell has to be looked into before the
    decision. Raises Refusal, NotNow.
    """
    household = household_of(actor, household_id)
    if household is None:
        raise Refusal("没有找到这一户。", "请从农户查询里打开。")
    if household.monitored_class is None or household.cleared_on is not None:
        raise Refusal("这一户不在监测，没有可以消除的风险。")
    on = localtime(at).date()
    matter = MATTERS.get(manner)
    if matter is None:
        raise Refusal("没有选择消除方式。", "请选帮扶消除或自然消除。")
    pack = pack_in_force(settings.PACK, on=on)
    if matter == Matter.NATURAL_CLEARANCE and reason_code not in natural_reasons(pack, on=on):
        raise Refusal("自然消除要选一个原因。", "经过帮扶消除的，请选帮扶消除。")
    rows = _readings(actor, household_id, needed_gates(pack, matter, on=on, reason=reason_code), on)
    _refuse_unmet(rows, "还不能消除风险")
    deciding: dict[str, Any] = {"gates": [{"gate": row.gate, "title": row.title} for row in rows]}
    if matter == Matter.NATURAL_CLEARANCE:
        deciding["reason"] = reason_code
    procedure = frozen_procedure(matter, settings.PACK, on=on, place_number=household.place_number, deciding=deciding)
    return begin_case(matter=matter, household_id=household_id, procedure=procedure, origin=origin, actor=actor, at=at)


@transaction.atomic
def open_revert(*, household_id: str, actor: Actor, at: datetime, origin: str = "") -> Any:
    """Open a revert (开办回退) of a clearance that was wrong; a new risk goes by a new determination.

    依据: 平顶山 风险回退和再标注. Raises Refusal, NotNow.
    """
    household = household_of(actor, household_id)
    if household is None:
        raise Refusal("没有找到这一户。", "请从农户查询里打开。")
    on = localtime(at).date()
    pack = pack_in_force(settings.PACK, on=on)
    rows = _readings(actor, household_id, needed_gates(pack, Matter.REVERT, on=on), on)
    _refuse_unmet(rows, "不能回退")
    procedure = frozen_procedure(
        Matter.REVERT,
        settings.PACK,
        on=on,
        place_number=household.place_number,
        deciding={"gates": [{"gate": row.gate, "title": row.title} for row in rows]},
    )
    return begin_case(
        matter=Matter.REVERT, household_id=household_id, procedure=procedure, origin=origin, actor=actor, at=at
    )


def _readings(actor: Actor, household_id: str, gates: list[str], on: date) -> list[GateReading]:
    return gate_readings(actor, household_id, gates, on=on) or []


def _refuse_unmet(rows: list[GateReading], said: str) -> None:
    failed = unmet(rows)
    if failed:
        told = "；".join(f"“{row.title}”不满足（对照：{row.because}）" for row in failed)
        raise NotNow(f"{said}：{told}。", "条件满足以后再办；数据不对的，请先更正数据。")
