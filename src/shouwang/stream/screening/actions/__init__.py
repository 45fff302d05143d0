"""Writing screenings (筛查的办理)."""

from shouwang.stream.screening.actions.publish import OlderRun, publish_run
from shouwang.stream.screening.actions.run import execute_run, queue_screening, run_screening
from shouwang.stream.screening.actions.trial import execute_trial, prepare_trials, queue_shadows, queue_trial

__all__ = [
    "OlderRun",
    "execute_run",
    "execute_trial",
    "prepare_trials",
    "publish_run",
    "queue_screening",
    "queue_shadows",
    "queue_trial",
    "run_screening",
]
