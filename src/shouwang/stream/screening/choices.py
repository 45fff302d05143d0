"""Words for screening (筛查用语)."""

from django.db import models


class RunStatus(models.TextChoices):
    """Where a run stands (运行状态)."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "运行中"
    PUBLISHED = "published", "已发布"
    FAILED = "failed", "未完成"


class WarningLevel(models.TextChoices):
    """Level of a warning (预警级别); a review flag only asks somebody to look."""

    RED = "red", "红色预警"
    ORANGE = "orange", "橙色预警"
    YELLOW = "yellow", "黄色预警"
    REVIEW = "review", "人工复核提示"


SEVERITY = {"red": 1, "orange": 2, "yellow": 3, "review": 4}
"""Level → order on lists, gravest first."""


class WarningState(models.TextChoices):
    """What the last run made of a warning (变化)."""

    NEW = "new", "新增"
    UNCHANGED = "unchanged", "持续"
    GONE = "gone", "已消失"


class Factor(models.TextChoices):
    """Factor of a warning (预警因素), as annex 9 groups them. 依据: 附件9 二"""

    INCOME_INDUSTRY = "income.industry", "收入·产业"
    INCOME_EMPLOYMENT = "income.employment", "收入·就业"
    INCOME_OTHER = "income.other", "收入·其他"
    EXPENDITURE_MEDICAL = "expenditure.medical", "支出·看病"
    EXPENDITURE_EDUCATION = "expenditure.education", "支出·教育"
    EXPENDITURE_HOUSING = "expenditure.housing", "支出·住房饮水"
    EXPENDITURE_OTHER = "expenditure.other", "支出·其他"
    ACCIDENT_DISASTER = "accident.disaster", "意外·自然灾害"
    ACCIDENT_ACCIDENT = "accident.accident", "意外·事故"
    NEGATIVE_REVIEW = "negative.review", "人工复核"


class TrialKind(models.TextChoices):
    """Why a draft of the rules was tried out (试算种类)."""

    SIMULATION = "simulation", "试算"
    SHADOW = "shadow", "影子运行"


class TrialStatus(models.TextChoices):
    """Where a trial stands (试算状态)."""

    QUEUED = "queued", "排队中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
