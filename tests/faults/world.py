"""A county in the middle of its work: one of everything that somebody may be doing when the power goes.

Walked there by the cast through the actions, as the demo is; every act of ``acts.py`` finds its own household here.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from django.utils import timezone

from shouwang.register.exchange.actions import compare_sheet, decide_all, receive_sheet
from shouwang.register.households.actions import import_register, mark_monitored, record_measure
from shouwang.register.households.models import Household, Resident
from shouwang.register.procedure.models import Case, Enquiry
from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.assistance.actions import (
    Chosen,
    agree_plan,
    approve_plan,
    draft_plan,
    plan_measure,
    propose_plan,
)
from shouwang.stream.clearance.actions import decide_clearance
from shouwang.stream.clues.actions import Report, report_clue, take_clues
from shouwang.stream.determination.notices import notice_preview, post_case_notice
from shouwang.stream.feeds.actions import receive_delivery
from shouwang.stream.linkage.actions import accept_delivery
from shouwang.stream.linkage.models import LinkReview
from shouwang.stream.rules.actions import draft_amendment, record_shadow, request_approval, start_shadow
from shouwang.stream.rules.queries import Draft
from shouwang.surfaces.cli.demo_cases import PHONE, PHOTO, Play
from shouwang.surfaces.cli.demo_clearances import Clear
from tests import cast
from tests.cast import COUNTY, TODAY, VILLAGE
from tests.register.exchange.sheets import LI as LI_ROW
from tests.register.exchange.sheets import WIFE, national
from tests.stream.files import DOUBTFUL, LI, settlements

HOMES = [f"K{number:02}" for number in range(1, 41)]
PACK = "hunan/chenzhou"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
"""A name for each: two notices about people of the same name would say the same."""


def homes() -> dict[str, pa.Table]:
    """Forty households of one village, two people each."""
    people = [
        (f"{home}-{at}", home, name, relation)
        for home, surname in zip(HOMES, SURNAMES, strict=True)
        for at, name, relation in ((1, f"{surname}守田", "head"), (2, "罗桂香", "spouse"))
    ]
    columns = ("resident_id", "household_id", "name", "relation")
    return {
        "households": pa.table({"household_id": HOMES, "place_code": [VILLAGE] * len(HOMES)}),
        "residents": pa.table({name: [person[at] for person in people] for at, name in enumerate(columns)})
        .append_column("birth_on", pa.array([date(1970, 5, 1)] * len(people)))
        .append_column("sex", pa.array(["male", "female"] * len(HOMES))),
    }


class World:
    """What the acts need to know of the county, by name."""

    def __init__(self) -> None:
        self.cast = {name: actor for name, actor in vars(cast.enter()).items() if name != "users"}
        self.now = timezone.now()
        self.left = iter(HOMES)
        self.facts: dict[str, Any] = {"today": timezone.localdate().isoformat()}

    def home(self, name: str) -> str:
        """The next household, under a name."""
        self.facts[name] = next(self.left)
        return str(self.facts[name])

    def case(self, name: str, walk: Callable[[Play], Any]) -> Case:
        """A determination that was walked somewhere, under a name."""
        play = Play(self.cast, self.home(f"{name}_home"))
        walk(play.opened())
        self.facts[name] = play.case.number
        return Case.objects.get(number=play.case.number)


def build(*, whole: bool) -> dict[str, Any]:
    """Make it in the present database, or only what the sample of points needs; gives back what the acts need to know."""
    import_register(tables=homes(), actor=SYSTEM, at=timezone.now())
    world = World()
    if not whole:
        world.case("decide", lambda play: play.reviewed())
        return world.facts
    for part in (_cases, _clues, _plans, _clearances, _sheets, _files, _rules):
        part(world)
    return world.facts


def _cases(world: World) -> None:
    for name in ("help", "proof"):
        world.case(name, lambda play: play)
    world.case("ask", lambda play: play.visited())
    world.case("answer", lambda play: play.asked())
    world.facts["enquiry"] = Enquiry.objects.get(case__number=world.facts["answer"], unit="医保局").pk
    world.case("decide", lambda play: play.reviewed())
    world.case("notice", lambda play: play.appraised())
    world.case("appeal", lambda play: play.decided("refused", "able_to_cope", "儿子在外务工，能够应对。"))
    for name in ("begin", "paper", "told"):
        world.home(name)


def _clues(world: World) -> None:
    collector = world.cast["xiaowang"]

    def reported(name: str, at: Any, **more: Any) -> int:
        report = Report(channel="grid_report", place_number=int(VILLAGE), name="龚守田", what="房顶漏雨，没有钱修",
                        household_id=world.home(f"{name}_home"), **more)  # fmt: skip
        made = report_clue(report=report, actor=collector, at=at)
        world.facts[name] = made.pk
        return int(made.pk)

    reported("clue_to_take", world.now)
    taken = reported("clue_to_close", world.now)
    take_clues(clue_ids=[taken], actor=collector, at=world.now)
    reported("clue_late", world.now - timedelta(days=60))
    application = Report(channel="proxy_application", place_number=int(VILLAGE), name="龚守田", what="生病住院交不起费",
                         household_id=world.facts["begin"])  # fmt: skip
    world.facts["clue_to_settle"] = report_clue(report=application, actor=world.cast["xiaochen"], at=world.now).pk


def _plans(world: World) -> None:
    cadre = world.cast["laozhang"]

    def monitored(name: str) -> str:
        home = world.home(name)
        mark_monitored(household_id=home, monitored_class="marginal", risks=["illness"], on=TODAY - timedelta(days=5),
                       case="C1", actor=SYSTEM, at=world.now)  # fmt: skip
        return home

    def drafted(name: str) -> Any:
        given = {"goals": "看病负担降下来", "contact_name": "老张", "contact_phone": "15400002222"}
        made = draft_plan(household_id=monitored(f"{name}_home"), actor=cadre, at=world.now, **given)
        world.facts[name] = made.pk
        return made

    def proposed(name: str) -> Any:
        plan = drafted(name)
        chosen = Chosen(tool="medical_aid", ground="verified")
        world.facts[f"{name}_measure"] = plan_measure(plan_id=plan.pk, chosen=chosen, actor=cadre, at=world.now).pk
        agree_plan(plan_id=plan.pk, agreed_on=world.now.date(), agreed_how="at_home", actor=cadre, at=world.now)
        return propose_plan(plan_id=plan.pk, actor=cadre, at=world.now)

    monitored("plan_home")
    monitored("visit_home")
    drafted("plan_drafted")
    proposed("plan_proposed")
    for name in ("plan_fed", "plan_delivered"):
        plan = proposed(name)
        approve_plan(plan_id=plan.pk, reason="措施对得上风险", actor=world.cast["laoliu"], at=timezone.now())


def _clearances(world: World) -> None:
    since = world.now.date() - timedelta(days=300)
    known = {"monitored_class": "marginal", "monitored_on": since, "house_grade": "B", "water_safe": True}

    def way(name: str, walk: Callable[[Clear], Any]) -> Clear:
        home = world.home(f"{name}_home")
        Household.objects.filter(pk=home).update(**known)
        Resident.objects.filter(household_id=home).update(labour="ordinary")
        record_measure(household_id=home, kind="employment", since_on=since + timedelta(days=30), origin=f"brought:{home}",
                       actor=SYSTEM, at=world.now)  # fmt: skip
        play = Clear(world.cast, home)
        walk(play.opened())
        world.facts[name] = play.case.number
        return play

    way("keep", lambda play: play.reviewed())
    unsure = way("confirm", lambda play: play)
    from shouwang.register.procedure import actions as do
    from shouwang.stream.clearance.queries import case_gates

    kept = do.keep_evidence(
        number=unsure.case.number, title="流水", content=PHOTO, actor=world.cast["xiaochen"], at=world.now
    )
    gates = case_gates(world.cast["xiaochen"], unsure.case, on=unsure.today)
    world.facts |= {
        "confirm_gate": next(one.gate for one in gates if one.met == "unknown"),
        "confirm_file": kept.sha256,
    }
    marked = way("mark", lambda play: play.reviewed())
    marked.confirmed()
    marked.case = decide_clearance(outcome="cleared", reason_code="risk_gone", words="收入稳定，保障都有。",
                                   actor=world.cast["laofang"], **marked.at())  # fmt: skip
    officer = world.cast["xiaochen"]
    shown = notice_preview(case=marked.case, phone=PHONE, actor=officer, at=timezone.now())
    post_case_notice(case=marked.case, phone=PHONE, saw=shown.fingerprint, actor=officer, at=timezone.now())


def _sheets(world: World) -> None:
    collector = world.cast["xiaowang"]
    content = national(LI_ROW | {"是否解决安全饮用水": "是"}, WIFE)
    sheet = receive_sheet(file_name="监测对象信息.xlsx", content=content, actor=collector, at=world.now)
    compare_sheet(sheet_id=sheet.pk, actor=collector, at=world.now)
    decide_all(sheet_id=sheet.pk, decision="take", actor=collector, at=world.now, filters={})
    world.facts["sheet"] = sheet.pk


def _files(world: World) -> None:
    liaison = world.cast["xiaosun"]
    sent = receive_delivery(feed="medical_settlements", file_name="旧.csv", content=settlements(LI, DOUBTFUL),
                            actor=liaison, at=world.now).delivery  # fmt: skip
    accept_delivery(delivery_id=sent.pk, actor=liaison, at=world.now)
    world.facts["review"] = LinkReview.objects.get(delivery=sent).key


def _rules(world: World) -> None:
    officer = world.cast["xiaozhou"]
    later = (world.now + timedelta(days=30)).date()
    draft = Draft("parameter", "monitoring_line", {"value": "7000"}, later, "苏政办〔2026〕9号", "衔接低保", COUNTY)
    made = draft_amendment(pack=PACK, draft=draft, actor=officer, at=world.now)
    start_shadow(amendment_id=made.pk, actor=officer, at=world.now)
    record_shadow(amendment_id=made.pk, version=made.version, actor=officer, at=world.now)
    request_approval(amendment_id=made.pk, actor=officer, at=world.now)
    world.facts |= {"amendment": made.pk, "later": later.isoformat(), "county": COUNTY}
