"""Whether the work that was asked for is queued (后台任务核验)."""

from collections.abc import Iterator

from procrastinate.contrib.django.models import ProcrastinateJob

from shouwang.kernel.soundness import Broken
from shouwang.register.exchange.queries.soundness import unsettled_sheets
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.queries.soundness import unsettled_deliveries
from shouwang.stream.screening.queries.soundness import unsettled_runs, unsettled_trials

ASKED = (
    ("accept_delivery", "delivery_id", "送达", unsettled_deliveries),
    ("compare_sheet", "sheet_id", "对接表格", unsettled_sheets),
    ("run_screening", "run_id", "筛查", unsettled_runs),
    ("try_out", "trial_id", "试算", unsettled_trials),
)
"""Job, its argument, what it is about, and who still waits for one."""


def lost_jobs(actor: Actor) -> Iterator[Broken]:
    """Work that was asked for and is neither done nor queued."""
    for task, argument, title, waiting in ASKED:
        queued = ProcrastinateJob.objects.filter(task_name=task, status__in=("todo", "doing"))
        there = {int(args[argument]) for args in queued.values_list("args", flat=True)}
        for pk in sorted(waiting(actor) - there):
            yield Broken(f"{task}:{pk}", f"{title} {pk} 还没有办完，后台却没有它的任务。")
