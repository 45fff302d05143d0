"""Reading the review queue (查待核对)."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from shouwang.register.households.queries import residents_named
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.choices import DeliveryStatus
from shouwang.stream.linkage.models import LinkReview


@dataclass(frozen=True)
class Candidate:
    """A resident whom a record may mean (候选人)."""

    resident_id: str
    household_id: str
    name: str
    birth_on: date | None
    sex: str
    place_name: str
    score: float
    because: str


def reviews(actor: Actor, *, feed: str = "", delivery_id: int | None = None) -> QuerySet[LinkReview]:
    """Open items within the actor's area (待核对列表), likeliest first; those of deliveries taken back are gone."""
    found = LinkReview.objects.visible_to(actor).open().filter(delivery__status=DeliveryStatus.ACCEPTED)
    found = found.filter(feed=feed) if feed else found
    found = found.filter(delivery_id=delivery_id) if delivery_id else found
    return found.select_related("delivery").order_by("-score", "key")


def review_of(actor: Actor, key: str) -> LinkReview | None:
    """One item, open or decided; None when it does not exist within the actor's area."""
    return LinkReview.objects.visible_to(actor).select_related("delivery").filter(pk=key).first()


def review_totals(actor: Actor) -> list[dict[str, Any]]:
    """Open items per feed: feed, title, count; most first."""
    found = reviews(actor).order_by().values("feed", "delivery__feed_title").annotate(count=Count("key"))
    rows = found.order_by("-count")
    return [{"feed": row["feed"], "title": row["delivery__feed_title"], "count": row["count"]} for row in rows]


def candidates_of(actor: Actor, item: LinkReview) -> list[Candidate]:
    """The candidates of an item who live within the actor's area, likeliest first."""
    from shouwang.stream.linkage.matching import evidence_text  # heavy: only this page pays for it

    people = residents_named(actor, [one["resident_id"] for one in item.candidates])
    out = []
    for one in item.candidates:
        resident = people.get(one["resident_id"])
        if resident is None:
            continue
        out.append(
            Candidate(
                resident_id=resident.resident_id,
                household_id=resident.household_id,
                name=resident.name,
                birth_on=resident.birth_on,
                sex=resident.get_sex_display() or "",
                place_name=resident.household.place.full_name,
                score=one["score"],
                because=evidence_text(json.dumps(one["evidence"])),
            )
        )
    return out


def open_reviews_by_delivery(actor: Actor) -> dict[int, int]:
    """How many records in doubt wait for a person, by their delivery."""
    waiting = LinkReview.objects.visible_to(actor).open().order_by().values("delivery_id").annotate(n=Count("pk"))
    return dict(waiting.values_list("delivery_id", "n"))
