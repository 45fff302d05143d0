"""How long things take (办理用时) and how often rules are right (规则核实率)."""

from dataclasses import dataclass
from datetime import date

from shouwang.register.households.queries import days_to_help
from shouwang.register.procedure.choices import Matter
from shouwang.register.procedure.queries import days_to_decide
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.queries import Confirmed, confirmed_by_rule, days_to_close
from shouwang.stream.screening.queries import rule_titles
from shouwang.watch.flow.queries.area import Area


@dataclass(frozen=True)
class Span:
    """One stretch of the way (一段路): how many went it, the median of days; None where nobody did."""

    name: str
    title: str
    count: int
    days: float | None


def spans(
    actor: Actor, *, since: date, until: date | None = None, range_low: int = 0, range_high: int = 10**12
) -> list[Span]:
    """From clue to answer, from application to decision, from monitoring to the first help, to clearance."""
    area = Area(range_low=range_low, range_high=range_high)
    found = []
    if actor.may(Permission.SEE_CLUES):
        closed, to_close = days_to_close(actor, since=since, until=until, **area)
        found.append(Span("close", "线索登记到办结", closed, to_close))
    if actor.may(Permission.SEE_CASES):
        of_matter = days_to_decide(actor, since=since, until=until, **area)
        for matter, name, title in (
            (Matter.DETERMINATION, "decide", "识别认定受理到审定"),
            (Matter.CLEARANCE, "clear", "风险消除启动到审定"),
        ):
            decided, days = of_matter.get(matter, (0, None))
            found.append(Span(name, title, decided, days))
    if actor.may(Permission.SEE_HOUSEHOLDS):
        _, helped, to_help = days_to_help(actor, since=since, until=until, **area)
        found.append(Span("help", "纳入监测到第一项帮扶", helped, to_help))
    return found


def rule_shares(
    actor: Actor, *, since: date, range_low: int = 0, range_high: int = 10**12
) -> list[tuple[str, Confirmed]]:
    """Title of a rule with what people found where it had warned."""
    titles = rule_titles()
    found = confirmed_by_rule(actor, since=since, range_low=range_low, range_high=range_high)
    return [(titles.get(one.rule, one.rule), one) for one in found]
