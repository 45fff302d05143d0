"""Words of self-service (自助办理用语), and how often the open forms may be used."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import models


class SendingKind(models.TextChoices):
    """What a form was sent for (来件种类)."""

    APPLICATION = "application", "申请"
    CORRECTION = "correction", "请求更正"
    OBJECTION = "objection", "对决定的异议"
    NOTICE_OBJECTION = "notice", "对公示的异议"


class CorrectionAbout(models.TextChoices):
    """What a household says is wrong in its data (要更正什么)."""

    NAMES = "names", "姓名、证件号、年龄"
    MEMBERS = "members", "家里的人"
    PHONE = "phone", "电话、住址"
    MONEY = "money", "收入、支出、财产"
    WORK = "work", "上学、务工、身体情况"
    HELP = "help", "享受的政策和帮扶"
    OTHER = "other", "别的"


class CorrectionState(models.TextChoices):
    """Where a request to correct stands (更正请求状态)."""

    OPEN = "open", "等核对"
    MADE = "made", "已更正"
    DECLINED = "declined", "不更正，已说明理由"


class Counted(models.TextChoices):
    """What is counted so that nobody can try for ever or flood a township (计数)."""

    APPLY_ADDRESS = "apply_address", "一个网络地址的申请"
    APPLY_PHONE = "apply_phone", "一个电话号码的申请"
    APPLY_VILLAGE = "apply_village", "一个村的申请"
    OBJECT_ADDRESS = "object_address", "一个网络地址的异议"
    OBJECT_NOTICE = "object_notice", "对一份公示的异议"
    MISS_ADDRESS = "miss_address", "一个网络地址查错"
    MISS_DEVICE = "miss_device", "一部手机查错"
    MISS_CODE = "miss_code", "一个编号查错"


@dataclass(frozen=True)
class Limit:
    """So many within so long; then one waits."""

    most: int
    within: timedelta


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS: dict[str, Limit] = {
    # A whole village stands behind one address of its mobile network, and after a flood all of it applies in one
    # evening: what is refused here must be a machine, not a crowd.
    Counted.APPLY_ADDRESS: Limit(300, HOUR),
    Counted.APPLY_PHONE: Limit(20, DAY),
    Counted.APPLY_VILLAGE: Limit(600, HOUR),
    Counted.OBJECT_ADDRESS: Limit(100, HOUR),
    Counted.OBJECT_NOTICE: Limit(200, DAY),
    # Only what was wrong is counted. A telephone that has opened its own application before has a count of its own, so
    # that a stranger behind the same address does not make it wait.
    Counted.MISS_ADDRESS: Limit(30, timedelta(minutes=15)),
    Counted.MISS_DEVICE: Limit(30, timedelta(minutes=15)),
    Counted.MISS_CODE: Limit(10, DAY),
}
"""Protection of the forms, not policy: no household has a right less for it, and every refusal names another way."""

KEPT = DAY
"""So long counts are needed; older ones are forgotten."""
