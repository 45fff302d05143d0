"""Sheets that went out (导出的表)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from shouwang.register.exchange.models import OutgoingOrder, OutgoingSheet, SentHousehold
from shouwang.register.staff.queries import Actor


def outgoing_sheets(actor: Actor) -> QuerySet[OutgoingSheet]:
    """Sheets of the actor's area (导出记录), newest first."""
    found: QuerySet[OutgoingSheet] = OutgoingSheet.objects.visible_to(actor)
    return found.order_by("-made_at", "-id")


def outgoing_sheet(actor: Actor, sheet_id: int) -> OutgoingSheet | None:
    """One sheet, None when it does not exist for the actor."""
    found: OutgoingSheet | None = OutgoingSheet.objects.visible_to(actor).filter(pk=sheet_id).first()
    return found


def outgoing_order(actor: Actor, order_id: int) -> OutgoingOrder | None:
    """A large sheet that the actor asked for (导出任务), None when it was somebody else's."""
    found: OutgoingOrder | None = (
        OutgoingOrder.objects.visible_to(actor).filter(pk=order_id, asked_by=actor.username).first()
    )
    return found


def open_orders(actor: Actor) -> list[OutgoingOrder]:
    """The actor's own large sheets that are being made or were not made, the newest first."""
    found = OutgoingOrder.objects.visible_to(actor).filter(asked_by=actor.username, sheet=None)
    return list(found.order_by("-id")[:5])


def persons_sent(actor: Actor, *, until: datetime, hours: int = 24) -> int:
    """How many people's data the actor has taken out in the hours before (二十四小时内导出人次)."""
    own = OutgoingSheet.objects.filter(
        made_by=actor.username, made_at__gt=until - timedelta(hours=hours), made_at__lte=until
    )
    return own.aggregate(total=Sum("persons"))["total"] or 0


def last_sent(actor: Actor, layout: str, household_ids: Collection[str]) -> dict[str, SentHousehold]:
    """What was last sent of these households in a layout, by posts of the same area as the actor's."""
    same_area = {"sheet__range_low": actor.range_low, "sheet__range_high": actor.range_high}
    rows = SentHousehold.objects.filter(layout=layout, household_id__in=household_ids, **same_area)
    return {one.household_id: one for one in rows.order_by("household_id", "-id").distinct("household_id")}
