"""A long random walk of everybody over everything (SAFETY T-02): no application is ever lost on the way.

After it, every application stands in a clue that was answered in writing from above the village or became a case, or in
an open one with a level that has to act and a date.
"""

import random
from collections import Counter
from datetime import timedelta

import pytest

from shouwang.kernel.errors import Refusal
from shouwang.register.households.models import Household
from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.clues.actions import (
    Closing,
    close_clue,
    close_clues,
    confirm_clue,
    dispatch_clue,
    dispatch_clues,
    escalate_overdue_clues,
    identify_household,
    merge_clues,
    reopen_clue,
    return_clue,
    settle_clue,
    split_clue,
    take_clues,
)
from shouwang.stream.clues.choices import ABOVE_THE_VILLAGE
from shouwang.stream.clues.models import Clue, ClueSource
from tests.cast import NEXT_VILLAGE, TODAY, VILLAGE
from tests.stream.clues.telling import ANSWER, HELPED, NO_RISK, on_day, say, screen, take_up

STEPS = 10_000
SEED = 20261122


class Walk:
    """Who could do something, what they could do, and what came of it."""

    def __init__(self, cast, seed):
        self.chance = random.Random(seed)
        self.people = [cast.xiaowang, cast.xiaozhao, cast.xiaochen, cast.xiaozhou, cast.laohe, cast.xiaosun, SYSTEM]
        self.homes = ["H1", "H2", *(f"N{number}" for number in range(12)), ""]
        self.day = TODAY
        self.applied = 0
        self.done = Counter()
        self.acts = [getattr(self, name) for name in dir(self) if name.startswith("try_")]

    def step(self):
        act, actor = self.chance.choice(self.acts), self.chance.choice(self.people)
        try:
            act(actor)
            self.done[act.__name__] += 1
        except Refusal:
            self.done["refused"] += 1

    @property
    def at(self):
        return on_day(self.day)

    def clue(self):
        """Mostly one that is open, sometimes a closed one."""
        rows = Clue.objects.all() if self.chance.random() < 0.2 else Clue.objects.unfinished()
        ids = list(rows.order_by("-pk").values_list("pk", flat=True)[:40])
        return self.chance.choice(ids) if ids else 0

    def home(self):
        return self.chance.choice(self.homes)

    def village(self):
        return int(self.chance.choice([VILLAGE, NEXT_VILLAGE]))

    def closing(self):
        return self.chance.choice(
            [NO_RISK, HELPED, Closing("duplicate"), Closing("declined", "本人不愿"), Closing("data_error")]
        )

    def try_apply(self, actor):
        name = self.chance.choice(["王桂花", "赵有田", "李大山"])
        channel = self.chance.choice(["proxy_application", "paper_form", "hotline_12317"])
        say(actor, at=self.at, channel=channel, household_id=self.home(), place_number=self.village(), name=name)
        self.applied += 1

    def try_report(self, actor):
        say(actor, at=self.at, channel="grid_report", household_id=self.home(), place_number=self.village())

    def try_dispatch(self, actor):
        to = self.chance.choice(["", "", "xiaowang", "xiaozhao", "xiaochen"])
        dispatch_clue(clue_id=self.clue(), to=to, actor=actor, at=self.at)

    def try_dispatch_many(self, actor):
        dispatch_clues(clue_ids=[self.clue() for _ in range(5)], actor=actor, at=self.at)

    def try_take(self, actor):
        take_clues(clue_ids=[self.clue() for _ in range(3)], actor=actor, at=self.at)

    def try_return(self, actor):
        return_clue(clue_id=self.clue(), sentence="不在本村", actor=actor, at=self.at)

    def try_confirm(self, actor):
        confirm_clue(clue_id=self.clue(), actor=actor, at=self.at)

    def try_close(self, actor):
        answer = self.chance.choice([None, None, ANSWER])
        close_clue(clue_id=self.clue(), closing=self.closing(), answer=answer, actor=actor, at=self.at)

    def try_close_many(self, actor):
        close_clues(clue_ids=[self.clue() for _ in range(5)], closing=self.closing(), actor=actor, at=self.at)

    def try_settle(self, actor):
        settle_clue(clue_id=self.clue(), case_number="D-1", actor=actor, at=self.at)

    def try_reopen(self, actor):
        reopen_clue(clue_id=self.clue(), actor=actor, at=self.at)

    def try_merge(self, actor):
        merge_clues(clue_id=self.clue(), into_id=self.clue(), actor=actor, at=self.at)

    def try_identify(self, actor):
        identify_household(clue_id=self.clue(), household_id=self.home(), actor=actor, at=self.at)

    def try_split(self, actor):
        clue = self.clue()
        reasons = list(ClueSource.objects.filter(clue_id=clue).values_list("pk", flat=True)[:2])
        split_clue(clue_id=clue, source_ids=reasons, household_id=self.home(), actor=actor, at=self.at)

    def try_wait(self, actor):
        if self.chance.random() < 0.1:
            self.day += timedelta(days=1)
            escalate_overdue_clues(actor=actor, at=self.at)
        if self.chance.random() < 0.05:
            found = [(home, "illness", self.chance.choice(["red", "yellow"])) for home in ("H1", "H2")]
            take_up(screen(*found, as_of=self.day))


def ends_well(clue):
    """Whether whoever asked about an application in this clue can be told how it ended, or who has to act by when."""
    seen = set()
    while clue.carried_by_id and clue.pk not in seen:
        seen.add(clue.pk)
        clue = clue.carried_by
    if clue.state != "closed":
        return bool(clue.owner_level and clue.due_on and clue.is_application)
    if clue.closing_reason == "entered_determination":
        return bool(clue.case_number)
    told = clue.closing_sentence and clue.answered_to and clue.answered_on and clue.answer_remedy
    return bool(told) and clue.closed_level in ABOVE_THE_VILLAGE


@pytest.fixture
def neighbours(cast):
    """Twelve more households of the two villages."""
    home = Household.objects.get(pk="H1")
    for number in range(12):
        village = int(VILLAGE if number % 2 else NEXT_VILLAGE)
        Household.objects.create(
            household_id=f"N{number}", place_id=home.place_id, place_number=village, head_name="邻居"
        )


def test_ten_thousand_random_steps_lose_no_application(cast, neighbours):
    walk = Walk(cast, SEED)
    for _ in range(STEPS):
        walk.step()

    applications = ClueSource.objects.filter(kind="application").select_related("clue__carried_by")
    assert applications.filter(original=None).count() == walk.applied > 100
    assert [one.pk for one in applications if not ends_well(one.clue)] == []
    assert min(walk.done[act.__name__] for act in walk.acts) > 10, walk.done
    assert Clue.objects.filter(is_application=True, state="closed").count() > 50


def test_the_walk_would_notice_a_lost_application(cast):
    clue = say(cast.xiaowang, household_id="H1")
    clue.state, clue.closing_reason = "closed", "checked_no_risk"

    assert not ends_well(clue)
