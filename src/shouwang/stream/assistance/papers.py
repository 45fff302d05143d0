"""The plan and the household's card as papers (一户一策、帮扶明白卡): the fields of a plan in the words of its papers."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.actions import issue_paper
from shouwang.register.papers.kinds import BY_HAND
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import PlanState
from shouwang.stream.assistance.models import Plan
from shouwang.stream.assistance.queries import plan_fields, plan_of
from shouwang.stream.determination.papers import hotline


def issue_plan_paper(*, plan_id: int, kind: str, actor: Actor, at: datetime) -> Any:
    """Issue the plan or the card of a plan that was approved (签发方案、明白卡); the same again gives the same paper.

    Raises NotAllowed; Refusal for a plan of another place, one that is not approved, and a kind that is none of it.
    """
    plan = plan_of(actor, plan_id)
    if plan is None or kind not in FIELDS:
        raise Refusal("没有找到这份方案。")
    if plan.state not in (PlanState.APPROVED, PlanState.CLOSED):
        raise Refusal("方案批准以后才签发。", "要先拿给农户看的，请用“打印”。")
    on = localtime(at).date()
    return issue_paper(
        kind=kind,
        subject=f"plan:{plan.pk}",
        fields=FIELDS[kind](plan_fields(actor, plan, on=on), on),
        place_number=plan.place_number,
        actor=actor,
        at=at,
    )


def kinds_of(plan: Plan) -> tuple[str, ...]:
    """The papers that a plan has now."""
    return tuple(FIELDS) if plan.state in (PlanState.APPROVED, PlanState.CLOSED) else ()


def _of_both(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "head_name": told["head_name"],
        "village": told["place_name"],
        "helper": told["contact_name"],
        "helper_phone": told["contact_phone"],
    }


def _plan(told: Mapping[str, Any], on: date) -> dict[str, Any]:
    agreed = f"{_day(told['agreed_on'])}{told['agreed_how']}商量，同意" if told["agreed_on"] else BY_HAND
    return {
        **_of_both(told),
        "group_name": told["group_name"],
        "monitored_class": told["monitored_class"] or "–",
        "risks": "、".join(told["risks"]) or "–",
        "goal": told["goals"],
        "household_says": told["household_word"] or agreed,
        "measures": [
            {
                "measure": one["title"],
                "answers": "、".join(one["answers"]) or "–",
                "unit": _who(one),
                "due_on": one["due_on"],
            }
            for one in told["measures"]
        ],
    }


def _card(told: Mapping[str, Any], on: date) -> dict[str, Any]:
    return {
        **_of_both(told),
        "complaint_phone": hotline(on),
        "helps": [
            {
                "what": one["title"],
                "amount": _yuan(one["amount"]),
                "since": _day(one["delivered_on"]) if one["delivered_on"] else f"{_day(one['due_on'])}前办结",
                "ask": _who(one),
            }
            for one in told["measures"]
        ],
    }


FIELDS: dict[str, Callable[[Mapping[str, Any], date], dict[str, Any]]] = {"assistance_plan": _plan, "help_card": _card}
"""Kind of paper → what it says of a plan."""


def _who(one: Mapping[str, Any]) -> str:
    return f"{one['unit']} {one['person']}".strip() or "村里"


def _yuan(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():,f}元"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
