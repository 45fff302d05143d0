"""Handing out templates (下发填报模板): empty, or with the households of a place filled in by number and name."""

from datetime import datetime
from urllib.parse import urlencode

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.exchange.choices import Sensitivity
from shouwang.register.exchange.limits import LIMITS
from shouwang.register.exchange.template_workbook import PlaceList, template_workbook
from shouwang.register.exchange.templates import HEAD_NAME, TEMPLATES
from shouwang.register.households.choices import Relation
from shouwang.register.households.queries import Household, household_members, households_for_sheets
from shouwang.register.ledger.actions import note
from shouwang.register.places.choices import Level
from shouwang.register.places.queries import places_at
from shouwang.register.releases.actions import Leaving, let_leave
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class NoTemplate(Refusal):
    """No such template, or too much to fill in (不能下发)."""


@transaction.atomic
def make_template(*, name: str, range_low: int, range_high: int, prefilled: bool, actor: Actor, at: datetime) -> bytes:
    """The workbook of a template for a place (下发填报模板). Raises NoTemplate, NotAllowed.

    `prefilled` writes household and person numbers with names into it, nothing else; that is noted.
    """
    actor.require(Permission.EXCHANGE_SHEETS)
    template = TEMPLATES.get(name)
    if template is None:
        raise NoTemplate("没有这种模板。")
    low, high = max(range_low, actor.range_low), min(range_high, actor.range_high)
    households = list(households_for_sheets(actor, range_low=low, range_high=high).select_related(
        "place__parent__parent"
    )) if prefilled or name == "households" else []  # fmt: skip
    rows = _rows(name, households, actor) if prefilled else []
    if len(rows) > LIMITS[Sensitivity.OTHER]:
        raise NoTemplate("这个地区的人太多，一张模板放不下。", "请选到乡镇或村。")
    if prefilled:
        people = [one.get("resident_id") or one["household_id"] for one in rows]
        page = f"template?{urlencode({'name': name, 'low': low, 'high': high})}"
        leaving = Leaving(Sensitivity.OTHER, page, f"{template.title}填报模板", people)
        let_leave(leaving=leaving, actor=actor, at=at)
        details = {"template": name, "rows": len(rows)}
        note(act="export_template", subject=f"place:{low}", actor=actor, at=at, details=details)
    return template_workbook(template, _places(low, high, households), rows)


def _rows(name: str, households: list[Household], actor: Actor) -> list[dict[str, str]]:
    if name == "households":
        return [_home(one) for one in households]
    members = household_members(actor, [one.household_id for one in households])
    return [
        {
            "household_id": one.household_id,
            "resident_id": one.resident_id,
            "name": one.name,
            "relation": str(Relation(one.relation).label) if one.relation else "",
        }
        for one in members
        if name == "members" or one.relation == Relation.HEAD
    ]


def _home(household: Household) -> dict[str, str]:
    village = household.place
    township = village.parent
    county = township.parent if township else None
    return {
        "county": county.name if county else "",
        "township": township.name if township else "",
        "village": village.name,
        "group_name": household.group_name or "",
        "household_id": household.household_id,
        HEAD_NAME: household.head_name,
    }


def _places(low: int, high: int, households: list[Household]) -> PlaceList:
    """Counties, their townships, their villages, and the groups that the register knows of each."""
    groups: dict[int, set[str]] = {}
    for household in households:
        if household.group_name:
            groups.setdefault(household.place_number, set()).add(household.group_name)
    names = (
        "parent__parent__name",
        "parent__parent__code",
        "parent__name",
        "parent__code",
        "name",
        "code",
        "range_low",
    )
    below: dict[tuple[str, ...], tuple[str, list[str]]] = {}

    def offer(path: tuple[str, ...], code: str, name: str) -> None:
        below.setdefault(path, (code, []))[1].append(name)

    villages = places_at(Level.VILLAGE, range_low=low, range_high=high).order_by("range_low")
    for county, county_code, township, township_code, village, code, number in villages.values_list(*names):
        offer((), "0", county)
        offer((county,), county_code, township)
        offer((county, township), township_code, village)
        for group in sorted(groups.get(number, ())):
            offer((county, township, village), code, group)
    found = PlaceList()
    for path, (code, offered) in below.items():
        found.add(path, code, offered)
    return found
