"""A case told again from its records (重述), apart from the trigger that moves it: what it should say now.

Only consequences are told; whether a record was allowed, the trigger has judged when it was written.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from shouwang.register.procedure.choices import RUNNING, Act, CaseState, Matter, Outcome
from shouwang.register.procedure.models import Case, Record

YES = (Outcome.INCLUDED, Outcome.CLEARED, Outcome.REVERTED)
NO = (Outcome.REFUSED, Outcome.KEPT, Outcome.STAYS_CLEARED)
TOLD = {
    "records": "记录数", "state": "状态", "outcome": "结果", "done": "已办步骤", "next_step": "下一步", "decided_by": "审定人",
    "decided_at": "审定时间", "authorised": "授权", "village_agreed": "评议结果", "notice_until": "公示截止",
    "objections_open": "未答复异议", "recused": "回避人员", "place_number": "所在村", "last_at": "最近办理时间",
    "due_on": "本步期限", "green_channel": "先行帮扶",
}  # fmt: skip
"""What is told again, and its name on screens."""


def misfits(case: Case, records: Iterable[Record]) -> list[str]:
    """What a case says otherwise than its records do, by its 中文 name; empty when all fits."""
    told = _Told(case)
    for record in records:
        told.take(record)
    wrong = [title for name, title in TOLD.items() if getattr(case, name) != getattr(told, name)]
    return wrong + (["记录编号"] if told.gap else [])


class _Told:
    """Where the records lead."""

    def __init__(self, case: Case) -> None:
        self.steps, self.matter = case.steps, case.matter
        self.records, self.state, self.outcome = 0, str(CaseState.OPEN), ""
        self.done: list[str] = []
        self.recused: list[str] = []
        self.decided_by = ""
        self.decided_at: datetime | None = None
        self.authorised = self.green_channel = self.gap = False
        self.village_agreed: bool | None = None
        self.notice_until: date | None = None
        self.objections_open = 0
        self.place_number = case.place_number  # where it began follows from its first move, if it has moved
        self.last_at, self.due_on = case.last_at if case.records == 0 else None, case.due_on

    @property
    def next_step(self) -> str:
        if self.state not in RUNNING:
            return ""
        return next((step["step"] for step in self.steps if step["step"] not in self.done), "")

    def take(self, record: Record) -> None:
        self.gap = self.gap or record.number != self.records + 1
        self.records, self.last_at, self.due_on = record.number, record.at, record.next_due_on
        if record.step:
            self._step(record)
        else:
            _BESIDE.get(record.act, _nothing)(self, record)

    def _step(self, record: Record) -> None:
        content = record.content
        self.done.append(record.step)
        if record.act == Act.AUTHORISATION:
            self.authorised = True
        elif record.act == Act.APPRAISAL:
            self.village_agreed = content.get("agreed")
        elif record.act == Act.NOTICE and self.state == CaseState.OPEN:
            self.notice_until = date.fromisoformat(content["until"])
        judged = record.act == Act.DECISION or (
            self.matter == Matter.OBJECTION and record.act in (Act.RECHECK, Act.REVIEW)
        )
        if judged:
            self.outcome, self.state = content["outcome"], CaseState.DECIDED.value
            self.decided_by, self.decided_at = record.actor, record.at
        if self.state == CaseState.DECIDED:
            self.done += [step["step"] for step in self.steps if step["step"] not in self.done and self._needless(step)]
        if len(self.done) == len(self.steps):
            self.state = CaseState.CLOSED.value

    def _needless(self, step: dict[str, Any]) -> bool:
        served = step.get("served") == "yes"
        if self.outcome in YES:
            return served and bool(step.get("skipped_when"))
        return self.outcome in NO and (step["act"] == Act.RECORD or (step["act"] == Act.ANNOUNCEMENT and not served))

    def _first(self, act: str) -> str:
        return next((step["step"] for step in self.steps if step["act"] == act), "")

    def back_to(self, target: str) -> None:
        names = [step["step"] for step in self.steps]
        before = names[: names.index(target)] if target in names else []
        self.done = [name for name in before if name in self.done]

    def returned(self, record: Record) -> None:
        self.back_to(record.content["to"])
        self.notice_until = self.notice_until if self._first(Act.NOTICE) in self.done else None
        self.village_agreed = self.village_agreed if self._first(Act.APPRAISAL) in self.done else None

    def moved(self, record: Record) -> None:
        self.place_number = int(record.content["place_number"])
        if self.state == CaseState.OPEN:
            self.back_to(self._first(Act.VERIFICATION))
            self.notice_until, self.village_agreed = None, None

    def reopened(self, record: Record) -> None:
        self.back_to(self._first(Act.REVIEW) or self._first(Act.DECISION))
        if self.notice_until is None:
            self.back_to(self._first(Act.NOTICE))
            self.village_agreed = None
        self.state, self.outcome, self.decided_by, self.decided_at = CaseState.OPEN.value, "", "", None

    def objected(self, more: int) -> None:
        self.objections_open += more if self.matter != Matter.OBJECTION or more < 0 else 0

    def ended(self, state: CaseState) -> None:
        self.state = state.value


def _nothing(told: _Told, record: Record) -> None:
    return


_BESIDE: dict[str, Any] = {
    Act.OBJECTION: lambda told, record: told.objected(1),
    Act.ANSWER: lambda told, record: told.objected(-1),
    Act.RETURN: _Told.returned,
    Act.WITHDRAWAL: lambda told, record: told.ended(CaseState.WITHDRAWN),
    Act.MERGER: lambda told, record: told.ended(CaseState.MERGED),
    Act.RECUSAL: lambda told, record: told.recused.append(record.content["who"]),
    Act.TRANSFER: _Told.moved,
    Act.HELP_FIRST: lambda told, record: setattr(told, "green_channel", True),
    Act.REVOCATION: lambda told, record: setattr(told, "authorised", False),
    Act.REOPENING: _Told.reopened,
}
