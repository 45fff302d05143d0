"""Every night forms that nobody sends again are forgotten (清理已办表单)."""

from datetime import datetime

from shouwang.register.staff.actions import forget_forms


def forget_old_forms(*, at: datetime) -> int:
    """Clear away what tells a form sent twice, after two days; gives back how many."""
    return forget_forms(at=at)
