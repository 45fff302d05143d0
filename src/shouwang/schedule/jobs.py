"""Hands the folders of the schedule to the job queue (定时任务登记)."""

from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from shouwang.schedule.daily.river import screen_tonight
from shouwang.schedule.quarter_hourly.stalled_jobs import sweep


@app.periodic(cron="*/15 * * * *")
@app.task(name="sweep_stalled_jobs", queue="schedule")
async def quarter_hourly(timestamp: int) -> None:
    """Every quarter of an hour."""
    await sweep()


@app.periodic(cron="30 19 * * *")  # 03:30 in China
@app.task(name="nightly_river", queue="schedule")
async def daily(timestamp: int) -> None:
    """Every night."""
    await sync_to_async(screen_tonight)(at=datetime.fromtimestamp(timestamp, UTC))
