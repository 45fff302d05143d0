"""Which paper an act of a case is written down in, with its fields, and issuing it (办件文书)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shouwang.register.households.queries import HouseholdFile, household_file
from shouwang.register.papers.actions import issue_paper
from shouwang.register.papers.kinds import KINDS as PAPERS
from shouwang.register.procedure.choices import Act, Outcome
from shouwang.register.procedure.queries import CaseRecord
from shouwang.register.staff.queries import Actor
from shouwang.stream.determination.papers import decided, signed

KINDS: dict[str, str] = {
    Act.PLEDGE: "pledge",
    Act.AUTHORISATION: "authorisation",
    Act.VERIFICATION: "home_verification",
    Act.APPRAISAL: "appraisal_minutes",
}
"""Act → its paper. Notices and announcements are papers of their posting (see `notices`)."""
DECIDED: dict[str, str] = {
    Outcome.INCLUDED: "decision",
    Outcome.REVERTED: "decision",
    Outcome.REFUSED: "refusal",
}
SEVERAL = ("home_verification", "appraisal_minutes")
Fields = Callable[[Actor, Any, HouseholdFile, CaseRecord], dict[str, Any]]
FIELDS: dict[str, Fields] = {
    "pledge": signed.pledge,
    "authorisation": signed.authorisation,
    "home_verification": signed.verification,
    "appraisal_minutes": signed.minutes,
    "decision": decided.decision,
    "refusal": decided.refusal,
}
"""Kind of paper → what fills it beside the name of the household and its village."""


@dataclass(frozen=True)
class PaperWish:
    """A paper that an act of a case is written down in (拟签发文书)."""

    kind: str
    part: str
    fields: dict[str, Any]


def paper_kind(record: Any) -> str:
    """The kind of paper of a record; empty for one without."""
    if record.act == Act.DECISION:
        return DECIDED.get(record.content.get("outcome", ""), "")
    return KINDS.get(record.act, "")


def part_of(kind: str, record: Any) -> str:
    """Which of several papers of one kind a record has."""
    return f"第{record.number}号记录" if kind in SEVERAL else ""


def record_wish(actor: Actor, case: Any, one: CaseRecord) -> PaperWish | None:
    """The paper of a record with its fields; None where it has none or the household is not the actor's."""
    kind = paper_kind(one.record)
    file = household_file(actor, case.household_id)
    if not kind or file is None:
        return None
    asked = {field.key for field in PAPERS[kind].fields}
    about = {key: value for key, value in house(file, case).items() if key in asked}  # minutes speak of a village
    return PaperWish(kind, part_of(kind, one.record), about | FIELDS[kind](actor, case, file, one))


def blank_wish(actor: Actor, case: Any, act: str, said: Mapping[str, Any], *, on: date) -> PaperWish | None:
    """A pledge or authorisation to be signed, before the act is entered: what stands in the form is printed."""
    file = household_file(actor, case.household_id)
    if file is None:
        return None
    if act == Act.PLEDGE:
        return PaperWish("pledge", "", house(file, case) | signed.pledged(file, said))
    return PaperWish("authorisation", "", house(file, case) | signed.authorised(actor, case, file, said, on))


def house(file: HouseholdFile, case: Any) -> dict[str, Any]:
    """Whom a paper is about."""
    return {"head_name": file.household.head_name or case.head_name, "village": file.household.place.full_name}


def issue_case_paper(*, case: Any, wish: PaperWish, actor: Actor, at: datetime) -> Any:
    """Issue a paper of a case (签发办件文书); the same again gives the same paper. Raises NotAllowed, Refusal."""
    return issue_paper(
        kind=wish.kind,
        subject=f"case:{case.number}",
        part=wish.part,
        fields=wish.fields,
        place_number=case.place_number,
        actor=actor,
        at=at,
    )
