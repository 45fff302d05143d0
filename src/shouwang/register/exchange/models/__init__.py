"""Tables of exchanged sheets (对接表格). Do not read rows without `.visible_to(actor)`."""

from shouwang.register.exchange.models.differences import Difference, TakeOver
from shouwang.register.exchange.models.incoming import IncomingSheet, ReturnedRow
from shouwang.register.exchange.models.outgoing import OutgoingOrder, OutgoingSheet, SentHousehold
from shouwang.register.exchange.models.replies import ReplySheet

__all__ = [
    "Difference",
    "IncomingSheet",
    "OutgoingOrder",
    "OutgoingSheet",
    "ReplySheet",
    "ReturnedRow",
    "SentHousehold",
    "TakeOver",
]
