"""Words of assistance (帮扶用语)."""

from django.db import models


class PlanState(models.TextChoices):
    """Where a plan stands (方案状态)."""

    DRAFT = "draft", "起草中"
    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "已批准"
    CLOSED = "closed", "已结束"


OPEN = (PlanState.DRAFT, PlanState.PROPOSED, PlanState.APPROVED)
"""States of which a household has at most one plan."""


class MeasureState(models.TextChoices):
    """Where a planned measure stands (措施状态)."""

    PLANNED = "planned", "未开始"
    UNDER_WAY = "under_way", "办理中"
    DELIVERED = "delivered", "已落实"
    UNDELIVERED = "undelivered", "没有落实"


WAITING = (MeasureState.PLANNED, MeasureState.UNDER_WAY)
"""States in which somebody still has to do something."""


class Fit(models.TextChoices):
    """Whether a tool's conditions hold for a household (是否符合条件), as it was told when it was chosen."""

    ELIGIBLE = "eligible", "符合条件"
    NOT_ELIGIBLE = "not_eligible", "不符合条件"
    CANNOT_TELL = "cannot_tell", "未能判断"
    BY_PEOPLE = "by_people", "由人判断"
    OWN_TEXT = "own_text", "自拟措施"


class Ground(models.TextChoices):
    """Why a measure was chosen (选用理由): one is asked for every measure, whatever the conditions say."""

    FITS = "fits", "符合条件"
    HOUSEHOLD_ASKS = "household_asks", "农户提出"
    VERIFIED = "verified", "核实后认为合适"


class AgreedHow(models.TextChoices):
    """How the household agreed (商量方式)."""

    AT_HOME = "at_home", "上门当面"
    VILLAGE_OFFICE = "village_office", "在村委会"
    PHONE = "phone", "电话"
    PROXY = "proxy", "由家属或代办人"


class FeedbackKind(models.TextChoices):
    """What one entry of the feedback says (反馈类别)."""

    PROGRESS = "progress", "进展"
    REPLY = "reply", "单位答复"
    DELIVERED = "delivered", "已落实"
    UNDELIVERED = "undelivered", "没有落实"
    ENDED = "ended", "措施结束"
    HOUSEHOLD_WORD = "household_word", "农户的话"


class Word(models.TextChoices):
    """What the household says of the help (农户评价)."""

    SATISFIED = "satisfied", "满意"
    PARTLY = "partly", "一般"
    NOT_SATISFIED = "not_satisfied", "不满意"


class FindingLevel(models.TextChoices):
    """How much a remark on a plan weighs (提示级别)."""

    RED = "red", "必须处理"
    WARN = "warn", "请核对"
    HINT = "hint", "提示"
