"""Whether screenings are whole (筛查核验)."""

from collections.abc import Iterator

from django.db.models import Min

from shouwang.kernel.soundness import Broken, KeptFile
from shouwang.register.staff.queries import Actor
from shouwang.stream.screening.choices import RunStatus, TrialStatus
from shouwang.stream.screening.models import Doubt, Gap, IssuedWarning, Run, Tally, Trial
from shouwang.stream.screening.queries.figures import LEVELS

HALF = "属于没有发布的筛查"


def broken_runs(actor: Actor) -> Iterator[Broken]:
    """Findings of a run that was not published: a run is in force as a whole or not at all."""
    unpublished = Run.objects.exclude(status=RunStatus.PUBLISHED)
    for model, name in ((Gap, "未能判断"), (Doubt, "疑点数据")):
        for run_id in set(model.objects.filter(run__in=unpublished).values_list("run_id", flat=True)):
            yield Broken(f"run:{run_id}", f"有{name}{HALF} {run_id}。")
    for run_id in set(
        IssuedWarning.objects.filter(changed_run__in=unpublished).values_list("changed_run_id", flat=True)
    ):
        yield Broken(f"run:{run_id}", f"有预警{HALF} {run_id}。")


def broken_tallies(actor: Actor) -> Iterator[Broken]:
    """Villages whose counted households are not those of their warnings."""
    gravest = IssuedWarning.objects.current().order_by().values("place_number", "household_id")
    found: dict[int, list[int]] = {}
    for place, _, severity in gravest.annotate(gravest=Min("severity")).values_list(
        "place_number", "household_id", "gravest"
    ):
        found.setdefault(place, [0, 0, 0, 0])[severity - 1] += 1
    counted = {
        place: levels
        for place, *levels in Tally.objects.filter(factor="").values_list("place_number", *LEVELS)
        if any(levels)
    }
    for place in sorted({*found, *counted}):
        if found.get(place) != counted.get(place):
            yield Broken(f"place:{place}", "总览里的预警户数与预警名单对不上，请重新发布一次筛查。")


def unsettled_runs(actor: Actor) -> set[int]:
    """Runs that still have to be carried out."""
    waiting = (RunStatus.QUEUED, RunStatus.RUNNING)
    return set(Run.objects.filter(status__in=waiting).values_list("pk", flat=True))


def unsettled_trials(actor: Actor) -> set[int]:
    """Trials that still have to be carried out."""
    return set(Trial.objects.filter(status=TrialStatus.QUEUED).values_list("pk", flat=True))


def kept_files(actor: Actor) -> Iterator[KeptFile]:
    """What published runs were judged by."""
    for pk, inputs in Run.objects.filter(status=RunStatus.PUBLISHED).values_list("pk", "inputs").iterator(50):
        yield from (KeptFile(f"run:{pk}", one["path"]) for one in inputs)
