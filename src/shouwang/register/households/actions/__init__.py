"""Writing the register (农户登记的办理)."""

from shouwang.register.households.actions.checked import record_no_risk
from shouwang.register.households.actions.correct import (
    CannotCorrect,
    Correction,
    correct_register,
    entries_as_json,
)
from shouwang.register.households.actions.load import RegisterRefused, import_register
from shouwang.register.households.actions.measures import end_measure, record_measure
from shouwang.register.households.actions.monitoring import mark_cleared, mark_monitored, take_back_clearance
from shouwang.register.households.actions.reveal import NoReason, NotFound, reveal_identity

__all__ = [
    "CannotCorrect",
    "Correction",
    "NoReason",
    "NotFound",
    "RegisterRefused",
    "correct_register",
    "end_measure",
    "entries_as_json",
    "import_register",
    "mark_cleared",
    "mark_monitored",
    "record_measure",
    "record_no_risk",
    "reveal_identity",
    "take_back_clearance",
]
