"""Questions to departments (信息比对请求)."""

from django.db.models import F, QuerySet

from shouwang.register.procedure.models import Case, Enquiry
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


def enquiries(actor: Actor, *, case: Case | None = None, answered: bool | None = None) -> QuerySet[Enquiry]:
    """Questions to the actor's own department, or of a case that the actor found before."""
    found = Enquiry.objects.select_related("case").filter(
        place_number__gte=actor.range_low, place_number__lt=actor.range_high
    )
    if case is not None and actor.may(Permission.SEE_CASES):
        found = found.filter(case=case)
    elif actor.may(Permission.ANSWER_COMPARISON) and actor.unit:
        found = found.filter(unit=actor.unit)
    else:
        return Enquiry.objects.none()
    if answered is not None:
        found = found.filter(answered_at__isnull=not answered)
    return found.order_by(F("answered_at").desc(nulls_first=True), "due_on", "id")


def enquiry_of(actor: Actor, enquiry_id: int) -> Enquiry | None:
    """One question to the actor's own department, None when there is none."""
    return enquiries(actor).filter(pk=enquiry_id).first() if actor.unit else None
