"""Two people act on one thing at the same moment: one of them does it, the other is told so, and nothing is overwritten.

For every stage of a case all acts that are possible there are tried against each other and against themselves (the double
click), on two connections that start at the same time. SHOUWANG_FAULTS=full does so for all stages.
"""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations_with_replacement, count
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection, transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.households.actions import import_register, mark_monitored, record_measure
from shouwang.register.procedure import actions as do
from shouwang.register.procedure.models import Case, Record
from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.assistance import actions as plans
from shouwang.stream.assistance.models import Plan
from shouwang.stream.clearance.actions import decide_clearance
from shouwang.stream.clues import actions as clues
from shouwang.stream.clues.models import Clue, ClueEvent
from shouwang.stream.determination.actions import decide_case, open_objection
from tests.cast import NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tests.faults.conftest import FULL, Town
from tests.stream.clearance.clearing import Clearing, monitored
from tests.stream.clues.telling import ANSWER, HELPED, NO_RISK, say
from tests.stream.determination.walking import PNG, Walk

STAGES = ("opened", "papers", "checked", "appraised", "noticed", "reviewed", "decided")
CHOSEN = STAGES if FULL else ("noticed", "reviewed")
HOMES = [f"T{number:03}" for number in range(400)]
Act = Callable[[], Any]


@pytest.fixture
def people(town: Town) -> Any:
    """The cast, and four hundred households of the next village, each for one meeting of two people."""
    from tests import cast

    import_register(
        tables={
            "households": pa.table({"household_id": HOMES, "place_code": [NEXT_VILLAGE] * len(HOMES)}),
            "residents": pa.table(
                {"resident_id": [f"{home}-1" for home in HOMES], "household_id": HOMES, "name": ["赵有田"] * len(HOMES),
                 "relation": ["head"] * len(HOMES)}
            ),
        },
        actor=SYSTEM, at=cast.AT,
    )  # fmt: skip
    return cast.enter()


