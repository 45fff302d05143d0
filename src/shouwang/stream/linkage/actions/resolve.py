"""Deciding doubtful links (核对关联): one or many at a time; what was decided counts from the next screening on."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from shouwang.kernel import identity_numbers
from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.kernel.secrets import mask_phone
from shouwang.register.households.queries import households_of
from shouwang.register.ledger.actions import note, record_look
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.actions import replace_resolved
from shouwang.stream.feeds.choices import DeliveryStatus
from shouwang.stream.feeds.contracts import feed_contract
from shouwang.stream.feeds.storage import get_table, put_table
from shouwang.stream.linkage.actions.review_rows import PLACE
from shouwang.stream.linkage.choices import ReviewStatus
from shouwang.stream.linkage.models import LinkReview
from shouwang.stream.linkage.rows import row_keys

BY_HAND = 4
"""Tier of a row that a person has linked."""


class NotOpen(Refusal):
    """The item is not open for this actor (没有这条待核对)."""


@transaction.atomic
def open_identity(*, key: str, actor: Actor, at: datetime) -> dict[str, Any]:
    """The identity that a record in doubt came with (查看待核对记录), numbers masked but for what tells people apart.

    Noted in the ledger. Raises NotOpen for an item outside the actor's area, NotAllowed without the permission.
    """
    return open_identities(keys=[key], actor=actor, at=at)[key]


@transaction.atomic
def open_identities(*, keys: Sequence[str], actor: Actor, at: datetime) -> dict[str, dict[str, Any]]:
    """The identities of many records in doubt (查看待核对记录), key → identity, recorded by one INSERT.

    The households of their candidates are looked at too, and each may see that. Raises as `open_identity`.
    """
    actor.require(Permission.RESOLVE_LINKS)
    items = LinkReview.objects.visible_to(actor).in_bulk(list(keys))
    if set(keys) - set(items):
        raise NotOpen("没有这条待核对记录。")
    sealed = [items[key].identity_cipher for key in keys]
    opened = dict(zip(keys, keyring().decrypt_all(PLACE, list(keys), sealed), strict=True))
    people = [one["resident_id"] for item in items.values() for one in item.candidates]
    homes = sorted(set(households_of(actor, people).values()))
    subjects = [*(f"review:{key}" for key in keys), *(f"household:{home}" for home in homes)]
    record_look(subjects=subjects, purpose="人员比对复核", actor=actor, at=at, task=f"review:{keys[0]}" if keys else "")
    return {key: _shown(json.loads(opened[key] or "{}")) for key in keys}


def _shown(identity: dict[str, Any]) -> dict[str, Any]:
    number, phone = identity_numbers.mask(identity.get("id_number")), mask_phone(identity.get("phone"))
    return {**identity, "id_number": number, "phone": phone}


def resolve_review(*, key: str, resident_id: str | None, reason: str, actor: Actor, at: datetime) -> LinkReview:
    """Link one record to a resident, or to nobody (核对). Raises as `resolve_reviews`."""
    return resolve_reviews(choices={key: resident_id}, reason=reason, actor=actor, at=at)[0]


@transaction.atomic
def resolve_reviews(*, choices: Mapping[str, str | None], reason: str, actor: Actor, at: datetime) -> list[LinkReview]:
    """Decide many records at once (批量核对): key → resident, or None for nobody.

    A resident need not be among the candidates but must live in the actor's area. Raises NotOpen when an item is
    decided, withdrawn or not the actor's, or a resident is not found there; NotAllowed without the permission.
    """
    actor.require(Permission.RESOLVE_LINKS)
    items = _open_items(choices, actor)
    homes = households_of(actor, [resident for resident in choices.values() if resident])
    for item in items:
        chosen = choices[item.key]
        if chosen and chosen not in homes:
            raise NotOpen("所选的人不在您的辖区内。")
        item.status = ReviewStatus.LINKED if chosen else ReviewStatus.REFUSED
        item.resident_id, item.household_id = chosen, homes[chosen] if chosen else None
        item.resolved_at, item.resolved_by, item.resolution_reason = at, actor.username, reason.strip()
    changed = ["status", "resident_id", "household_id", "resolved_at", "resolved_by", "resolution_reason"]
    LinkReview.objects.bulk_update(items, changed, batch_size=500)
    fault_point("link.resolve.decided")
    for delivery_id in sorted({item.delivery_id for item in items}):
        _put_in_force(delivery_id, [item for item in items if item.delivery_id == delivery_id])
    fault_point("link.resolve.in_force")
    linked = sum(1 for item in items if item.status == ReviewStatus.LINKED)
    subject = f"review:{items[0].key}" if len(items) == 1 else "reviews"
    details = {"linked": linked, "refused": len(items) - linked, "items": [item.key for item in items]}
    note(act="resolve_reviews", subject=subject, reason=reason.strip(), actor=actor, at=at, details=details)
    return items


def _open_items(choices: Mapping[str, str | None], actor: Actor) -> list[LinkReview]:
    found = LinkReview.objects.visible_to(actor).open().filter(delivery__status=DeliveryStatus.ACCEPTED)
    items = list(found.select_for_update(of=("self",)).filter(pk__in=choices).order_by("pk"))
    if not items or len(items) != len(choices):
        raise NotOpen("有记录已经核对过、已随送达撤回，或不在您的辖区内。")
    return items


def _put_in_force(delivery_id: int, decided: list[LinkReview]) -> None:
    """Write anew the rows of a delivery that people have linked by hand, all decisions so far together."""
    delivery = decided[0].delivery
    source = feed_contract(delivery.feed)
    linked = LinkReview.objects.filter(delivery_id=delivery_id, status=ReviewStatus.LINKED).order_by("row_no")
    rows = list(linked.values_list("row_no", "resident_id", "household_id"))
    newly = sum(1 for item in decided if item.status == ReviewStatus.LINKED)
    path = ""
    if rows:
        pending = get_table(delivery.pending_path)
        row_nos = pa.array([row[0] for row in rows], pa.int64())
        table = pending.take(pc.index_in(row_nos, value_set=pending["row_no"].combine_chunks()))
        table = table.append_column("household_id", pa.array([row[2] for row in rows], pa.string()))
        table = table.append_column("resident_id", pa.array([row[1] for row in rows], pa.string()))
        table = table.append_column("link_tier", pa.repeat(pa.scalar(BY_HAND, pa.int8()), len(rows)))
        table = table.append_column("link_score", pa.nulls(len(rows), pa.float64()))
        path = put_table("resolved", table.append_column("row_key", row_keys(table, source, str(delivery_id))))[0]
    replace_resolved(delivery_id=delivery_id, resolved_path=path, newly_linked=newly, closed=len(decided))
