"""The job queue (任务队列): procrastinate on our own PostgreSQL, no broker."""

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["shouwang.schedule.jobs"]
