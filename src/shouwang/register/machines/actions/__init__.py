"""Writing machines (部门系统的办理)."""

from shouwang.register.machines.actions.admit import (
    BadSignature,
    ClockOff,
    Replayed,
    TooMany,
    admit,
    claim_nonce,
    forget_traces,
    recognise,
)
from shouwang.register.machines.actions.announce import announce
from shouwang.register.machines.actions.answers import AnotherRequest, Kept, answer_given, keep_answer, reserve_answer
from shouwang.register.machines.actions.manage import (
    MachineRefused,
    add_key,
    change_machine,
    register_machine,
    revoke_key,
    revoke_machine,
)
from shouwang.register.machines.actions.messages import deliver_messages, send_again
from shouwang.register.machines.actions.subscribe import end_subscription, subscribe

__all__ = [
    "AnotherRequest",
    "BadSignature",
    "ClockOff",
    "Kept",
    "MachineRefused",
    "Replayed",
    "TooMany",
    "add_key",
    "admit",
    "announce",
    "answer_given",
    "change_machine",
    "claim_nonce",
    "deliver_messages",
    "end_subscription",
    "forget_traces",
    "keep_answer",
    "recognise",
    "register_machine",
    "reserve_answer",
    "revoke_key",
    "revoke_machine",
    "send_again",
    "subscribe",
]
