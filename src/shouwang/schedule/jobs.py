"""Hands the folders of the schedule to the job queue (定时任务登记)."""
