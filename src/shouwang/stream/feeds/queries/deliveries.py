"""Lists of deliveries (送达列表)."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet, Sum

from shouwang.engine.model import Source
from shouwang.register.staff.choices import OWN_UNIT, Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.contracts import feed_contracts
from shouwang.stream.feeds.models import Delivery


def deliveries(actor: Actor, *, feed: str = "", status: str = "") -> QuerySet[Delivery]:
    """Deliveries that concern the actor (送达列表), newest first."""
    found = Delivery.objects.visible_to(actor).order_by("-received_at", "-id")
    found = found.filter(feed=feed) if feed else found
    return found.filter(status=status) if status else found


def delivery_of(actor: Actor, delivery_id: int) -> Delivery | None:
    """One delivery, None when it does not exist for the actor."""
    return Delivery.objects.visible_to(actor).filter(pk=delivery_id).first()


def deliveries_by_id(ids: Iterable[int]) -> dict[int, Delivery]:
    """Deliveries that a warning rests on, for its explanation; they hold no personal data."""
    return Delivery.objects.in_bulk(list(ids))


def delivery_totals(actor: Actor) -> dict[str, int]:
    """Deliveries in force and their rows: in, accepted, rejected, for review, strangers."""
    found = Delivery.objects.visible_to(actor).effective()
    sums = found.aggregate(
        deliveries=Count("id"),
        rows_in=Sum("rows_in"),
        rows_accepted=Sum("rows_accepted"),
        rows_rejected=Sum("rows_rejected"),
        rows_review=Sum("rows_review"),
        rows_unlinked=Sum("rows_unlinked"),
    )
    return {name: number or 0 for name, number in sums.items()}


def feeds_for(actor: Actor) -> list[Source]:
    """The feeds that the actor may deliver: a liaison the own unit's, county and prefecture all of them."""
    if not actor.may(Permission.SEND_DELIVERY):
        return []
    feeds = list(feed_contracts().values())
    return [feed for feed in feeds if feed.unit == actor.unit] if actor.role in OWN_UNIT else feeds
