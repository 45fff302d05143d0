"""Whether clues fit their histories (线索核验)."""

from collections.abc import Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

from shouwang.kernel.running_counts import differences
from shouwang.kernel.soundness import Broken
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.choices import ClueState, SourceKind
from shouwang.stream.clues.models import Clue, ClueCount, ClueEvent, ClueSource


def broken_clues(actor: Actor) -> Iterator[Broken]:
    """Clues without a reason, closed without a step that closed them, or with other rules than their reasons have."""
    found = Clue.objects.visible_to(actor)
    for pk in found.filter(~Exists(ClueSource.objects.filter(clue=OuterRef("pk")))).values_list("pk", flat=True):
        yield Broken(f"clue:{pk}", f"线索 {pk} 没有来由。")
    ended = ClueEvent.objects.filter(clue=OuterRef("pk"), act__in=("closed", "settled", "merged"))
    closed = found.filter(~Exists(ended), state=ClueState.CLOSED)
    for pk in closed.values_list("pk", flat=True):
        yield Broken(f"clue:{pk}", f"线索 {pk} 已经办结，经过里却没有办结这一步。")
    warned = ClueSource.objects.filter(clue=OuterRef("pk"), kind=SourceKind.WARNING).order_by("rule")
    spoke = ArraySubquery(warned.values("rule").distinct())
    for pk in found.filter(state=ClueState.CLOSED).exclude(rules=spoke).values_list("pk", flat=True):
        yield Broken(f"clue:{pk}", f"线索 {pk} 办结时记下的规则与来由对不上。")


def broken_counts(actor: Actor) -> Iterator[Broken]:
    """Counts of clues that are not those of the clues."""
    if number := differences(ClueCount):
        yield Broken("count:clues", f"线索的随动计数有 {number} 处与线索对不上，可能有人停用过触发器，请联系维护人员。")


def clues_with_cases(actor: Actor) -> dict[int, str]:
    """Clues that became a case, and its number."""
    return dict(Clue.objects.visible_to(actor).exclude(case_number="").values_list("pk", "case_number"))
