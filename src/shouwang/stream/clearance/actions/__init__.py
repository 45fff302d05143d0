"""Clearing, reverting, visiting and updating (风险消除、回退、回访与动态管理的办理)."""

from shouwang.stream.clearance.actions.confirm import confirm_gate
from shouwang.stream.clearance.actions.decide import (
    decide_clearance,
    decide_revert,
    enter_clearance_mark,
    take_back_reversed,
)
from shouwang.stream.clearance.actions.follow_up import name_contact, record_follow_up
from shouwang.stream.clearance.actions.open import open_clearance, open_revert
from shouwang.stream.clearance.actions.rounds import judge_effect, open_round, take_back_update, update_row

__all__ = [
    "confirm_gate",
    "decide_clearance",
    "decide_revert",
    "enter_clearance_mark",
    "judge_effect",
    "name_contact",
    "open_clearance",
    "open_revert",
    "open_round",
    "record_follow_up",
    "take_back_reversed",
    "take_back_update",
    "update_row",
]