def at_once(*acts: Act) -> list[str]:
    """What each of some acts came to, all begun at the same moment: "done", or the sentence of the refusal."""
    barrier, said = threading.Barrier(len(acts)), [""] * len(acts)

    def whole(number: int, act: Act) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            with transaction.atomic():
                act()
            said[number] = "done"
        except Refusal as refusal:
            said[number] = str(refusal)
        except Exception as wrong:
            said[number] = f"ERROR {wrong!r}"
        finally:
            connection.close()

    threads = [threading.Thread(target=whole, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


class Stage:
    """A case at one stage, and everything that anybody might do with it now."""

    def __init__(self, cast: Any, stage: str, household: str) -> None:
        self.walk = Walk(cast, household)
        if stage != "opened":
            getattr(self.walk, stage)()
        self.cast, self.case = cast, Case.objects.get(number=self.walk.number)
        self.evidence = self.walk.evidence()
        self.now = self.walk.now + timedelta(days=12 if stage == "noticed" else 1)

    def given(self, actor: Any) -> dict[str, Any]:
        return {"number": self.case.number, "actor": actor, "at": self.now, "seen": self.case.records}

    def acts(self) -> dict[str, Act]:
        """By name; whoever may not, or not now, is refused when it is tried alone."""
        cast, given, today = self.cast, self.given, self.now.date()
        posted = today + timedelta(days=1)
        village = self.walk.village
        step = self.case.next_step
        return {
            "record": lambda: do.accept_case(**given(cast.xiaochen)),
            "pledge": lambda: do.sign_pledge(signed_by="户主", how="fingerprint", read_aloud=True, **given(cast.xiaochen)),
            "authorise": lambda: do.give_authorisation(scope="房", valid_until=date(2027, 9, 1), signed_by="户主", **given(cast.xiaochen)),
            "verify": lambda: do.verify_home(verifiers=["a", "b"], visited_on=today, findings="看了住房和厨房", **given(cast.xiaochen)),
            "compare": lambda: do.close_comparison(words="", **given(cast.xiaozhou)),
            "meeting": lambda: do.hold_appraisal(held_on=today, eligible=40, present=30, agree=25, against=5, **given(village)),
            "notice": lambda: do.post_notice(posted_on=posted, until=posted + timedelta(days=7), sheet="0" * 64, **given(village)),
            "review": lambda: do.review_case(opinion="agree", words="情况属实。", **given(cast.laoliu)),
            "include": lambda: self.decide("included", cast.laofang),
            "refuse": lambda: self.decide("refused", cast.laotang),
            "announce": lambda: do.announce_case(
                posted_on=posted, until=posted + timedelta(days=15), sheet="1" * 64, **given(cast.xiaochen)
            ),
            "serve": lambda: do.serve_reasons(channels=["paper", "visit"], **given(cast.xiaozhou)),
            "skip": lambda: do.skip_step(step=step, reason="pack", words="按规定免办", **given(cast.xiaochen)),
            "object": lambda: do.file_objection(channel="phone", words="他家买了车", **given(cast.xiaochen)),
            "return": lambda: do.return_case(to=self.case.done[0] if self.case.done else "", words="请补材料", **given(cast.laoliu)),
            "withdraw": lambda: do.withdraw_case(words="家里已经好转", evidence=[self.evidence], **given(cast.xiaochen)),
            "recuse": lambda: do.recuse(who="xiaoxie", why="是他的表亲", **given(cast.xiaochen)),
            "transfer": lambda: do.transfer_case(to_place=VILLAGE, words="全家搬到邻村", **given(cast.xiaochen)),
            "help first": lambda: do.help_first(words="房屋进水，已安置", **given(cast.xiaochen)),
            "revoke": lambda: do.revoke_authorisation(words="不让再查了", **given(cast.xiaochen)),
            "appeal": lambda: open_objection(number=self.case.number, words="不服这个决定", actor=cast.xiaochen, at=self.now),
        }  # fmt: skip

    def decide(self, outcome: str, actor: Any) -> Any:
        more = {"monitored_class": "marginal", "risks": ["illness"]} if outcome == "included" else {}
        ground = "sudden_hardship" if outcome == "included" else "able_to_cope"
        return decide_case(
            outcome=outcome,
            reason_code=ground,
            words="看过了材料。",
            evidence=[self.evidence],
            **more,
            **self.given(actor),
        )

    def possible(self) -> list[str]:
        """Acts that are taken when nobody is in the way; each is tried and rolled back."""
        return [name for name, act in self.acts().items() if _alone(act)]


def _alone(act: Act) -> bool:
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("stage", CHOSEN)
def test_of_two_acts_on_a_case_one_is_done_and_the_other_told(people: Any, stage: str) -> None:
    homes = iter(HOMES)
    names = Stage(people, stage, next(homes)).possible()
    began, odd, told = time.perf_counter(), [], set()
    pairs = list(combinations_with_replacement(names, 2))
    for first, second in pairs:
        met = Stage(people, stage, next(homes))
        acts, before = met.acts(), Record.objects.filter(case=met.case).count()
        appeals = "appeal" in (first, second)
        said = at_once(acts[first], acts[second])
        records = Record.objects.filter(case=met.case).count()
        followed = Case.objects.filter(about=met.case).count()
        told |= {one for one in said if one != "done"}
        # An appeal is a case of its own: it goes along with anything, but not with itself.
        wanted = 2 if appeals and first != second else 1
        if said.count("done") != wanted or records - before + followed != wanted:
            odd.append((first, second, said, records - before, followed))
    sys.stdout.write(
        f"\n{stage}: {len(names)} acts, {len(pairs)} pairs, {len(odd)} odd, {time.perf_counter() - began:.1f} s; told: {sorted(told)}"
    )
    assert len(names) >= 4, names
    assert odd == []
    assert all("ERROR" not in one and one.endswith("。") for one in told)


LOOKED_AT = replace(NO_RISK, sentence="上门看过，收入够用")
CLUE_ACTS: dict[str, Callable[[Any, int, Any], Any]] = {
    "take": lambda cast, pk, at: clues.take_clues(clue_ids=[pk], actor=cast.xiaochen, at=at),
    "hand on": lambda cast, pk, at: clues.dispatch_clue(clue_id=pk, actor=cast.xiaoxie, at=at),
    "confirm": lambda cast, pk, at: clues.confirm_clue(clue_id=pk, actor=cast.xiaochen, at=at),
    "no risk": lambda cast, pk, at: clues.close_clue(clue_id=pk, closing=LOOKED_AT, answer=ANSWER, actor=cast.xiaoxie, at=at),
    "helped": lambda cast, pk, at: clues.close_clue(clue_id=pk, closing=HELPED, answer=ANSWER, actor=cast.xiaochen, at=at),
}  # fmt: skip


@pytest.mark.parametrize("channel", ["grid_report", "proxy_application"] if FULL else ["grid_report"])
def test_of_two_acts_on_a_clue_one_is_done_and_the_other_told(people: Any, channel: str) -> None:
    from tests.cast import AT

    homes, odd = iter(HOMES), []
    for first, second in combinations_with_replacement(CLUE_ACTS, 2):
        made = say(people.xiaochen, channel=channel, household_id=next(homes), place_number=int(NEXT_VILLAGE))
        clue = Clue.objects.get(pk=made.pk)

        def act(name: str, clue: Clue = clue) -> Act:
            def held() -> None:
                clues.hold_clue(clue_id=clue.pk, mark=clue.mark, actor=people.xiaochen)
                CLUE_ACTS[name](people, clue.pk, AT)

            return held

        said = at_once(act(first), act(second))
        steps = ClueEvent.objects.filter(clue=clue).count() - 1
        if said.count("done") != 1 or steps != 1 or not all(one == "done" or "有人办过" in one for one in said):
            odd.append((first, second, said, steps))
    assert odd == []


@pytest.fixture
def plan(people: Any) -> Callable[[], Plan]:
    """Plans of the next village that wait for approval, one after another."""
    from tests.cast import AT, TODAY

    numbers = count()
    cadre = replace(people.laozhang, place_code=TOWNSHIP, range_low=431003101000, range_high=431003102000)

    def made() -> Plan:
        home = HOMES[next(numbers)]
        mark_monitored(
            household_id=home, monitored_class="marginal", risks=["illness"], on=TODAY, case="C1", actor=SYSTEM, at=AT
        )
        given = {"goals": "看病负担降下来", "contact_name": "老张", "contact_phone": "15400002222"}
        drafted = plans.draft_plan(household_id=home, actor=cadre, at=AT, **given)
        chosen = plans.Chosen(tool="medical_aid", ground="verified")
        plans.plan_measure(plan_id=drafted.pk, chosen=chosen, actor=cadre, at=AT)
        plans.agree_plan(plan_id=drafted.pk, agreed_on=TODAY, agreed_how="at_home", actor=cadre, at=AT)
        plans.propose_plan(plan_id=drafted.pk, actor=cadre, at=AT)
        return Plan.objects.get(pk=drafted.pk)

    return made


def test_of_two_decisions_on_a_plan_one_is_taken_and_the_other_told(people: Any, plan: Callable[[], Plan]) -> None:
    from tests.cast import AT

    leader = people.laoliu
    acts = {"approve": plans.approve_plan, "return": plans.return_plan}
    for first, second in combinations_with_replacement(acts, 2):
        found = plan()
        said = at_once(*(
            lambda act=acts[name], found=found: act(plan_id=found.pk, reason="看过了", actor=leader, at=AT)
            for name in (first, second)
        ))  # fmt: skip
        assert said.count("done") == 1, (first, second, said)
        assert sum("请刷新页面再看" in one for one in said) == 1, said


def test_two_who_rewrite_a_plan_do_not_overwrite_each_other(people: Any, plan: Callable[[], Plan]) -> None:
    from tests.cast import AT

    found = plan()
    plans.return_plan(plan_id=found.pk, reason="目标写具体些", actor=people.laoliu, at=AT)
    found.refresh_from_db()

    def rewrite(goals: str) -> Act:
        def held() -> None:
            plans.hold_plan(plan_id=found.pk, mark=found.mark, actor=people.xiaochen)
            plans.revise_plan(
                plan_id=found.pk,
                goals=goals,
                contact_name="老张",
                contact_phone="15400002222",
                actor=people.xiaochen,
                at=AT,
            )

        return held

    said = at_once(rewrite("少花看病钱"), rewrite("多挣务工钱"))

    assert said.count("done") == 1
    assert sum("刚刚有人改过" in one for one in said) == 1


def test_of_two_ends_of_a_measure_one_is_entered_and_the_other_told(people: Any, plan: Callable[[], Plan]) -> None:
    from shouwang.register.households.models import Measure
    from shouwang.stream.assistance.models import Feedback, PlannedMeasure
    from tests.cast import AT, TODAY

    for first, second in combinations_with_replacement(("given", "not given"), 2):
        found = plan()
        plans.approve_plan(plan_id=found.pk, reason="同意", actor=people.laoliu, at=AT)
        measure = PlannedMeasure.objects.get(plan=found)
        ends: dict[str, Act] = {
            "given": lambda measure=measure: plans.deliver_measure(
                measure_id=measure.pk, delivered_on=TODAY, no_file_reason="当面发放", actor=people.xiaochen, at=AT
            ),
            "not given": lambda measure=measure: plans.give_up_measure(
                measure_id=measure.pk, reason=reason_not_given(), words="本人不愿意", actor=people.xiaochen, at=AT
            ),
        }
        said = at_once(ends[first], ends[second])
        assert said.count("done") == 1, (first, second, said)
        assert sum("这项措施已经" in one for one in said) == 1, said
        assert Feedback.objects.filter(measure=measure).count() == 1
        assert Measure.objects.filter(origin=f"measure:{measure.pk}").count() <= 1


def reason_not_given() -> str:
    """The first reason of the pack's list."""
    from shouwang.stream.rules.queries import pack_in_force
    from tests.cast import TODAY

    return next(iter(pack_in_force("hunan/chenzhou", on=TODAY).lists["undelivered_reasons"].on(TODAY)))


def test_of_two_decisions_on_a_clearance_one_is_taken_and_the_other_told(people: Any, tmp_path: Any) -> None:
    from tests.cast import AT

    for number, outcomes in enumerate((("kept", "kept"), ("cleared", "kept"), ("cleared", "cleared"))):
        home = HOMES[number]
        monitored(home)
        record_measure(
            household_id=home,
            kind="employment",
            since_on=date(2026, 3, 1),
            origin=f"brought:{home}",
            actor=SYSTEM,
            at=AT,
        )
        way = Clearing(people, home)
        way.reviewed()
        way.confirm()
        case, sha256 = Case.objects.get(number=way.number), way.evidence()
        at = way.now + timedelta(days=1)

        def decide(outcome: str, actor: Any, case: Case = case, sha256: str = sha256, at: Any = at) -> Act:
            ground = "risk_gone" if outcome == "cleared" else "not_stable"
            given = {"number": case.number, "actor": actor, "at": at, "seen": case.records}
            return lambda: decide_clearance(
                outcome=outcome, reason_code=ground, words="看过了材料。", evidence=[sha256], **given
            )

        said = at_once(decide(outcomes[0], people.laofang), decide(outcomes[1], people.laotang))

        assert said.count("done") == 1, said
        assert sum(one.startswith(("别人刚刚办过", "没有找到这件事项，或者已经决定")) for one in said) == 1, said
        assert Record.objects.filter(case=case, act="decision").count() == 1


def test_the_same_household_gets_one_case_and_one_clue_however_often_it_is_asked_for(people: Any) -> None:
    from shouwang.stream.determination.actions import open_case
    from tests.cast import AT

    home = HOMES[0]
    said = at_once(*[lambda: open_case(household_id=home, actor=people.xiaochen, at=AT)] * 4)
    assert (said.count("done"), Case.objects.filter(household_id=home).count()) == (1, 1)
    assert all(one == "done" or "已经有一件识别认定在办" in one for one in said)

    other = HOMES[1]
    at_once(*[lambda: say(people.xiaochen, household_id=other, place_number=int(NEXT_VILLAGE))] * 4)
    assert Clue.objects.filter(household_id=other).count() == 1


def test_the_same_photo_at_once_is_kept_once(people: Any) -> None:
    from shouwang.register.procedure.models import Evidence

    walk = Walk(people, HOMES[0])
    given = {"number": walk.number, "title": "签字表", "content": PNG, "actor": people.xiaochen, "at": walk.now}
    said = at_once(*[lambda: do.keep_evidence(**given)] * 4)

    assert Evidence.objects.filter(case__number=walk.number).count() == 1
    assert all(not one.startswith("ERROR") for one in said), said
