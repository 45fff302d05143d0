"""Tables of clues (线索).

Nothing here is ever deleted, reasons and history are never changed, and an application cannot end without a decision, a
written answer from above the village, or an open clue that carries it on: triggers of the database see to it (see the
migrations). Households are named by their number without a foreign key: a person who applies may be in no register yet.
"""

from shouwang.stream.clues.models.clue import Clue
from shouwang.stream.clues.models.count import ClueCount
from shouwang.stream.clues.models.held import HeldWarning
from shouwang.stream.clues.models.history import ClueEvent, ClueSource

__all__ = ["Clue", "ClueCount", "ClueEvent", "ClueSource", "HeldWarning"]
