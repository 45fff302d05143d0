"""Sheets of replies of the own unit (本单位的答复表)."""

from django.db.models import QuerySet

from shouwang.register.exchange.models import ReplySheet
from shouwang.register.staff.queries import Actor

SHOWN = 5


def reply_sheets(actor: Actor, of: str) -> QuerySet[ReplySheet]:
    """The newest sheets that the actor's unit sent in."""
    found: QuerySet[ReplySheet] = ReplySheet.objects.visible_to(actor).filter(of=of).order_by("-received_at", "-pk")
    return found[:SHOWN]
