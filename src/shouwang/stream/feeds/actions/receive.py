"""Receiving a file (收件): kept sealed before anything else happens to it; the same file twice is one delivery."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.sealed_files import put_sealed
from shouwang.register.staff.choices import Permission, Role
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.contracts import feed_contract
from shouwang.stream.feeds.models import Delivery


class WrongUnit(Refusal):
    """The feed belongs to another department (不是本单位的数据)."""


@dataclass(frozen=True)
class Receipt:
    """What the sender gets back: the delivery, and whether the same file had come before."""

    delivery: Delivery
    duplicate: bool


def receive_delivery(*, feed: str, file_name: str, content: bytes, actor: Actor, at: datetime) -> Receipt:
    """Take in a department's file (收件); reading and linking follow as a job.

    A file with the same content as one in force gives the same delivery back and changes nothing.
    Raises UnknownFeed, WrongUnit, or NotAllowed without the permission to deliver.
    """
    actor.require(Permission.SEND_DELIVERY)
    source = feed_contract(feed)
    if actor.role == Role.LIAISON and source.unit != actor.unit:
        raise WrongUnit(f"“{source.title}”由{source.unit}报送。")
    digest = sha256(content).hexdigest()
    earlier = _earlier(feed, digest, actor)
    if earlier:
        return Receipt(earlier, duplicate=True)
    try:
        with transaction.atomic():
            return Receipt(_keep(feed, file_name, content, digest, actor, at), duplicate=False)
    except IntegrityError:  # the same file came twice at the same moment, and the other one was first
        earlier = _earlier(feed, digest, actor)
        if earlier is None:
            raise
        return Receipt(earlier, duplicate=True)


def claim(feed: str, digest: str, actor: Actor) -> str:
    """What a delivery in force holds, once: the same content of one feed for one area."""
    return f"{feed}:{digest}:{actor.range_low}"


def _earlier(feed: str, digest: str, actor: Actor) -> Delivery | None:
    return Delivery.objects.filter(claim=claim(feed, digest, actor)).first()


def _keep(feed: str, file_name: str, content: bytes, digest: str, actor: Actor, at: datetime) -> Delivery:
    source = feed_contract(feed)
    original_path = put_sealed("originals", digest, content)
    fault_point("delivery.receive.file_kept")
    delivery = Delivery.objects.create(
        feed=feed,
        feed_title=source.title,
        unit=source.unit or "",
        range_low=actor.range_low,
        range_high=actor.range_high,
        file_name=file_name[-200:],
        size=len(content),
        sha256=digest,
        claim=claim(feed, digest, actor),
        received_at=at,
        received_by=actor.username,
        original_path=original_path,
    )
    fault_point("delivery.receive.row_written")
    details = {"feed": feed, "sha256": digest, "bytes": len(content)}
    note(act="receive_delivery", subject=f"delivery:{delivery.pk}", actor=actor, at=at, details=details)
    return delivery
