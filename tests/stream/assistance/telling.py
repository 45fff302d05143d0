"""The story that these tests tell: 老李's household is monitored because of illness, 老张 drafts, 老刘 approves."""

from datetime import date, timedelta
from typing import Any

from shouwang.register.households.actions import mark_monitored
from shouwang.register.staff.actions import appoint, open_account
from shouwang.register.staff.choices import Role
from shouwang.register.staff.queries import SYSTEM, Actor, actor_of
from shouwang.stream.assistance.actions import (
    Chosen,
    agree_plan,
    approve_plan,
    draft_plan,
    plan_measure,
    propose_plan,
)
from tests.cast import AT, COUNTY, PASSWORD, TODAY, Cast

MONITORED_ON = TODAY - timedelta(days=5)
PHOTO = b"\xff\xd8\xff\xe0 a photo"


def monitor(household: str = "H1", *, risks: tuple[str, ...] = ("illness",), on: date = MONITORED_ON) -> None:
    """The household is monitored since a day."""
    mark_monitored(
        household_id=household, monitored_class="unstable_exited", risks=risks, on=on, case="C1", actor=SYSTEM, at=AT
    )


def drafted(cast: Cast, household: str = "H1", **changes: Any) -> Any:
    """老张 begins a plan with 老李."""
    given = {"goals": "看病负担降下来", "contact_name": "老张", "contact_phone": "15400002222", **changes}
    return draft_plan(household_id=household, actor=cast.laozhang, at=AT, **given)


def with_measure(cast: Cast, plan: Any, **changes: Any) -> Any:
    """老张 chooses medical aid for the plan."""
    given = {"tool": "medical_aid", "ground": "verified", **changes}
    return plan_measure(plan_id=plan.pk, chosen=Chosen(**given), actor=cast.laozhang, at=AT)


def proposed(cast: Cast, plan: Any) -> Any:
    """老张 has talked it over at home and sends it up."""
    agree_plan(plan_id=plan.pk, agreed_on=TODAY, agreed_how="at_home", actor=cast.laozhang, at=AT)
    return propose_plan(plan_id=plan.pk, actor=cast.laozhang, at=AT)


def approved(cast: Cast, **changes: Any) -> tuple[Any, Any]:
    """A plan with one measure that 老刘 has approved: the plan and the measure."""
    monitor()
    plan = drafted(cast)
    measure = with_measure(cast, plan, **changes)
    proposed(cast, plan)
    plan = approve_plan(plan_id=plan.pk, reason="措施对得上风险", actor=cast.laoliu, at=AT)
    measure.refresh_from_db()
    return plan, measure


def liaison(unit: str, username: str = "xiaoma") -> Actor:
    """小马, liaison of another unit of the same county."""
    user = open_account(username=username, name="小马", password=PASSWORD)
    appoint(user=user, role=Role.LIAISON, place_code=COUNTY, valid_from=date(2026, 1, 1), unit=unit)
    actor = actor_of(user, on=TODAY)
    assert actor is not None
    return actor
