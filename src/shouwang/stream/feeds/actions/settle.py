"""What becomes of a received file (入库或隔离): read, linked and accepted as a whole, or set aside with a reason."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.machines.actions import announce
from shouwang.register.machines.choices import Event
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.choices import DeliveryStatus
from shouwang.stream.feeds.models import Delivery

OPEN = (DeliveryStatus.RECEIVED, DeliveryStatus.READING, DeliveryStatus.LINKING)


class NotTwice(Refusal):
    """The delivery is settled already (已经办结)."""


@dataclass(frozen=True)
class Settled:
    """What reading and linking have found out, ready to be kept."""

    rows_in: int
    rows_accepted: int
    rows_rejected: int
    rows_review: int
    rows_unlinked: int
    tiers: dict[str, int]
    period_from: date | None
    period_until: date | None
    batch_path: str
    batch_sha256: str
    rejects_path: str
    sheet_path: str
    pending_path: str
    receipt: dict[str, Any]


@transaction.atomic
def begin_reading(*, delivery_id: int) -> Delivery:
    """Mark that work on a delivery has begun; a job that starts again after a crash begins anew. Raises NotTwice."""
    delivery = _open_delivery(delivery_id)
    delivery.status = DeliveryStatus.READING
    delivery.progress, delivery.progress_text = 5, "正在读取文件"
    delivery.save(update_fields=["status", "progress", "progress_text"])
    return delivery


def report_progress(*, delivery_id: int, percent: int, text: str, status: str) -> None:
    """Say how far the work is, for the page that waits; nothing when the delivery is settled."""
    found = Delivery.objects.filter(pk=delivery_id, status__in=OPEN)
    found.update(progress=percent, progress_text=text, status=status)


@transaction.atomic
def settle_delivery(*, delivery_id: int, settled: Settled, actor: Actor, at: datetime) -> Delivery:
    """Accept what was read and linked (入库). Raises NotTwice when somebody else was faster."""
    delivery = _open_delivery(delivery_id)
    delivery.status, delivery.accepted_at = DeliveryStatus.ACCEPTED, at
    delivery.progress, delivery.progress_text = 100, "已入库"
    for name in ("rows_in", "rows_accepted", "rows_rejected", "rows_review", "rows_unlinked"):
        setattr(delivery, name, getattr(settled, name))
    for name in ("period_from", "period_until", "batch_path", "rejects_path", "sheet_path", "pending_path"):
        setattr(delivery, name, getattr(settled, name))
    delivery.receipt = _receipt(delivery, settled)
    delivery.save()
    counts = {name: delivery.receipt[name] for name in ("rows_in", "rows_accepted", "rows_rejected", "rows_review")}
    note(act="accept_delivery", subject=f"delivery:{delivery.pk}", actor=actor, at=at, details=counts)
    _tell(delivery, at)
    return delivery


@transaction.atomic
def quarantine_delivery(*, delivery_id: int, problem: str, actor: Actor, at: datetime) -> Delivery:
    """Set a file aside as a whole (隔离) and say why and what to do; nothing of it takes effect."""
    delivery = _open_delivery(delivery_id)
    delivery.status, delivery.problem = DeliveryStatus.QUARANTINED, problem[:500]
    delivery.progress, delivery.progress_text = 100, "已隔离"
    delivery.claim = f"{delivery.claim}:{delivery.pk}"[-130:]
    delivery.save()
    note(act="quarantine_delivery", subject=f"delivery:{delivery.pk}", actor=actor, at=at)
    _tell(delivery, at)
    return delivery


@transaction.atomic
def replace_resolved(*, delivery_id: int, resolved_path: str, newly_linked: int, closed: int) -> Delivery:
    """Put in force the rows that a person has linked since; counted among the accepted ones from now on.

    Raises NotTwice when the delivery is no longer in force. The note is written by who resolved.
    """
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    if delivery.status != DeliveryStatus.ACCEPTED:
        raise NotTwice("这次送达已经撤回。")
    delivery.resolved_path = resolved_path
    delivery.rows_accepted += newly_linked
    delivery.rows_review -= closed
    delivery.rows_unlinked += closed - newly_linked
    delivery.save()
    return delivery


def _tell(delivery: Delivery, at: datetime) -> None:
    """Tell the unit's own systems, in the same transaction, what became of the file."""
    announce(
        event=Event.DELIVERY_PROCESSED,
        keys={
            "delivery": delivery.pk,
            "feed": delivery.feed,
            "status": str(delivery.status),
            "rows_good": delivery.rows_accepted,
            "rows_bad": delivery.rows_rejected,
        },
        range_low=delivery.range_low,
        range_high=delivery.range_high,
        unit=delivery.unit,
        at=at,
    )


def _open_delivery(delivery_id: int) -> Delivery:
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    if delivery.status not in OPEN:
        raise NotTwice("这次送达已经办结。")
    return delivery


def _receipt(delivery: Delivery, settled: Settled) -> dict[str, Any]:
    return {
        **settled.receipt,
        "delivery": delivery.pk,
        "feed": delivery.feed,
        "file_name": delivery.file_name,
        "batch_sha256": settled.batch_sha256,
        "rows_in": settled.rows_in,
        "rows_accepted": settled.rows_accepted,
        "rows_rejected": settled.rows_rejected,
        "rows_review": settled.rows_review,
        "rows_unlinked": settled.rows_unlinked,
        "tiers": settled.tiers,
    }
