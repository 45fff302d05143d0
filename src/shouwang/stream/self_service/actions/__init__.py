"""Acting for oneself (自助办理的动作)."""

from shouwang.stream.self_service.actions.apply import (
    PLEDGE,
    Receipt,
    TooMany,
    Wish,
    apply_for_help,
    confirm_holder,
    receipt_of,
)
from shouwang.stream.self_service.actions.correct import answer_correction, ask_for_correction
from shouwang.stream.self_service.actions.knock import Door, Knock, knock
from shouwang.stream.self_service.actions.object import object_to_decision, object_to_notice
from shouwang.stream.self_service.actions.sending import SentOtherwise
from shouwang.stream.self_service.limits import forget_counts

__all__ = [
    "PLEDGE",
    "Door",
    "Knock",
    "Receipt",
    "SentOtherwise",
    "TooMany",
    "Wish",
    "answer_correction",
    "apply_for_help",
    "ask_for_correction",
    "confirm_holder",
    "forget_counts",
    "knock",
    "object_to_decision",
    "object_to_notice",
    "receipt_of",
]
