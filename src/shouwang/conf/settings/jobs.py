"""Work in the background (后台任务): the policy pack it follows, and the queue on our own PostgreSQL, no broker."""

from shouwang.conf import env

PACK: str = env.value("SHOUWANG_PACK")
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["shouwang.schedule.jobs"]
JOBS_AFTER_SCREENING = ["take_up_warnings"]
"""Names of the jobs that a published screening sets going; no stage calls the next one itself."""
# How staff are reminded of what is due: the name of a plug-in, or a file.
MESSENGER: str = env.value("SHOUWANG_MESSENGER")
