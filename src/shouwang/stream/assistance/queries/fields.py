"""A plan as plain fields (方案字段), for papers: the plan itself and the help card that the household keeps."""

from datetime import date
from typing import Any

from shouwang.register.households.queries import household_of
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.models import Plan
from shouwang.stream.assistance.queries.plans import plan_view


def plan_fields(actor: Actor, plan: Plan, *, on: date) -> dict[str, Any]:
    """What the paper plan and the help card (帮扶明白卡) show; nobody's ID number, account or health stands in it."""
    shown = plan_view(actor, plan, on=on)
    household = household_of(actor, plan.household_id)
    titles = {need.name: need.title for need in shown.needs}
    return {
        "household_id": plan.household_id,
        "head_name": household.head_name if household else plan.masked_name,
        "place_name": shown.place_name,
        "group_name": (household.group_name or "") if household else "",
        "monitored_class": household.get_monitored_class_display() if household and household.monitored_class else "",
        "monitored_on": household.monitored_on if household else None,
        "risks": [need.title for need in shown.needs if need.is_risk],
        "goals": shown.goals,
        "contact_name": plan.contact_name,
        "contact_phone": shown.contact_phone,
        "version": plan.version,
        "state": plan.get_state_display(),
        "household_word": next((one.words for one in shown.said if one.entry.word and one.words), ""),
        "agreed_on": plan.agreed_on,
        "agreed_how": plan.get_agreed_how_display() if plan.agreed_how else "",
        "approved_at": plan.decided_at if plan.state in ("approved", "closed") else None,
        "measures": [
            {
                "title": one.measure.title,
                "answers": [
                    titles.get(name, word) for name, word in zip(one.measure.answers, one.answers, strict=True)
                ],
                "unit": one.measure.unit,
                "person": one.measure.person,
                "due_on": one.measure.due_on,
                "state": one.measure.get_state_display(),
                "delivered_on": one.measure.delivered_on,
                "amount": one.measure.delivered_amount or one.measure.amount_planned,
            }
            for one in shown.measures
        ],
    }
