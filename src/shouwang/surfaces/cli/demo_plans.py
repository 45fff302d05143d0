"""Plans of the demo (演示帮扶方案): monitored households around one village at every point of their plan, by the cast's own acts.

Nothing is written past the actions: what a page could not do, this cannot do either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime

from shouwang.register.households.queries import monitored_households
from shouwang.register.staff.queries import SYSTEM, Actor, actor_named
from shouwang.stream.assistance import actions as do
from shouwang.stream.assistance.choices import Fit, Ground
from shouwang.stream.assistance.queries import plans, suggested_tools
from shouwang.surfaces.cli.demo_cases import PHOTO

PHONE = "12317"  # the public line: nobody's own number stands in the demo
MOST = 14
LONG_AGO = 40


def has_plans() -> bool:
    """Whether plans were drafted already."""
    return plans(SYSTEM).exists()


@transaction.atomic
def draft_demo_plans(at: datetime | None = None) -> int:
    """Up to a dozen plans at a dozen points (起草演示方案); all of them or none. Gives back how many."""
    now = at or timezone.now()
    on = localtime(now).date()
    cast = {name: actor_named(name, on=on) for name in ("laozhang", "xiaowang", "xiaochen", "laoliu", "xiaosun")}
    if any(actor is None for actor in cast.values()):
        return 0
    known: dict[str, Actor] = {name: actor for name, actor in cast.items() if actor is not None}
    homes = [
        *monitored_households(known["laozhang"], on=on)[:7],
        *monitored_households(known["xiaochen"], on=on)[:MOST],
    ]
    chosen = list(dict.fromkeys(home.pk for home in homes))[:MOST]
    told = [story(Tale(known, home, now)) for story, home in zip(STORIES, chosen, strict=False)]
    return len(told)


@dataclass
class Tale:
    """One plan on its way."""

    cast: dict[str, Actor]
    household_id: str
    now: datetime
    plan: Any = None
    measure: Any = None

    def drafted(self, days_ago: int = 0) -> "Tale":
        self.now -= timedelta(days=days_ago)
        self.plan = do.draft_plan(
            household_id=self.household_id,
            goals="看病上学的钱有着落，家里有人稳定干活，年底收入过线。",
            contact_name="老张",
            contact_phone=PHONE,
            actor=self.cast["xiaochen"],
            at=self.now,
        )
        return self

    def chosen(self, count: int = 1) -> "Tale":
        """The first tools that answer a risk, those that fit before the others."""
        told = suggested_tools(self.cast["xiaochen"], self.household_id, on=localtime(self.now).date())
        tools = {tool.tool.name: (tool, one.need.name) for one in (told.needs if told else ()) for tool in one.tools}
        order = [Fit.ELIGIBLE, Fit.BY_PEOPLE, Fit.CANNOT_TELL, Fit.NOT_ELIGIBLE]
        ranked = sorted(tools.values(), key=lambda pair: order.index(Fit(pair[0].fit)))
        for tool, need in ranked[:count]:
            subject = tool.subjects[0].resident_id if tool.subjects else ""
            fits = tool.fit == Fit.ELIGIBLE
            self.measure = do.plan_measure(
                plan_id=self.plan.pk,
                chosen=do.Chosen(
                    ground=Ground.FITS if fits else Ground.VERIFIED,
                    tool=tool.tool.name,
                    resident_id=subject,
                    answers=[need],
                    person="小陈",
                ),
                actor=self.cast["xiaochen"],
                at=self.now,
            )
        return self

    def proposed(self) -> "Tale":
        day = localtime(self.now).date()
        who: dict[str, Any] = {"plan_id": self.plan.pk, "actor": self.cast["xiaochen"], "at": self.now}
        do.agree_plan(agreed_on=day, agreed_how="at_home", **who)
        if self.measure is not None:
            do.propose_plan(**who)
        return self

    def approved(self) -> "Tale":
        self.proposed()
        if self.measure is not None:
            do.approve_plan(plan_id=self.plan.pk, reason="措施对得上风险", actor=self.cast["laoliu"], at=self.now)
        return self

    def returned(self) -> "Tale":
        self.proposed()
        if self.measure is not None:
            do.return_plan(plan_id=self.plan.pk, reason="请再加一项就业措施", actor=self.cast["laoliu"], at=self.now)
        return self

    def told(self, act: Callable[..., Any], **given: Any) -> "Tale":
        """One entry on the last measure by the township's officer, today."""
        if self.measure is not None:
            act(measure_id=self.measure.pk, actor=self.cast["xiaochen"], at=timezone.now(), **given)
        return self

    def said(self, word: str, words: str) -> "Tale":
        day = localtime(self.now).date()
        who: dict[str, Any] = {"actor": self.cast["xiaochen"], "at": self.now}
        do.record_word(plan_id=self.plan.pk, word=word, words=words, said_on=day, **who)
        return self


def _given(tale: Tale) -> Tale:
    return tale.told(do.deliver_measure, delivered_on=timezone.localdate(), content=PHOTO, words="已经办好")


def _under_way(tale: Tale) -> Tale:
    return tale.told(do.give_feedback, words="材料交齐了，等单位办", happened_on=timezone.localdate())


def _given_up(tale: Tale) -> Tale:
    return tale.told(do.give_up_measure, reason="person_away", words="本人在外务工，过年回来再办")


STORIES: tuple[Callable[[Tale], Tale], ...] = (
    lambda tale: tale.drafted(),
    lambda tale: tale.drafted().chosen(2),
    lambda tale: tale.drafted().chosen(2).proposed(),
    lambda tale: tale.drafted().chosen().returned(),
    lambda tale: tale.drafted().chosen(2).approved(),
    lambda tale: _under_way(tale.drafted(LONG_AGO).chosen().approved()),
    lambda tale: tale.drafted(LONG_AGO).chosen(2).approved(),
    lambda tale: _given(tale.drafted(LONG_AGO).chosen().approved()),
    lambda tale: _given(tale.drafted(LONG_AGO).chosen(2).approved()).said("satisfied", "来得快，心里踏实了"),
    lambda tale: _given_up(tale.drafted(LONG_AGO).chosen(2).approved()),
    lambda tale: tale.drafted().chosen().proposed(),
    lambda tale: _under_way(tale.drafted().chosen(2).approved()).said("partly", "还想让孩子在家门口上班"),
)
"""From a bare draft to help that was given, in the order in which households are taken."""
