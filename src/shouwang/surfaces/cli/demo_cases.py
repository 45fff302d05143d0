"""Cases of the demo (演示办理件): households around one village at every stage, walked there by the cast, step by step.

Nothing is written past the actions: what a page could not do, this cannot do either.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime

from shouwang.register.households.queries import households
from shouwang.register.procedure import actions as do
from shouwang.register.procedure.choices import Act
from shouwang.register.procedure.queries import cases, enquiries
from shouwang.register.staff.queries import SYSTEM, Actor, actor_named
from shouwang.stream.determination.actions import decide_case, open_case, open_objection
from shouwang.stream.determination.notices import notice_preview, post_case_notice
from shouwang.stream.screening.queries import warnings

PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fea7354a"
    "9e0000000049454e44ae426082"
)
"""One white pixel: the demo has no photo of anybody."""
PHONE = "12317"
DAYS_AGO = 40


def has_cases() -> bool:
    """Whether cases were played already."""
    return cases(SYSTEM).exists()


@transaction.atomic
def play_cases() -> None:
    """A dozen households at a dozen points of the way; all of it or nothing."""
    cast = cast_of_demo()
    village, township = cast["laozhang"], cast["xiaochen"]
    mine = _warned(village, 9) + _warned(replace(township, role=village.role), 14)
    chosen = list(dict.fromkeys(mine))
    for story, household_id in zip(STORIES, chosen, strict=False):
        story(Play(cast, household_id))


def cast_of_demo() -> dict[str, Actor]:
    """Who of the demo's people acts on cases."""
    on = timezone.localdate()
    names = ("laozhang", "xiaochen", "xiaoxie", "laoliu", "xiaozhou", "laofang", "laotang", "xiaosun")
    found = {name: actor_named(name, on=on) for name in names}
    return {name: actor for name, actor in found.items() if actor is not None}


def _warned(actor: Actor, count: int) -> list[str]:
    """Warned households of an area that nobody monitors, the gravest first."""
    ids = warnings(actor).values_list("household_id", flat=True)[:400]
    free = households(actor).filter(household_id__in=list(ids), monitored_class=None)
    known = set(free.values_list("household_id", flat=True))
    return [one for one in dict.fromkeys(ids) if one in known][:count]


