"""Work on the way (外出采集的办理)."""

from shouwang.stream.fieldwork.actions.apply import apply_reading
from shouwang.stream.fieldwork.actions.keys import open_sealing_key
from shouwang.stream.fieldwork.actions.phones import NewPhone, PhoneShutOut, register_phone, revoke_phone
from shouwang.stream.fieldwork.actions.receive import Receipt, receive_entries
from shouwang.stream.fieldwork.actions.settle import settle_entry
from shouwang.stream.fieldwork.actions.take_along import Taken, take_bundle

__all__ = [
    "NewPhone",
    "PhoneShutOut",
    "Receipt",
    "Taken",
    "apply_reading",
    "open_sealing_key",
    "receive_entries",
    "register_phone",
    "revoke_phone",
    "settle_entry",
    "take_bundle",
]
