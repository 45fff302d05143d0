"""Writing exchanged sheets (对接表格的办理)."""

from shouwang.register.exchange.actions.decide import (
    NothingToDecide,
    chosen,
    decide_all,
    decide_differences,
)
from shouwang.register.exchange.actions.order import NoOrder, make_ordered_sheet, order_sheet
from shouwang.register.exchange.actions.receive import MANY_ROWS, NotOpen, compare_sheet, open_incoming, receive_sheet
from shouwang.register.exchange.actions.replies import download_reply_sheet, download_returned_replies, take_replies
from shouwang.register.exchange.actions.return_rows import NoReturns, download_returned
from shouwang.register.exchange.actions.send import CannotSend, Wish, download_sheet, prepare_sheet, send_sheet
from shouwang.register.exchange.actions.take import NothingToTake, NothingToUndo, take_over, undo_take_over
from shouwang.register.exchange.actions.template import NoTemplate, make_template

__all__ = [
    "MANY_ROWS",
    "CannotSend",
    "NoOrder",
    "NoReturns",
    "NoTemplate",
    "NotOpen",
    "NothingToDecide",
    "NothingToTake",
    "NothingToUndo",
    "Wish",
    "chosen",
    "compare_sheet",
    "decide_all",
    "decide_differences",
    "download_reply_sheet",
    "download_returned",
    "download_returned_replies",
    "download_sheet",
    "make_ordered_sheet",
    "make_template",
    "open_incoming",
    "order_sheet",
    "prepare_sheet",
    "receive_sheet",
    "send_sheet",
    "take_over",
    "take_replies",
    "undo_take_over",
]
