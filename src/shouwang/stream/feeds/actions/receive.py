"""Receiving a file (收件): kept sealed before anything else happens to it; the same file twice is one delivery."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import IO

from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.sealed_files import put_sealed_file
from shouwang.register.staff.choices import OWN_UNIT, Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.contracts import feed_contract
from shouwang.stream.feeds.models import Delivery, Manifest
from shouwang.stream.feeds.queries import delivery_of


class WrongUnit(Refusal):
    """The feed belongs to another department (不是本单位的数据)."""


class NothingToCorrect(Refusal):
    """There is no such delivery to correct (没有可更正的送达)."""


@dataclass(frozen=True)
class Receipt:
    """What the sender gets back: the delivery, and whether the same file had come before."""

    delivery: Delivery
    duplicate: bool


@dataclass(frozen=True)
class OpenFile:
    """A file that has come in whole and was hashed on the way (收到的文件)."""

    file: IO[bytes]
    size: int
    sha256: str


@dataclass(frozen=True)
class Declared:
    """What the sender's system has signed about a file (报送清单), proved by the caller."""

    text: str
    signature: str
    key_id: str
    sent_by: str
    rows: int
    period_from: date | None = None
    period_until: date | None = None
    corrects: int | None = None


def receive_delivery(*, feed: str, file_name: str, content: bytes, actor: Actor, at: datetime) -> Receipt:
    """Take in a department's file (收件); reading and linking follow as a job.

    A file with the same content as one in force gives the same delivery back and changes nothing.
    Raises UnknownFeed, WrongUnit, or NotAllowed without the permission to deliver.
    """
    given = OpenFile(io.BytesIO(content), len(content), sha256(content).hexdigest())
    return receive_file(feed=feed, file_name=file_name, given=given, actor=actor, at=at)


def receive_file(*, feed: str, file_name: str, given: OpenFile, actor: Actor, at: datetime) -> Receipt:
    """Take in an open file of any size (收件), which is never whole in memory; else as `receive_delivery`."""
    actor.require(Permission.SEND_DELIVERY)
    source = feed_contract(feed)
    if actor.role in OWN_UNIT and source.unit != actor.unit:
        raise WrongUnit(f"“{source.title}”由{source.unit}报送。")
    earlier = _earlier(feed, given.sha256, actor)
    if earlier:
        return Receipt(earlier, duplicate=True)
    try:
        with transaction.atomic():
            return Receipt(_keep(feed, file_name, given, actor, at), duplicate=False)
    except IntegrityError:  # the same file came twice at the same moment, and the other one was first
        earlier = _earlier(feed, given.sha256, actor)
        if earlier is None:
            raise
        return Receipt(earlier, duplicate=True)


@transaction.atomic
def receive_signed_file(
    *, feed: str, file_name: str, given: OpenFile, declared: Declared, actor: Actor, at: datetime
) -> Receipt:
    """Take in a file with the signed manifest of the department's system (带签名报送), which is kept beside it.

    A correction names the delivery whose bad rows it brings again: that one stays as it came, its good rows count, and
    a row of the same key replaces the earlier one. Raises NothingToCorrect, and what `receive_file` raises.
    """
    if declared.corrects is not None:
        first = delivery_of(actor, declared.corrects)
        if first is None or first.feed != feed:
            raise NothingToCorrect("没有找到要更正的那次送达，或者它不是这种数据。", "请核对送达编号。")
    receipt = receive_file(feed=feed, file_name=file_name, given=given, actor=actor, at=at)
    if declared.corrects == receipt.delivery.pk:
        raise NothingToCorrect("这个文件和要更正的那次送达一字不差。", "请改正退回的行以后再报送。")
    Manifest.objects.create(
        delivery=receipt.delivery,
        corrects_id=declared.corrects,
        text=declared.text,
        signature=declared.signature,
        key_id=declared.key_id,
        machine=actor.username,
        sent_by=declared.sent_by,
        rows=declared.rows,
        period_from=declared.period_from,
        period_until=declared.period_until,
        received_at=at,
    )
    return receipt


def claim(feed: str, digest: str, actor: Actor) -> str:
    """What a delivery in force holds, once: the same content of one feed for one area."""
    return f"{feed}:{digest}:{actor.range_low}"


def _earlier(feed: str, digest: str, actor: Actor) -> Delivery | None:
    return Delivery.objects.filter(claim=claim(feed, digest, actor)).first()


def _keep(feed: str, file_name: str, given: OpenFile, actor: Actor, at: datetime) -> Delivery:
    source = feed_contract(feed)
    original_path = put_sealed_file("originals", given.sha256, given.file)
    fault_point("delivery.receive.file_kept")
    delivery = Delivery.objects.create(
        feed=feed,
        feed_title=source.title,
        unit=source.unit or "",
        range_low=actor.range_low,
        range_high=actor.range_high,
        file_name=file_name[-200:],
        size=given.size,
        sha256=given.sha256,
        claim=claim(feed, given.sha256, actor),
        received_at=at,
        received_by=actor.username,
        original_path=original_path,
    )
    fault_point("delivery.receive.row_written")
    details = {"feed": feed, "sha256": given.sha256, "bytes": given.size}
    note(act="receive_delivery", subject=f"delivery:{delivery.pk}", actor=actor, at=at, details=details)
    return delivery
