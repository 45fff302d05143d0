"""Writing screenings (筛查的办理)."""

from shouwang.stream.screening.actions.publish import OlderRun, publish_run
from shouwang.stream.screening.actions.run import execute_run, queue_screening, run_screening

__all__ = ["OlderRun", "execute_run", "publish_run", "queue_screening", "run_screening"]
