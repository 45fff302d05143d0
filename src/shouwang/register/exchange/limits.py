"""How many people's data may leave at once without a stated reason (导出数量界线).

依据: 法释〔2017〕10号《关于办理侵犯公民个人信息刑事案件适用法律若干问题的解释》第五条: 财产信息五十条、健康生理信息五百条、
其他信息五千条. What counts is the sum over twenty-four hours, so that many small sheets are one large one.
"""

from collections.abc import Iterable

from shouwang.register.exchange.choices import Sensitivity
from shouwang.register.exchange.fields import Field

LIMITS: dict[str, int] = {Sensitivity.PROPERTY: 50, Sensitivity.HEALTH: 500, Sensitivity.OTHER: 5_000}
HOURS = 24
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
