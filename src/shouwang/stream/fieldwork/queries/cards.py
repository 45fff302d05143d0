"""The household as a phone takes it along (农户卡片): enough to find the door, masked, no number of anybody."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from shouwang.kernel.secrets import mask_name
from shouwang.register.households.queries import household_members, households
from shouwang.register.places.queries import place_names
from shouwang.register.staff.queries import Actor
from shouwang.stream.fieldwork.kinds import Task


def household_cards(actor: Actor, tasks: Sequence[Task], *, on: date) -> dict[str, dict[str, Any]]:
    """Subject → card, in three queries. A clue about somebody in no register says only who was named, and where."""
    ids = {task.household_id for task in tasks if task.household_id}
    homes = households(actor).filter(pk__in=ids).in_bulk()
    people = defaultdict(list)
    for one in household_members(actor, sorted(ids)):
        people[one.household_id].append(one)
    places = place_names({task.place_number for task in tasks})
    return {task.subject: _card(task, homes.get(task.household_id), people, places, on) for task in tasks}


def _card(task: Task, home: Any, people: Any, places: dict[int, str], on: date) -> dict[str, Any]:
    members = [
        {"name": mask_name(one.name), "relation": str(one.get_relation_display() or ""), "age": _age(one.birth_on, on)}
        for one in people.get(task.household_id, ())
    ]
    return {
        "id": task.household_id,
        "head": mask_name(home.head_name if home else task.named),
        "village": places.get(task.place_number, ""),
        "group": (home.group_name or "") if home else task.where,
        "monitored": str(home.get_monitored_class_display() or "") if home else "",
        "members": members,
    }


def _age(birth_on: date | None, on: date) -> int | None:
    if birth_on is None:
        return None
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))
