"""Clearances of the demo (演示风险消除): monitored households on their way out, and one that comes back.

Like the cases before them they are walked there by the cast through the actions, and where no household of the
synthetic register can be cleared, none is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shouwang.register.households.queries import watched_households
from shouwang.register.procedure import actions as do
from shouwang.register.procedure.choices import Matter
from shouwang.register.staff.queries import SYSTEM, Actor
from shouwang.stream.clearance.actions import (
    confirm_gate,
    decide_clearance,
    enter_clearance_mark,
    open_clearance,
    open_revert,
    open_round,
    record_follow_up,
    update_row,
)
from shouwang.stream.clearance.queries import case_gates, gate_readings, needed_gates, round_rows, rounds, unmet
from shouwang.stream.determination.notices import notice_preview, post_case_notice
from shouwang.stream.rules.queries import pack_in_force
from shouwang.surfaces.cli.demo_cases import DAYS_AGO, PHONE, PHOTO, Play, cast_of_demo

WANTED, TRIED = 5, 40
"""How many households go on their way, and among how many of the county they are looked for."""

VILLAGES = 1000
"""Village numbers of one township."""


def has_clearances() -> bool:
    """Whether they were played already: the round is there whether or not a household could be cleared."""
    return rounds(SYSTEM).exists()


@transaction.atomic
def play_clearances() -> None:
    """A few households at a few points of the way out, a round and some visits; all of it or nothing."""
    cast = cast_of_demo()
    for story, (household_id, place_number) in zip(STORIES, list(_ready(cast)), strict=False):
        story(Clear(_at_home(cast, place_number), household_id))
    _round(cast)


def _ready(cast: dict[str, Actor]) -> Iterator[tuple[str, int]]:
    """Households in whose way no gate stands, as far as the data can tell; those of the township first."""
    actor, on = cast["xiaozhou"], timezone.localdate()
    names = needed_gates(pack_in_force(settings.PACK, on=on), Matter.CLEARANCE, on=on)
    early = on - timedelta(days=DAYS_AGO + 190)
    found = watched_households(actor).filter(monitored_on__lte=early).values_list("household_id", "place_number")
    rows = sorted(found, key=lambda row: (not cast["xiaochen"].covers(row[1]), row[0]))
    left = WANTED
    for household_id, place_number in rows[:TRIED]:
        if left and not unmet(gate_readings(actor, household_id, names, on=on) or []):
            left -= 1
            yield household_id, place_number


def _at_home(cast: dict[str, Actor], place_number: int) -> dict[str, Actor]:
    """The cast with the township's people standing in for their colleagues where a household lives elsewhere."""
    colleagues = {
        name: cast[name] if cast[name].covers(place_number) else _colleague(cast[name], place_number)
        for name in ("xiaochen", "xiaoxie", "laoliu")
        if name in cast
    }
    return cast | colleagues


def _colleague(actor: Actor, place_number: int) -> Actor:
    town = place_number // VILLAGES
    low, high = town * VILLAGES, (town + 1) * VILLAGES
    return replace(actor, place_code=f"{town:09d}", range_low=low, range_high=high)


def _round(cast: dict[str, Actor]) -> None:
    """The round of this quarter with some villages further than others, and visits that found nothing."""
    now = timezone.now()
    on = timezone.localdate()
    quarter = (on.month + 2) // 3
    made = open_round(year=on.year, quarter=quarter, until_on=on + timedelta(days=30), actor=cast["xiaozhou"], at=now)
    officer = cast["xiaochen"]
    for number, row in enumerate(round_rows(officer, made.pk)[:20]):
        if number % 3:
            update_row(row_id=row.pk, state="unchanged" if number % 2 else "updated", actor=officer, at=now)
        if number % 5 == 0:
            record_follow_up(
                household_id=row.household_id,
                visited_on=on - timedelta(days=number),
                found="stable",
                words="家里都好，务工的按月寄钱。",
                actor=officer,
                at=now,
            )


@dataclass
class Clear(Play):
    """A clearance on its way, a day or more at each act."""

    def opened(self, *, self_applied: bool = False, days_ago: int = DAYS_AGO) -> "Clear":
        self.now = timezone.now() - timedelta(days=days_ago)
        self.case = open_clearance(
            household_id=self.household_id, manner="by_help", actor=self.cast["xiaochen"], at=self.now
        )
        return self

    def confirmed(self) -> "Clear":
        """Everything that the data cannot tell was looked into by the township."""
        officer = self.cast["xiaochen"]
        kept = do.keep_evidence(
            number=self.case.number, title="收入证明和参保记录", content=PHOTO, actor=officer, at=self.now
        )
        for gate in case_gates(officer, self.case, on=self.today):
            if gate.met == "unknown":
                confirm_gate(
                    gate=gate.gate,
                    holds=True,
                    sha256=kept.sha256,
                    words="入户看了工资流水和参保记录，情况属实。",
                    actor=officer,
                    **self.at(0),
                )
        return self

    def cleared(self) -> "Clear":
        """Decided, announced and marked."""
        self.case = decide_clearance(
            outcome="cleared",
            reason_code="risk_gone",
            words="一家两人稳定务工，保障都落实了，经核实风险已经消除。",
            actor=self.cast["laofang"],
            **self.at(),
        )
        officer = self.cast["xiaochen"]
        self.now += timedelta(days=1)
        shown = notice_preview(case=self.case, phone=PHONE, actor=officer, at=self.now)
        self.case = post_case_notice(case=self.case, phone=PHONE, saw=shown.fingerprint, actor=officer, at=self.now)
        self.case = enter_clearance_mark(channels=["paper", "phone"], contact="小王", actor=officer, **self.at())
        return self


def _wrongly_cleared(play: Clear) -> None:
    play.opened().reviewed()
    play.confirmed().cleared()
    open_revert(household_id=play.household_id, actor=play.cast["xiaochen"], at=play.at()["at"])


def _waits_for_the_county(play: Clear) -> None:
    play.opened().reviewed()
    play.confirmed()


def _kept(play: Clear) -> None:
    play.opened().reviewed()
    play.confirmed()
    decide_clearance(
        outcome="kept",
        reason_code="not_stable",
        words="今年才开始务工，收入还不稳定，再看半年。",
        actor=play.cast["laofang"],
        **play.at(),
    )


def _all_the_way(play: Clear) -> None:
    play.opened().reviewed()
    play.confirmed().cleared()


STORIES: tuple[Callable[[Clear], Any], ...] = (
    lambda play: play.opened(days_ago=2),
    _waits_for_the_county,
    _all_the_way,
    _wrongly_cleared,
    _kept,
)
"""What each household lives through."""
