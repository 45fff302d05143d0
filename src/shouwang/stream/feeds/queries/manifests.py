"""What departments' systems have signed (报送清单)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.models import Delivery, Manifest


@dataclass(frozen=True)
class Corrections:
    """What a delivery corrects and what corrects it (更正关系), by number."""

    corrects: int | None
    corrected_by: list[int]


def manifests_of(delivery: Delivery) -> QuerySet[Manifest]:
    """Every manifest that came with this file, the first one first; the delivery was found for the actor before."""
    return Manifest.objects.filter(delivery=delivery).order_by("id")


def corrections_of(actor: Actor, delivery: Delivery) -> Corrections:
    """How a delivery stands to others of the same actor."""
    first = manifests_of(delivery).exclude(corrects=None).first()
    mine = Delivery.objects.visible_to(actor).filter(manifests__corrects=delivery).order_by("id").distinct()
    return Corrections(first.corrects_id if first else None, list(mine.values_list("id", flat=True)))


def declared_rows(delivery_id: int) -> int | None:
    """How many rows the sender's system counted in the file, None when nobody counted."""
    return Manifest.objects.filter(delivery=delivery_id).order_by("id").values_list("rows", flat=True).first()
