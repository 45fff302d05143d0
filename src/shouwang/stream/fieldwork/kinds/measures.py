"""Measures on the way (外出落实措施)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.actions import deliver_measure, give_feedback, give_up_measure
from shouwang.stream.assistance.choices import WAITING
from shouwang.stream.assistance.queries import feedback_of, measure_of, measures_to_record
from shouwang.stream.fieldwork.forms.answers import yuan
from shouwang.stream.fieldwork.kinds.base import Reading, Side, Standing, Task, number_in

WHATS = {"progress": "在办", "delivered": "已落实", "undelivered": "落实不了"}


class MeasureRecord:
    """A measure of a plan (落实措施)."""

    def tasks(self, actor: Actor, *, on: date, most: int) -> list[Task]:
        """Measures that hold and of which nobody has said yet what became."""
        return [
            Task(
                "measure_record", f"measure:{one.pk}", one.household_id, one.place_number, one.due_on, "落实措施",
                why=[one.title], base=_guarded(one),
            )
            for one in measures_to_record(actor)[:most]
        ]  # fmt: skip

    def standing(self, actor: Actor, subject: str) -> Standing | None:
        """The measure as it is now, and who spoke of it last."""
        one = measure_of(actor, number_in(subject))
        if one is None:
            return None
        said = feedback_of(one)[:1]
        who, when = (said[0].entry.by_name, said[0].entry.at) if said else ("", None)
        return Standing(one.household_id, one.place_number, _guarded(one), who, when)

    def apply(self, reading: Reading, *, actor: Actor, at: datetime) -> None:
        """Progress, given, or not to be given; the first photo is the proof. Raises Refusal."""
        answers, photo = reading.answers, next(iter(reading.photos), None)
        given: dict[str, Any] = {"measure_id": number_in(reading.subject), "actor": actor, "at": at}
        if answers["what"] == "delivered":
            amount = yuan(answers.get("amount"))
            deliver_measure(
                **given,
                delivered_on=reading.visited_on,
                words=reading.said("sentence"),
                amount=Decimal(amount) if amount is not None else None,
                content=photo,
                no_file_reason=reading.said("no_file_reason"),
            )
        elif answers["what"] == "undelivered":
            give_up_measure(**given, reason=str(answers["reason"]), words=reading.said("sentence"))
        else:
            words = reading.said("sentence")
            give_feedback(**given, words=words, happened_on=reading.visited_on, content=photo)

    def sides(self, actor: Actor, reading: Reading) -> list[Side]:
        """How far it is, and how much."""
        one, answers = measure_of(actor, number_in(reading.subject)), reading.answers
        said = feedback_of(one)[:1] if one else []
        amount = str(one.delivered_amount) if one is not None and one.delivered_amount is not None else ""
        state = str(one.get_state_display()) if one is not None else "没有找到"
        return [
            Side("what", "办到哪一步", WHATS.get(str(answers.get("what")), ""), state),
            Side("amount", "金额（元）", yuan(answers.get("amount")) or "", amount),
            Side("sentence", "说明", reading.said("sentence", "no_file_reason"), said[0].words if said else ""),
        ]


def _guarded(one: Any) -> dict[str, str]:
    """What must not have changed: that it still waits, and what it is."""
    turn = "waiting" if one.state in WAITING and one.withdrawn_at is None else f"{one.state}:{one.withdrawn_by}"
    return {"turn": turn, "household": one.household_id, "place": str(one.place_number), "title": one.title}
