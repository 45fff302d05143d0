"""Phones (外出手机): those of an area, one's own, and the one behind a token."""

from hashlib import sha256

from django.db.models import QuerySet

from shouwang.register.staff.queries import Actor
from shouwang.stream.fieldwork.models import Phone


def token_hash(token: str) -> str:
    """What is kept of a token: it is long and random, so that a plain hash is enough."""
    return sha256(b"shouwang field token" + token.encode()).hexdigest()


def phones(actor: Actor) -> QuerySet[Phone]:
    """Phones of the actor's area, those in use first."""
    return Phone.objects.visible_to(actor).order_by("revoked_at", "-registered_at")


def own_phones(actor: Actor) -> QuerySet[Phone]:
    """The actor's own phones."""
    return Phone.objects.filter(username=actor.username).order_by("revoked_at", "-registered_at")


def phone_of_token(phone_id: str, token: str) -> Phone | None:
    """The phone that knows this token, reported lost or not."""
    return Phone.objects.filter(pk=phone_id, token_hash=token_hash(token)).first()
