"""How many people's data may leave at once without a stated reason (导出数量界线).

依据: 法释〔2017〕10号第五条, the numbers in conf/settings/exports.py; from there on others must agree as well (register/releases).
What counts is the sum over twenty-four hours, so that many small sheets are one large one.
"""

from collections.abc import Iterable

from django.conf import settings

from shouwang.register.exchange.choices import Sensitivity
from shouwang.register.exchange.fields import Field

LIMITS: dict[str, int] = {kind: whole for kind, (_, whole) in settings.EXPORT_LINES.items()}
HOURS: int = settings.EXPORT_HOURS
SHORTEST_REASON = 4


def sensitivity_of(fields: Iterable[Field | None]) -> str:
    """The most sensitive of what a sheet tells."""
    found = {field.sensitivity for field in fields if field is not None}
    return next(str(one) for one in LIMITS if one in found or one == Sensitivity.OTHER)


def needs_reason(*, sensitivity: str, persons: int, earlier: int, in_full: bool) -> bool:
    """Whether a sheet needs a stated reason: full numbers always, else above the limit of its kind."""
    return in_full or persons + earlier > LIMITS[sensitivity]


def is_reason(text: str) -> bool:
    """Whether this says anything."""
    return len(text.strip()) >= SHORTEST_REASON
