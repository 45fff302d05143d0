"""Reading exchanged sheets (查对接表格)."""

from shouwang.register.exchange.models import IncomingSheet
from shouwang.register.exchange.queries.incoming import (
    counts_of,
    differences,
    fields_of,
    incoming_sheet,
    incoming_sheets,
    origins,
    returned_rows,
    shown,
    takeovers_of,
    villages_of,
)
from shouwang.register.exchange.queries.outgoing import (
    last_sent,
    open_orders,
    outgoing_order,
    outgoing_sheet,
    outgoing_sheets,
    persons_sent,
)
from shouwang.register.exchange.queries.replies import reply_sheets

__all__ = [
    "IncomingSheet",
    "counts_of",
    "differences",
    "fields_of",
    "incoming_sheet",
    "incoming_sheets",
    "last_sent",
    "open_orders",
    "origins",
    "outgoing_order",
    "outgoing_sheet",
    "outgoing_sheets",
    "persons_sent",
    "reply_sheets",
    "returned_rows",
    "shown",
    "takeovers_of",
    "villages_of",
]
