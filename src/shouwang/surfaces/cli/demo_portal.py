"""The portal of the demo (演示门户): one application as it comes in without an account, handed on to the village."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from shouwang.kernel.case_codes import grouped
from shouwang.register.papers.queries import board_key
from shouwang.register.staff.queries import SYSTEM, actor_named, villager
from shouwang.stream.clues.actions import dispatch_clue
from shouwang.stream.self_service.actions import Wish, apply_for_help, receipt_of
from shouwang.stream.self_service.queries import first_application

PHONE = "15400001234"
FORM = "demo-form-of-the-portal"


def has_portal() -> bool:
    """Whether somebody has applied through the portal already."""
    return first_application(SYSTEM) is not None


@transaction.atomic
def play_portal() -> None:
    """A neighbour applies for a widow who cannot write; the township hands it to the village the same day."""
    now, day = timezone.now(), timezone.localdate()
    village, township = actor_named("xiaowang", on=day), actor_named("xiaochen", on=day)
    if village is None or township is None:
        return
    wish = Wish(
        place_number=village.range_low, name="何秀英", identity="何秀英", phone=PHONE,
        what="老伴去年走了，她不识字，眼睛也看不清，地没人种，米都是邻居给的", on_behalf=True,
        trouble="lack_of_labour", heard=True,
    )  # fmt: skip
    made = apply_for_help(wish=wish, form_key=FORM, address="", actor=villager(village.range_low), at=now)
    dispatch_clue(clue_id=made.application.clue_id, actor=township, at=now)


def portal_figures() -> dict[str, Any]:
    """Where the portal is, and a code that works."""
    found = first_application(SYSTEM)
    if found is None:
        return {}
    return {
        "village": f"/p/{found.place_number:012d}",
        "board": f"/notices/{board_key(found.place_number)}/",
        "code": grouped(receipt_of(found.pk).code),
        "phone_ends_with": PHONE[-4:],
    }
