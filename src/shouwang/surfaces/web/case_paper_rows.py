"""Papers of a case on its page (办件文书): which record has which, and what its forms begin with."""

from typing import Any

from shouwang.register.households.queries import household_file
from shouwang.register.papers.kinds import KINDS
from shouwang.register.papers.queries import papers, postings, postings_about
from shouwang.register.procedure.choices import GUARANTEES, Act
from shouwang.register.procedure.queries import CaseRecord
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clearance import papers as clearance_papers
from shouwang.stream.determination.papers import (
    PaperWish,
    guarantees_known,
    paper_kind,
    part_of,
    record_wish,
    trouble_told,
)

POSTED = (Act.NOTICE, Act.ANNOUNCEMENT)
SERVED = ("refusal", "clearance_decision")
"""Papers that the household must have in its hands before the step after them is taken."""


def wish_of(actor: Actor, case: Any, one: CaseRecord) -> PaperWish | None:
    """The paper of a record, whatever the case is about."""
    if clearance_papers.has_paper(one.record):
        return clearance_papers.clearance_wish(actor, case, one)
    return record_wish(actor, case, one)


def with_papers(actor: Actor, case: Any, records: list[CaseRecord], history: list[dict[str, Any]]) -> dict[str, Any]:
    """The papers of a case as its page shows them; each entry of the history gets the one that belongs to it."""
    if not actor.may(Permission.ISSUE_PAPER):
        return {"papers": [], "to_serve": []}
    issued = list(papers(actor, subject=f"case:{case.number}").select_related("superseded_by"))
    in_force = {(one.kind, one.part): one for one in issued if one.superseded_by is None}
    posted = {one.content_hash: one for one in postings_about(actor, [case.number]).get(case.number, [])}
    told = {one["number"]: one for one in history}
    newest: dict[tuple[str, str], int] = {}
    for one in records:
        if kind := _kind(one.record):
            newest[kind] = one.record.number
        elif one.record.act in POSTED and one.record.content.get("sheet") in posted:
            told[one.record.number]["posting"] = posted[one.record.content["sheet"]]
    for key, number in newest.items():
        told[number] |= {"paper_title": KINDS[key[0]].title, "paper": in_force.get(key)}
    rows: list[dict[str, Any]] = [{"paper": one, "title": KINDS[one.kind].title} for one in issued]
    to_serve = [row for row in rows if row["paper"].kind in SERVED and row["paper"].superseded_by is None]
    return {"papers": rows, "to_serve": to_serve}


def _kind(record: Any) -> tuple[str, str] | None:
    if clearance_papers.has_paper(record):
        return clearance_papers.KIND, clearance_papers.part_of(record)
    kind = paper_kind(record)
    return (kind, part_of(kind, record)) if kind else None


def begun_with(actor: Actor, case: Any, mine: list[dict[str, Any]]) -> dict[str, Any]:
    """What the forms of the steps of an actor begin with, so that nobody types what is known."""
    acts = {step["act"] for step in mine}
    file = household_file(actor, case.household_id) if Act.VERIFICATION in acts else None
    known = guarantees_known(file) if file else {}
    return {
        "phone": _phone(actor, case.place_number) if acts & set(POSTED) else "",
        "trouble": trouble_told(actor, case) if Act.PLEDGE in acts else "",
        "guarantees": [
            {"name": name, "title": title, "value": known.get(name, "")} for name, title in GUARANTEES.items()
        ],
    }


def _phone(actor: Actor, place_number: int) -> str:
    """The number that the village's last notice gave for objections."""
    last = postings(actor, range_low=place_number, range_high=place_number + 1).order_by("-pk").first()
    return last.phone if last else ""
