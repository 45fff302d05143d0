"""Tables of clearance (风险消除).

Confirmations and visits are never changed or removed; a later one holds.
"""

from shouwang.stream.clearance.models.confirmation import Confirmation
from shouwang.stream.clearance.models.follow_up import Contact, FollowUp
from shouwang.stream.clearance.models.round import Round, RoundRow

__all__ = ["Confirmation", "Contact", "FollowUp", "Round", "RoundRow"]
