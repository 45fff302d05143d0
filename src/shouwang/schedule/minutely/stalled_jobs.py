"""Jobs whose worker died go back into the queue (清理停滞任务): the queue itself would leave them in progress forever."""

from procrastinate.contrib.django import app

LEASE_SECONDS = 90
"""A worker reports every ten seconds; after this long without a word it is taken for dead."""


async def sweep() -> int:
    """Give back stalled jobs and forget dead workers; gives back how many. Every job may be begun again safely."""
    manager = app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=LEASE_SECONDS))
    for job in stalled:
        await manager.retry_job(job)
    await manager.prune_stalled_workers(LEASE_SECONDS)
    return len(stalled)
