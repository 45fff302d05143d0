"""Letting lists out (名单导出)."""

from shouwang.register.releases.actions.answer import answer_request
from shouwang.register.releases.actions.ask import ask_to_release
from shouwang.register.releases.actions.leave import Leaving, MustAsk, count_seen, let_leave

__all__ = ["Leaving", "MustAsk", "answer_request", "ask_to_release", "count_seen", "let_leave"]
