"""Reading determinations (查识别认定)."""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from shouwang.kernel import filestore
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.determination.models import Snapshot
from shouwang.stream.determination.snapshots import computed_again
from shouwang.stream.rules.queries import pack_in_force


def snapshot_of(actor: Actor, case_number: str) -> tuple[Snapshot, dict[str, Any]] | None:
    """What the newest decision of a case rested on. Raises Tampered or ValueError when the file was altered."""
    if not actor.may(Permission.SEE_CASES):
        return None
    found = Snapshot.objects.visible_to(actor).filter(case_number=case_number).order_by("-id").first()
    if found is None:
        return None
    content = keyring().open_file(f"snapshot:{found.sha256}", filestore.get(settings.STORE, found.path))
    return found, json.loads(content)


def snapshots_kept(actor: Actor) -> Iterator[tuple[str, str, str]]:
    """Case, hash and file of all kept grounds."""
    found = Snapshot.objects.visible_to(actor).order_by("pk")
    yield from found.values_list("case_number", "sha256", "path").iterator()


def snapshot_differences(actor: Actor, case_number: str) -> list[str] | None:
    """What comes out otherwise when a decision's grounds are computed again; empty when all is the same."""
    kept = snapshot_of(actor, case_number)
    if kept is None:
        return None
    found, content = kept
    return computed_again(content, pack_in_force(found.pack, on=found.as_of))