@dataclass
class Play:
    """One case on its way, a day or more at each act."""

    cast: dict[str, Actor]
    household_id: str
    case: Any = None
    now: datetime = field(default_factory=timezone.now)

    def at(self, days: int = 1) -> dict[str, Any]:
        self.now = min(self.now + timedelta(days=days), timezone.now())
        return {"number": self.case.number, "at": self.now}

    @property
    def today(self) -> date:
        return localtime(self.now).date()

    def opened(self, *, self_applied: bool = False, days_ago: int = DAYS_AGO) -> "Play":
        self.now = timezone.now() - timedelta(days=days_ago)
        self.case = open_case(
            household_id=self.household_id, self_applied=self_applied, actor=self.cast["xiaochen"], at=self.now
        )
        return self

    def papers(self) -> "Play":
        officer = self.cast["xiaochen"]
        self._while(Act.RECORD, lambda: do.accept_case(actor=officer, **self.at()))
        self._while(
            Act.PLEDGE,
            lambda: do.sign_pledge(
                signed_by=self.case.head_name, how="fingerprint", read_aloud=True, actor=officer, **self.at(0)
            ),
        )
        self._while(
            Act.AUTHORISATION,
            lambda: do.give_authorisation(
                scope="收入和务工、房产、车辆、医保报销",
                valid_until=self.today + timedelta(days=365),
                signed_by=self.case.head_name,
                actor=officer,
                **self.at(0),
            ),
        )
        return self

    def visited(self, proposed: str = "sudden_hardship") -> "Play":
        self.papers()
        officer = self.cast["xiaochen"]
        self._while(
            Act.VERIFICATION,
            lambda: do.verify_home(
                verifiers=["小陈", "小王"],
                visited_on=self.today,
                findings="入户看了住房和厨房，问了今年的收入和看病花费，票据与部门数据基本一致。",
                household_word="今年花销大，希望能帮着找点活。",
                proposed_class=proposed,
                income={"wage": "18000", "members": 3, "net": "19500", "per_head": "6500"},
                actor=officer,
                **self.at(2),
            ),
        )
        self._while(Act.RECORD, lambda: do.accept_case(actor=officer, **self.at(0)))
        return self

    def asked(self) -> "Play":
        self.visited()
        do.ask_departments(units=["医保局", "民政局"], today=self.today, actor=self.cast["xiaozhou"], **self.at())
        return self

    def compared(self) -> "Play":
        self.visited()
        county, liaison = self.cast["xiaozhou"], self.cast["xiaosun"]
        if self.case.next_act == Act.COMPARISON:
            do.ask_departments(units=[liaison.unit], today=self.today, actor=county, **self.at())
            asked = enquiries(liaison, answered=False).get(case__number=self.case.number)
            self.now += timedelta(days=1)
            do.answer_enquiry(
                enquiry_id=asked.pk,
                result="explain",
                words="今年住院两次，请说明自付部分。",
                actor=liaison,
                at=self.now,
            )
            self.case = do.close_comparison(words="请农户说明后一致。", actor=county, **self.at())
        return self

    def appraised(self, agree: int = 27) -> "Play":
        self.compared()
        self.case = do.hold_appraisal(
            held_on=self.today,
            eligible=38,
            present=30,
            agree=agree,
            against=30 - agree,
            minutes="会上介绍了入户核实和部门比对的情况，代表逐一发言后举手表决。",
            actor=self._cadre(),
            **self.at(),
        )
        return self

    def noticed(self, agree: int = 27) -> "Play":
        self.appraised(agree)
        cadre = self._cadre()
        self.now += timedelta(days=1)
        shown = notice_preview(case=self.case, phone=PHONE, actor=cadre, at=self.now)
        self.case = post_case_notice(case=self.case, phone=PHONE, saw=shown.fingerprint, actor=cadre, at=self.now)
        return self

    def reviewed(self) -> "Play":
        self.noticed()
        days = (self.case.notice_until - self.today).days
        self.case = do.review_case(
            opinion="agree", words="程序完整，情况属实，同意上报。", actor=self.cast["laoliu"], **self.at(days)
        )
        return self

    def decided(self, outcome: str, ground: str, words: str, **more: Any) -> "Play":
        self.reviewed()
        kept = do.keep_evidence(
            number=self.case.number, title="签字表", content=PHOTO, actor=self.cast["xiaochen"], at=self.now
        )
        self.case = decide_case(
            outcome=outcome,
            reason_code=ground,
            words=words,
            evidence=[kept.sha256],
            actor=self.cast["laofang"],
            **more,
            **self.at(),
        )
        return self

    def _cadre(self) -> Actor:
        """The cadre of the village where the household lives; the demo has an account for one village only."""
        cadre, place = self.cast["laozhang"], self.case.place_number
        if cadre.covers(place):
            return cadre
        return replace(cadre, place_code=f"{place:012d}", range_low=place, range_high=place + 1)

    def _while(self, act: str, take: Callable[[], Any]) -> None:
        while self.case.next_act == act and self.case.next_level != "county":
            self.case = take()


def _included(play: Play) -> None:
    play.opened().decided(
        "included", "sudden_hardship", "住院自付超过一年收入，亲戚借款还不上。", monitored_class="sudden_hardship",
        risks=["illness"],
    )  # fmt: skip


def _refused_and_objected(play: Play) -> None:
    play.opened().decided("refused", "able_to_cope", "两个儿子在外务工，收入稳定，能够应对这次开支。")
    do.serve_reasons(channels=["paper", "visit"], words="本人签收。", actor=play.cast["xiaozhou"], **play.at())
    open_objection(
        words="小儿子上个月已经回家，没有收入了。",
        actor=play.cast["xiaochen"],
        number=play.case.number,
        at=play.at()["at"],
    )


def _objection_in_notice(play: Play) -> None:
    play.opened(days_ago=13).noticed()
    do.file_objection(channel="phone", words="他家去年买了车。", objector="", actor=play.cast["xiaochen"], **play.at(0))


def _flood(play: Play) -> None:
    play.opened(days_ago=3)
    play.case = do.help_first(
        words="连续强降雨，房屋进水，已安置到村小学，发放米面和棉被。", actor=play.cast["xiaochen"], **play.at(0)
    )


STORIES: tuple[Callable[[Play], Any], ...] = (
    lambda play: play.opened(days_ago=6),
    lambda play: play.opened(days_ago=20).papers(),
    lambda play: play.opened(days_ago=12).compared(),
    _objection_in_notice,
    _included,
    lambda play: play.opened(days_ago=14).noticed(),
    _flood,
    lambda play: play.opened(days_ago=15).asked(),
    lambda play: play.opened().noticed(),
    lambda play: play.opened().reviewed(),
    _refused_and_objected,
    lambda play: play.opened(days_ago=9).appraised(agree=11),
    lambda play: play.opened(self_applied=True, days_ago=2),
    lambda play: play.opened().reviewed(),
)
"""What each household lives through, the stages of one village first."""
