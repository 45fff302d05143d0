"""The kinds of paper (文书种类): fourteen, each with its fields, its shipped layout and an example."""

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.kinds import decisions, household, meeting, report
from shouwang.register.papers.kinds.fields import BY_HAND, Field, Kind, Table, Texts, checked

KINDS: dict[str, Kind] = {
    one.name: one
    for one in (
        household.PLEDGE,
        household.AUTHORISATION,
        household.VERIFICATION,
        meeting.MINUTES,
        meeting.NOTICE,
        meeting.OBJECTION,
        decisions.DECISION,
        decisions.REFUSAL,
        meeting.ANNOUNCEMENT,
        household.PLAN,
        household.CARD,
        household.INCOME_SHEET,
        decisions.CLEARANCE,
        report.MONTHLY_REPORT,
    )
}


def kind_named(name: str) -> Kind:
    """A kind of paper. Raises Refusal for a name that is none."""
    if name not in KINDS:
        raise Refusal(f"没有“{name}”这种文书。", "请从文书种类里选择。")
    return KINDS[name]


__all__ = ["BY_HAND", "KINDS", "Field", "Kind", "Table", "Texts", "checked", "kind_named"]
