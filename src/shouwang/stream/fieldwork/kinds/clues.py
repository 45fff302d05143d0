"""Checking clues on the way (外出核实线索)."""

from datetime import date, datetime
from typing import Any

from shouwang.kernel.errors import Refusal
from shouwang.register.staff.queries import Actor, names_of
from shouwang.stream.clues.actions import Closing, close_clue, confirm_clue, return_clue
from shouwang.stream.clues.choices import ClueState, SourceKind
from shouwang.stream.clues.queries import clue_of, clues_to_check, history_of, sources_by_clue
from shouwang.stream.fieldwork.forms.definitions import BACK, CONFIRMED, NOT_MET
from shouwang.stream.fieldwork.kinds.base import Reading, Side, Standing, Task, lists_of, number_in
from shouwang.stream.screening.queries import household_warnings, rule_titles

FOR_APPLICATIONS = [CONFIRMED, BACK, NOT_MET]
"""An application is answered by the township; the village says what it found."""


class ClueCheck:
    """A clue to look into (核实线索)."""

    def tasks(self, actor: Actor, *, on: date, most: int) -> list[Task]:
        """Clues in the actor's hands, and those of nobody yet in the village."""
        found = list(clues_to_check(actor)[:most])
        sources, titles = sources_by_clue(actor, found), rule_titles()
        tasks = []
        for clue in found:
            reasons = sources.get(clue.pk, [])
            warned = {one.rule for one in reasons if one.kind == SourceKind.WARNING}
            rows = household_warnings(actor, clue.household_id) if warned and clue.household_id else ()
            told = next((one for one in reasons if one.told_name), None)
            tasks.append(
                Task(
                    "clue_check", f"clue:{clue.pk}", clue.household_id, clue.place_number, clue.due_on, "核实线索",
                    why=[titles.get(one.rule, "预警") if one.rule else str(one.get_kind_display()) for one in reasons],
                    factors=sorted({row.factor for row in rows if row.rule in warned}),
                    base=_guarded(clue, actor),
                    only={"conclusion": FOR_APPLICATIONS} if clue.is_application else {},
                    named=told.told_name if told else "", where=told.told_where if told else "",
                )
            )  # fmt: skip
        return tasks

    def standing(self, actor: Actor, subject: str) -> Standing | None:
        """The clue as it is now, and who acted last."""
        clue = clue_of(actor, number_in(subject))
        if clue is None:
            return None
        last = history_of(actor, clue).first()
        who = names_of([last.actor]).get(last.actor, "系统") if last else ""
        return Standing(clue.household_id, clue.place_number, _guarded(clue, actor), who, last.at if last else None)

    def apply(self, reading: Reading, *, actor: Actor, at: datetime) -> None:
        """Confirm, close, give back; nobody met changes nothing. Raises Refusal."""
        answers = reading.answers
        given: dict[str, Any] = {"clue_id": number_in(reading.subject), "actor": actor, "at": at}
        conclusion, sentence = answers["conclusion"], reading.said("sentence")
        if conclusion == CONFIRMED:
            confirm_clue(**given, sentence=sentence)
        elif conclusion == BACK:
            return_clue(**given, sentence=sentence)
        elif conclusion != NOT_MET:
            until = answers.get("no_risk_until")
            clue = clue_of(actor, number_in(reading.subject))
            if clue is not None and clue.is_application:
                raise Refusal(
                    "这是农户的申请，要书面告知本人后才能办结。", "请在线索页面里写明告知了谁、怎样提出异议。"
                )
            close_clue(**given, closing=Closing(conclusion, sentence, date.fromisoformat(until) if until else None))

    def sides(self, actor: Actor, reading: Reading) -> list[Side]:
        """Conclusion, until when, sentence."""
        clue = clue_of(actor, number_in(reading.subject))
        titles = dict(lists_of(reading.taken_on)["closing_reasons"])
        titles |= {CONFIRMED: "属实，请乡镇接着办", BACK: "退回乡镇", NOT_MET: "没有见到人"}
        answers = reading.answers
        said = str(answers.get("conclusion", ""))
        now = "没有找到" if clue is None else titles.get(clue.closing_reason, str(clue.get_state_display()))
        until = clue.no_risk_until.isoformat() if clue is not None and clue.no_risk_until else ""
        return [
            Side("conclusion", "结论", titles.get(said, said), now),
            Side("no_risk_until", "没有风险，管到", str(answers.get("no_risk_until", "")), until),
            Side("sentence", "说明", str(answers.get("sentence", "")), clue.closing_sentence if clue else ""),
        ]


def _guarded(clue, actor: Actor) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """What must not have changed: whose turn it is, whether it is closed, whom it is about, whether somebody applied."""
    waiting = clue.state in (ClueState.DISPATCHED, ClueState.TAKEN) and clue.owner in ("", actor.username)
    turn = "waiting" if waiting else f"{clue.state}:{clue.owner}"
    return {
        "turn": turn,
        "closed": f"{clue.closing_reason}:{clue.closed_by}".strip(":"),
        "household": clue.household_id,
        "place": str(clue.place_number),
        "application": "yes" if clue.is_application else "no",
    }
