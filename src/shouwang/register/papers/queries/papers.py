"""Finding papers (查文书), and checking whether one is genuine."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.ledger.sealed_files import open_sealed
from shouwang.register.papers.kinds import KINDS
from shouwang.register.papers.models import Paper
from shouwang.register.papers.models.paper import CODE
from shouwang.register.staff.queries import Actor

STORED = "papers"
LOOK_ALIKES = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Verdict:
    """What anybody may know of a paper by its code (核验结果): nothing about a person."""

    title: str
    number: str
    version: int
    issued_on: date
    issuing_place: str
    pdf_hash: str
    docx_hash: str
    superseded: bool


def papers(actor: Actor, *, subject: str = "", kind: str = "") -> QuerySet[Paper]:
    """Papers within the actor's area (文书列表), the newest first."""
    found = Paper.objects.visible_to(actor).order_by("-issued_at", "-id")
    found = found.filter(subject=subject) if subject else found
    return found.filter(kind=kind) if kind else found


def paper_of(actor: Actor, paper_id: int) -> Paper | None:
    """One of them."""
    return papers(actor).filter(pk=paper_id).first()


def papers_handed_to(actor: Actor, subjects: Iterable[str], kinds: Iterable[str]) -> list[Paper]:
    """The papers in force about somebody, for whoever they were handed to (本人的文书), the newest first.

    The caller has made sure whose they are; here they are only kept inside the place range.
    """
    found = Paper.objects.filter(subject__in=list(subjects), kind__in=list(kinds), superseded_by=None)
    found = found.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)
    return list(found.order_by("-issued_at", "-id"))


def number_words(place: str, year: int, number: int) -> str:
    """县名 + 守望文 + 〔year〕 + number."""
    return f"{place}守望文〔{year}〕{number}号"


def paper_file(paper: Paper, form: str) -> bytes:
    """The paper as it was issued, pdf or docx: the same bytes every time. Raises Tampered."""
    name, path = (paper.pdf_hash, paper.pdf_path) if form == "pdf" else (paper.docx_hash, paper.docx_path)
    return open_sealed(STORED, name, path)


def code_words(code: str) -> str:
    """A code in groups of five, for reading and typing."""
    return "-".join(code[at : at + 5] for at in range(0, len(code), 5))


def verified(given: str) -> Verdict | None:
    """What a code vouches for, typed with or without hyphens, in any case; None for every code that vouches for nothing."""
    code = re.sub(r"[\s-]", "", given).upper().translate(LOOK_ALIKES)
    if not re.match(CODE, code):
        return None
    with rows_within(*EVERYWHERE):  # the verdict is public, and the code is the only way to it
        found = Paper.objects.filter(code=code).first()
    if found is None:
        return None
    return Verdict(
        title=KINDS[found.kind].title,
        number=f"〔{found.year}〕{found.number}号",
        version=found.version,
        issued_on=found.issued_on,
        issuing_place=found.issuing_place,
        pdf_hash=found.pdf_hash,
        docx_hash=found.docx_hash,
        superseded=found.superseded_by_id is not None,
    )
