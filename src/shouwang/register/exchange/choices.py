"""Words of exchanged sheets (对接表格用语)."""

from django.db import models

from shouwang.register.releases.choices import Sensitivity

__all__ = ["Choice", "Decision", "OrderState", "ReplyTo", "Sensitivity", "SheetState"]


class SheetState(models.TextChoices):
    """How far an incoming sheet is (状态)."""

    RECEIVED = "received", "已收到"
    COMPARING = "comparing", "正在比对"
    COMPARED = "compared", "已比对"
    REFUSED = "refused", "未能读取"


class OrderState(models.TextChoices):
    """How far a large sheet that goes up is (导出任务的状态)."""

    QUEUED = "queued", "等待生成"
    MAKING = "making", "正在生成"
    READY = "ready", "可以下载"
    REFUSED = "refused", "没有生成"


class Decision(models.TextChoices):
    """What becomes of a difference (处理意见)."""

    OPEN = "open", "待定"
    KEEP = "keep", "保留我方"
    TAKE = "take", "采用表中"
    VISIT = "visit", "入户核实"


class Choice(models.TextChoices):
    """Which households an outgoing sheet holds (导出范围)."""

    MONITORED = "monitored", "全部在测监测户"
    NEW = "new", "新纳入、还没有导出过的监测户"
    CHANGED = "changed", "上次导出以后有变化的监测户"
    CLEARED = "cleared", "上次导出以后消除风险的户"
    ALL = "all", "辖区内全部农户"
    LISTED = "listed", "按户编号指定"


class ReplyTo(models.TextChoices):
    """What a department's sheet answers (答复什么)."""

    ENQUIRIES = "enquiries", "比对请求"
    MEASURES = "measures", "帮扶办理单"
