"""Timeline of a household (时间线): dated statuses, risks, measures and warnings, newest first."""

from datetime import date
from typing import Any

from shouwang.register.households.queries import HouseholdFile


def timeline_of(file: HouseholdFile, warnings: list[Any], titles: dict[str, str]) -> list[dict[str, Any]]:
    """What happened when; entries without a date are left out."""
    events: list[tuple[date | None, str]] = []
    for one in file.statuses:
        events.append((one.valid_from, f"身份：{one.get_tag_display()}"))
        events.append((one.valid_until, f"身份结束：{one.get_tag_display()}"))
    events += [(one.since_on, f"识别风险：{one.get_risk_display()}") for one in file.risks]
    events += [(one.since_on, f"帮扶措施：{one.get_kind_display()}") for one in file.measures]
    home = file.household
    events += [(home.monitored_on, "纳入监测"), (home.cleared_on, "风险消除")]
    for one in warnings:
        title = titles.get(one.rule, one.rule)
        events.append((one.first_seen_run.as_of, f"{one.get_level_display()}：{title}"))
        if one.gone_run_id:
            events.append((one.gone_run.as_of, f"预警消失：{title}"))
    dated = [(on, text) for on, text in events if on is not None]
    return [{"on": on, "text": text} for on, text in sorted(dated, reverse=True)]
