"""Home visits of cases on the way (外出入户核实)."""

from datetime import date, datetime
from typing import Any

from shouwang.register.procedure.actions import keep_evidence, verify_home
from shouwang.register.procedure.choices import Act, Matter
from shouwang.register.procedure.queries import case_of, records_of, waiting_for
from shouwang.register.staff.queries import Actor, names_of
from shouwang.stream.fieldwork.forms.answers import TERMS, worked_out, yuan
from shouwang.stream.fieldwork.kinds.base import Reading, Side, Standing, Task


class Verification:
    """The step of a case that is a home visit (入户核实)."""

    def tasks(self, actor: Actor, *, on: date, most: int) -> list[Task]:
        """Cases whose next step is a home visit that the actor may make."""
        found = waiting_for(actor).filter(next_act=Act.VERIFICATION)[:most]
        return [
            Task(
                "verification", f"case:{case.number}", case.household_id, case.place_number, case.due_on,
                f"{Matter(case.matter).label}：入户核实", why=[str(Matter(case.matter).label)],
                base=_guarded(case), named=case.head_name,
            )
            for case in found
        ]  # fmt: skip

    def standing(self, actor: Actor, subject: str) -> Standing | None:
        """The case as it is now, and who acted last."""
        case = case_of(actor, subject.partition(":")[2])
        if case is None:
            return None
        last = records_of(case)[-1:]
        who = names_of([last[0].record.actor]).get(last[0].record.actor, "") if last else ""
        return Standing(case.household_id, case.place_number, _guarded(case), who, case.last_at)

    def apply(self, reading: Reading, *, actor: Actor, at: datetime) -> None:
        """Enter the visit with its photos and the signature as evidence. Raises Refusal."""
        evidence = [self._keep(reading, f"走访照片 {n}", one, actor, at) for n, one in enumerate(reading.photos, 1)]
        if reading.signature:
            evidence.append(self._keep(reading, "签名", reading.signature, actor, at))
        answers = reading.answers
        companions = str(answers["companion"]).replace("，", "、").replace(",", "、").replace(" ", "、").split("、")
        verify_home(
            number=reading.number,
            verifiers=[reading.by_name, *companions],
            visited_on=reading.visited_on,
            findings=str(answers["findings"]),
            household_word=str(answers.get("household_word", "")),
            income=income_of(answers.get("income")),
            evidence=evidence,
            actor=actor,
            at=at,
        )

    def sides(self, actor: Actor, reading: Reading) -> list[Side]:
        """What the two visits found, where another one was entered meanwhile."""
        case = case_of(actor, reading.number)
        entered = [one for one in records_of(case) if one.record.act == Act.VERIFICATION] if case else []
        words = entered[-1].words if entered else {}
        content = entered[-1].record.content if entered else {}
        now = case.get_state_display() if case else "没有找到"
        there = str(content.get("income", {}).get("per_head") or "")
        here = yuan(worked_out(reading.answers.get("income") or {})["per_head"]) or ""
        return [
            Side("findings", "看到的情况", str(reading.answers.get("findings", "")), words.get("findings", f"（{now}）")),
            Side(
                "household_word", "农户自己怎么说", str(reading.answers.get("household_word", "")),
                words.get("household_word", ""),
            ),
            Side("income", "人均纯收入（元）", here, there),
        ]  # fmt: skip

    def _keep(self, reading: Reading, title: str, content: bytes, actor: Actor, at: datetime) -> str:
        return keep_evidence(number=reading.number, title=title, content=content, actor=actor, at=at).sha256


def income_of(sheet: dict[str, int | None] | None) -> dict[str, Any] | None:
    """The income sheet as a case keeps it: yuan in texts, no sum where a term is unknown."""
    if not sheet or all(sheet.get(name) is None for name in TERMS):
        return None
    said: dict[str, Any] = {name: yuan(sheet.get(name)) for name in TERMS}
    figures = worked_out(sheet)
    if figures["per_head"] is not None:
        said |= {"members": sheet["members"], "net": yuan(figures["net"]), "per_head": yuan(figures["per_head"])}
    return said


def _guarded(case: Any) -> dict[str, str]:
    """What must not have changed: whose household, where, and that this step is still to be taken."""
    turn = case.next_step if case.next_act == Act.VERIFICATION else f"{case.state}:{case.next_step}"
    return {"turn": turn, "household": case.household_id, "place": str(case.place_number)}
