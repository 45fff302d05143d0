"""Walking a determination through its steps, one act a day, as the cast would; a test takes over where it wants."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from shouwang.register.procedure import actions as do
from shouwang.register.procedure.queries import enquiries
from shouwang.stream.determination.actions import decide_case, open_case

START = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n a photo of the signed sheet"


class Walk:
    """A case and the day on which it stands."""

    def __init__(self, cast: Any, household: str = "H2", *, self_applied: bool = False, who: Any = None) -> None:
        self.cast, self.now = cast, START
        opener = who or cast.xiaochen
        self.case = open_case(household_id=household, actor=opener, at=self.now, self_applied=self_applied)

    @property
    def number(self) -> str:
        return self.case.number

    def at(self, days: int = 1) -> dict[str, Any]:
        self.now += timedelta(days=days)
        return {"number": self.number, "at": self.now}

    @property
    def today(self) -> date:
        return self.now.date()

    def evidence(self, actor: Any = None) -> str:
        kept = do.keep_evidence(
            number=self.number, title="签字表", content=PNG, actor=actor or self.cast.xiaochen, at=self.now
        )
        return kept.sha256

    def papers(self) -> "Walk":
        """Pledge and authorisation, and for a pack that has it the acceptance before them."""
        cast = self.cast
        while self.case.next_act in ("record", "pledge", "authorisation"):
            if self.case.next_act == "record":
                self.case = do.accept_case(actor=cast.xiaochen, **self.at())
            elif self.case.next_act == "pledge":
                self.case = do.sign_pledge(
                    signed_by="户主", how="fingerprint", read_aloud=True, actor=cast.xiaochen, **self.at()
                )
            else:
                self.case = do.give_authorisation(
                    scope="收入、房产、车辆、医保", valid_until=date(2027, 9, 1), signed_by="户主", actor=cast.xiaochen,
                    **self.at(),
                )  # fmt: skip
        return self

    def checked(self) -> "Walk":
        """Home visit and comparison."""
        self.papers()
        while self.case.next_act in ("verification", "record", "comparison"):
            if self.case.next_act == "verification":
                self.case = do.verify_home(
                    verifiers=["xiaochen", "xiaozhao"], visited_on=self.today, findings="老人生病，家里只有他一个劳动力。",
                    actor=self.cast.xiaochen, **self.at(),
                )  # fmt: skip
            elif self.case.next_act == "record":
                self.case = do.accept_case(actor=self.cast.xiaochen, **self.at())
            else:
                self.compare()
        return self

    def compare(self) -> None:
        cast = self.cast
        do.ask_departments(units=["医保局"], actor=cast.xiaozhou, today=self.today, **self.at())
        asked = enquiries(cast.xiaosun, answered=False).get(case__number=self.number)
        self.now += timedelta(days=1)
        do.answer_enquiry(enquiry_id=asked.pk, result="nothing", words="", actor=cast.xiaosun, at=self.now)
        self.case = do.close_comparison(words="", actor=cast.xiaozhou, **self.at())

    def appraised(self, agree: int = 25) -> "Walk":
        self.checked()
        self.case = do.hold_appraisal(
            held_on=self.today,
            eligible=40,
            present=30,
            agree=agree,
            against=30 - agree,
            actor=self.village,
            **self.at(),
        )
        return self

    @property
    def village(self) -> Any:
        return self.cast.laozhang if self.case.place_number == 431003101202 else self.neighbour

    @property
    def neighbour(self) -> Any:
        from dataclasses import replace

        return replace(self.cast.laozhang, username="laoqi", place_code="431003101203", range_low=431003101203,
                       range_high=431003101204)  # fmt: skip

    def noticed(self) -> "Walk":
        self.appraised()
        posted = self.today + timedelta(days=1)
        self.case = do.post_notice(
            posted_on=posted, until=posted + timedelta(days=7), sheet="0" * 64, actor=self.village, **self.at()
        )
        return self

    def reviewed(self, opinion: str = "agree") -> "Walk":
        self.noticed()
        self.case = do.review_case(opinion=opinion, words="情况属实，同意上报。", actor=self.cast.laoliu, **self.at(8))
        return self

    def decided(self, outcome: str = "included", actor: Any = None) -> "Walk":
        self.reviewed()
        return self.decide(outcome, actor)

    def decide(self, outcome: str = "included", actor: Any = None) -> "Walk":
        sha256 = self.evidence()
        more = {"monitored_class": "marginal", "risks": ["illness"]} if outcome == "included" else {}
        ground = "sudden_hardship" if outcome == "included" else "able_to_cope"
        self.case = decide_case(
            outcome=outcome, reason_code=ground, words="医疗费用超过一年收入。", evidence=[sha256],
            actor=actor or self.cast.laofang, **more, **self.at(),
        )  # fmt: skip
        return self
