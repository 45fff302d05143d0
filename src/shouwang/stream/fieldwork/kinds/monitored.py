"""Visits to monitored households on the way (外出回访、季度更新)."""

from datetime import date, datetime
from typing import Any

from shouwang.register.households.queries import household_of
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor, names_of
from shouwang.stream.clearance.actions import record_follow_up, update_row
from shouwang.stream.clearance.choices import RowState, VisitFinding
from shouwang.stream.clearance.queries import follow_up_households, row_of, rows_to_update, visits
from shouwang.stream.fieldwork.kinds.base import Reading, Side, Standing, Task, number_in


class FollowUpVisit:
    """A look-back visit that is due (跟踪回访)."""

    def tasks(self, actor: Actor, *, on: date, most: int) -> list[Task]:
        """Households whose visit should have been by today, where the county has set how often."""
        if not actor.may(Permission.VERIFY_CASE):
            return []
        found = follow_up_households(actor, on=on, due=True)[:most]
        return [
            Task(
                "follow_up", f"household:{one.household_id}", one.household_id, one.place_number,
                one.next_due, "跟踪回访", why=["风险消除后回访" if one.cleared_on else "在监测"], base=_guarded(one),
            )
            for one in found
        ]  # fmt: skip

    def standing(self, actor: Actor, subject: str) -> Standing | None:
        """The household as it is now, and the newest visit."""
        home = household_of(actor, subject.partition(":")[2])
        if home is None:
            return None
        newest = visits(actor, home.household_id)[:1]
        who, when = (newest[0].by_name, newest[0].visit.entered_at) if newest else ("", None)
        return Standing(home.household_id, home.place_number, _guarded(home), who, when)

    def apply(self, reading: Reading, *, actor: Actor, at: datetime) -> None:
        """Enter the visit; a new risk becomes a clue. Raises Refusal."""
        record_follow_up(
            household_id=reading.number,
            visited_on=reading.visited_on,
            found=str(reading.answers["found"]),
            words=reading.said("worry", "sentence"),
            actor=actor,
            at=at,
        )

    def sides(self, actor: Actor, reading: Reading) -> list[Side]:
        """What was found, beside the newest visit."""
        newest = visits(actor, reading.number)[:1]
        found = str(reading.answers.get("found", ""))
        there = newest[0] if newest else None
        label = VisitFinding(found).label if found in VisitFinding.values else found
        return [
            Side("found", "情况", str(label), str(there.visit.get_found_display()) if there else ""),
            Side("sentence", "说明", reading.said("worry", "sentence"), there.words if there else ""),
        ]


class RoundUpdate:
    """A household of the quarter's round (季度更新)."""

    def tasks(self, actor: Actor, *, on: date, most: int) -> list[Task]:
        """Households of the running rounds that nobody has looked at yet."""
        if not actor.may(Permission.VERIFY_CASE):
            return []
        return [
            Task(
                "round_update", f"round_row:{row.pk}", row.household_id, row.place_number, row.round.until_on,
                "季度更新", why=[str(row.round)], base={"state": row.state, "place": str(row.place_number)},
            )
            for row in rows_to_update(actor, on=on)[:most]
        ]  # fmt: skip

    def standing(self, actor: Actor, subject: str) -> Standing | None:
        """The row as it is now."""
        row = row_of(actor, number_in(subject))
        if row is None:
            return None
        guarded = {"state": row.state, "place": str(row.place_number)}
        who = names_of([row.done_by]).get(row.done_by, row.done_by)
        return Standing(row.household_id, row.place_number, guarded, who, row.done_at)

    def apply(self, reading: Reading, *, actor: Actor, at: datetime) -> None:
        """Say that nothing changed or what did. Raises Refusal after the end of the round."""
        update_row(row_id=number_in(reading.subject), state=str(reading.answers["state"]), actor=actor, at=at)

    def sides(self, actor: Actor, reading: Reading) -> list[Side]:
        """Changed or not."""
        row = row_of(actor, number_in(reading.subject))
        said = str(reading.answers.get("state", ""))
        label = RowState(said).label if said in RowState.values else said
        return [Side("state", "有没有变化", str(label), str(row.get_state_display()) if row else "没有找到")]


def _guarded(home: Any) -> dict[str, str]:
    """What must not have changed: where the household lives, and whether and until when it is monitored."""
    cleared = home.cleared_on.isoformat() if home.cleared_on else ""
    return {"place": str(home.place_number), "monitored": str(home.monitored_class or ""), "cleared": cleared}
