"""Writing assistance (帮扶的办理)."""

from shouwang.stream.assistance.actions.feedback import (
    deliver_measure,
    end_measure,
    give_feedback,
    give_up_measure,
    record_word,
    reply_measure,
)
from shouwang.stream.assistance.actions.measures import Chosen, plan_measure, usual_due_on, withdraw_measure
from shouwang.stream.assistance.actions.plans import (
    NotNow,
    QuickerElsewhere,
    agree_plan,
    approve_plan,
    close_plan,
    draft_plan,
    hold_plan,
    propose_plan,
    return_plan,
    revise_plan,
)
from shouwang.stream.assistance.actions.reply_sheet import answer_measures, measure_sheet

__all__ = [
    "Chosen",
    "NotNow",
    "QuickerElsewhere",
    "agree_plan",
    "answer_measures",
    "approve_plan",
    "close_plan",
    "deliver_measure",
    "draft_plan",
    "end_measure",
    "give_feedback",
    "give_up_measure",
    "hold_plan",
    "measure_sheet",
    "plan_measure",
    "propose_plan",
    "record_word",
    "reply_measure",
    "return_plan",
    "revise_plan",
    "usual_due_on",
    "withdraw_measure",
]
