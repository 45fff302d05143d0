"""Which template a place uses (用哪个模板): the narrowest place's newest version that has begun, else the shipped one."""

from datetime import date
from hashlib import sha256

from django.conf import settings
from django.db.models import F, QuerySet

from shouwang.kernel import filestore
from shouwang.register.papers.models import Template
from shouwang.register.staff.queries import Actor


def shipped(kind: str) -> bytes:
    """The template of a kind that comes with the program (自带模板)."""
    from shouwang.register.papers.documents.building import shipped_template  # heavy: the first who asks pays for it

    return shipped_template(kind)


def template_in_force(kind: str, *, place_number: int, on: date) -> tuple[bytes, str]:
    """The template for a village on a day and its SHA-256."""
    found = (
        Template.objects.filter(kind=kind, range_low__lte=place_number, range_high__gt=place_number, valid_from__lte=on)
        .annotate(width=F("range_high") - F("range_low"))
        .order_by("width", "-version")
        .first()
    )
    content = template_bytes(found) if found else shipped(kind)
    return content, sha256(content).hexdigest()


def template_bytes(template: Template) -> bytes:
    """The file of a version."""
    return filestore.get(settings.STORE, template.path) if template.path else shipped(template.kind)


def templates(actor: Actor, kind: str = "") -> QuerySet[Template]:
    """Versions that touch the actor's area, the newest first."""
    found = Template.objects.visible_to(actor).order_by("kind", "-uploaded_at", "-id")
    return found.filter(kind=kind) if kind else found


def template_of(actor: Actor, template_id: int) -> Template | None:
    """One of them."""
    return templates(actor).filter(pk=template_id).first()
