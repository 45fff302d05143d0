"""Hands the folders of the schedule to the job queue (定时任务登记)."""

from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from django.utils import timezone
from procrastinate.contrib.django import app

from shouwang.schedule.daily.clearances import restore_monitoring
from shouwang.schedule.daily.clues import look_after_clues
from shouwang.schedule.daily.forms import forget_old_forms
from shouwang.schedule.daily.ledger import forget_sealing_jobs, verify_tonight
from shouwang.schedule.daily.machines import forget_machine_traces
from shouwang.schedule.daily.reminders import remind_staff
from shouwang.schedule.daily.river import screen_tonight
from shouwang.schedule.daily.self_service import forget_old_counts
from shouwang.schedule.half_minutely.messages import send_waiting
from shouwang.schedule.half_minutely.sealing import seal_new
from shouwang.schedule.hourly.counts import gather_all_counts
from shouwang.schedule.minutely.stalled_jobs import sweep
from shouwang.schedule.monthly.reports import report_last_month


@app.periodic(cron="* * * * * */30")
@app.task(name="seal_ledger", queue="ledger", queueing_lock="seal_ledger")
async def half_minutely(timestamp: int) -> None:
    """Every half minute, by a worker that does nothing else: a long screening must not keep the ledger waiting."""
    await sync_to_async(seal_new)(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="sweep_stalled_jobs", queue="ledger", queueing_lock="sweep_stalled_jobs")
async def minutely(timestamp: int) -> None:
    """Every minute, by the sealer's worker: the one whose jobs are given back may be the only other one."""
    await sweep()


@app.periodic(cron="* * * * * */30")
@app.task(name="send_messages", queue="messages", queueing_lock="send_messages", lock="send_messages")
async def half_minutely_messages(timestamp: int) -> None:
    """Every half minute, by a worker that does nothing else: a receiver that does not answer keeps no screening waiting."""
    await sync_to_async(send_waiting)(at=timezone.now())


@app.periodic(cron="7 * * * *")
@app.task(name="gather_counts", queue="schedule", queueing_lock="gather_counts")
async def hourly(timestamp: int) -> None:
    """Every hour: between two times a county's figures add up what its people did in between."""
    await sync_to_async(gather_all_counts)()


@app.periodic(cron="30 19 * * *")  # 03:30 in China
@app.task(name="nightly_river", queue="schedule")
async def daily(timestamp: int) -> None:
    """Every night."""
    await sync_to_async(screen_tonight)(at=datetime.fromtimestamp(timestamp, UTC))
    await sync_to_async(restore_monitoring)(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="0 18 * * *")  # 02:00 in China
@app.task(name="nightly_ledger", queue="schedule")
async def daily_ledger(timestamp: int) -> None:
    """Every night, before the screening."""
    await forget_sealing_jobs()
    await sync_to_async(forget_old_forms)(at=datetime.fromtimestamp(timestamp, UTC))
    await sync_to_async(forget_machine_traces)(at=datetime.fromtimestamp(timestamp, UTC))
    await sync_to_async(verify_tonight)(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="30 20 * * *")  # 04:30 in China
@app.task(name="nightly_clues", queue="schedule")
async def daily_clues(timestamp: int) -> None:
    """Every night, after the screening."""
    await sync_to_async(look_after_clues)(at=datetime.fromtimestamp(timestamp, UTC))
    await sync_to_async(forget_old_counts)(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="0 22 1 * *")  # the second of the month, 06:00 in China
@app.task(name="monthly_reports", queue="schedule")
async def monthly(timestamp: int) -> None:
    """Every month, when the nights of its turn are over."""
    await sync_to_async(report_last_month)(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="15 0 * * *")  # 08:15 in China
@app.task(name="remind_staff", queue="messages", retry=3)
async def morning(timestamp: int) -> None:
    """Every morning, when people come to work."""
    await sync_to_async(remind_staff)(at=datetime.fromtimestamp(timestamp, UTC))
