"""Tables of assistance (帮扶).

Nothing is deleted: a plan is closed, a measure is delivered or it is said why not, feedback is only ever added. Free
words of people are encrypted. Do not read rows without ``.visible_to(actor)`` or ``.asked_of(actor)``.
"""

from shouwang.stream.assistance.models.feedback import Feedback
from shouwang.stream.assistance.models.measure import PlannedMeasure
from shouwang.stream.assistance.models.plan import Plan

__all__ = ["Feedback", "Plan", "PlannedMeasure"]
