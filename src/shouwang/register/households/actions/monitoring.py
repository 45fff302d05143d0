"""What a decision writes into the register (监测状态): monitored from a day on, cleared, or taken back.

Only a decided case comes here; the case keeps the grounds, the register only what holds now.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.households.actions.periods import remember_periods
from shouwang.register.households.choices import ClearanceManner, MonitoredClass, MonitoringBeginning, RiskKind
from shouwang.register.households.models import Household, MonitoringPeriod, Risk
from shouwang.register.ledger.actions import note
from shouwang.register.staff.queries import Actor


@transaction.atomic
def mark_monitored(
    *, household_id: str, monitored_class: str, risks: Sequence[str], on: date, case: str, actor: Actor, at: datetime
) -> None:
    """Enter a household as monitored (纳入监测) with its risks, from a day on. Raises Refusal for an unknown word."""
    household = _household(household_id, actor)
    if monitored_class not in MonitoredClass.values:
        raise Refusal("没有选择监测对象类别。")
    unknown = sorted(set(risks) - set(RiskKind.values))
    if unknown or not risks:
        raise Refusal("没有选择返贫致贫风险。" if not risks else f"没有这种风险：{'、'.join(unknown)}。")
    remember_periods(household_id=household_id)
    household.monitored_class, household.monitored_on = monitored_class, on
    household.cleared_on, household.clearance_manner = None, None
    household.save(update_fields=["monitored_class", "monitored_on", "cleared_on", "clearance_manner"])
    fault_point("monitoring.begin.marked")
    _begin(household, MonitoringBeginning.IDENTIFIED, on, case)
    Risk.objects.bulk_create(Risk(household=household, risk=risk, since_on=on) for risk in dict.fromkeys(risks))
    _note("mark_monitored", household_id, case, actor, at)


@transaction.atomic
def mark_cleared(*, household_id: str, manner: str, on: date, case: str, actor: Actor, at: datetime) -> None:
    """Enter that the risk is gone (风险消除): only the warning goes, every record stays."""
    household = _household(household_id, actor)
    if manner not in ClearanceManner.values:
        raise Refusal("没有写消除方式。")
    if household.monitored_class is None:
        raise Refusal("这一户不是监测对象。")
    remember_periods(household_id=household_id)
    household.cleared_on, household.clearance_manner = on, manner
    household.save(update_fields=["cleared_on", "clearance_manner"])
    fault_point("monitoring.clear.marked")
    _end(household, on, case, manner)
    _note("mark_cleared", household_id, case, actor, at)


@transaction.atomic
def take_back_clearance(*, household_id: str, on: date, case: str, actor: Actor, at: datetime) -> None:
    """Put a cleared household back under monitoring (回退); when it was first monitored stays as it was."""
    household = _household(household_id, actor)
    if household.cleared_on is None:
        raise Refusal("这一户没有标注过风险消除。")
    remember_periods(household_id=household_id)
    household.cleared_on, household.clearance_manner = None, None
    household.save(update_fields=["cleared_on", "clearance_manner"])
    _begin(household, MonitoringBeginning.REVERTED, on, case)
    _note("take_back_clearance", household_id, case, actor, at)


def _household(household_id: str, actor: Actor) -> Household:
    found = Household.objects.select_for_update().filter(
        pk=household_id, place_number__gte=actor.range_low, place_number__lt=actor.range_high
    )
    household = found.first()
    if household is None:
        raise Refusal("没有找到这一户。")
    return household


def _begin(household: Household, began: str, on: date, case: str) -> None:
    _end(household, on, "", None)  # none is open unless the register was mended by hand
    MonitoringPeriod.objects.create(
        household=household, monitored_class=household.monitored_class, from_on=on, began=began, began_by=case
    )


def _end(household: Household, on: date, case: str, manner: str | None) -> None:
    for period in MonitoringPeriod.objects.filter(household=household, until_on=None):
        period.until_on, period.manner, period.ended_by = max(on, period.from_on), manner, case
        period.save(update_fields=["until_on", "manner", "ended_by"])


def _note(act: str, household_id: str, case: str, actor: Actor, at: datetime) -> None:
    note(act=act, subject=f"household:{household_id}", actor=actor, at=at, details={"case": case})
