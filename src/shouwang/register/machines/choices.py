"""Words of machines (部门系统用语)."""

from datetime import timedelta

from django.db import models


class Event(models.TextChoices):
    """What a machine can ask to be told (通知事项)."""

    DELIVERY_PROCESSED = "delivery_processed", "送达已处理"
    CASE_DECIDED = "case_decided", "识别认定已决定"
    CASE_CLEARED = "case_cleared", "风险消除已决定"
    ENQUIRY_OPENED = "enquiry_opened", "向本单位发起比对"


class MessageState(models.TextChoices):
    """Where a message stands (通知状态)."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已送达"
    DEAD = "dead", "未送达"


class DeterminationField(models.TextChoices):
    """What of a determination a machine may be allowed to pull (可取字段); nothing else can be asked for at all."""

    HOUSEHOLD_ID = "household_id", "户编号"
    HEAD_NAME = "head_name", "户主"
    PLACE_CODE = "place_code", "行政村代码"
    MATTER = "matter", "事项"
    OUTCOME = "outcome", "结果"
    DECIDED_ON = "decided_on", "审定日期"
    EFFECTIVE_ON = "effective_on", "生效日期"
    STATE = "state", "办理状态"


PULL_EVENTS = frozenset({Event.CASE_DECIDED, Event.CASE_CLEARED})
"""Events that only a machine may hear of that may pull determinations."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""So far a sender's clock may be off; older or later texts are refused, and what was used is remembered longer."""
TRACES_KEPT = timedelta(hours=1)
ANSWERS_KEPT = timedelta(days=30)
"""So long the same request under the same idempotency key gets the same answer."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 360, 720, 1440))
"""How long to wait after each failed attempt; after the last one a message is dead until a person sends it again."""
