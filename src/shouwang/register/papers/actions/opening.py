"""Opening a paper (打开文书): it holds personal data, so that every look leaves a row in the ledger."""

from datetime import datetime

from django.db import transaction

from shouwang.register.ledger.actions import note
from shouwang.register.papers.models import Paper
from shouwang.register.papers.queries.papers import paper_file
from shouwang.register.staff.queries import Actor


@transaction.atomic
def open_paper(*, paper_id: int, form: str, actor: Actor, at: datetime) -> tuple[Paper, bytes] | None:
    """A paper within the actor's area and its file, pdf or docx (调阅文书); None when there is none."""
    found = Paper.objects.visible_to(actor).filter(pk=paper_id).first()
    if found is None:
        return None
    content = paper_file(found, form)
    note(act="open_paper", subject=f"paper:{found.pk}", actor=actor, at=at, details={"form": form, "kind": found.kind})
    return found, content


@transaction.atomic
def open_handed_paper(*, paper: Paper, actor: Actor, at: datetime) -> bytes:
    """The PDF of a paper to whoever it was handed to (本人调阅文书); the caller has made sure whose it is."""
    content = paper_file(paper, "pdf")
    note(act="open_paper", subject=f"paper:{paper.pk}", actor=actor, at=at, details={"form": "pdf", "kind": paper.kind})
    return content
