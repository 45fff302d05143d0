"""Words of clearance, look-back and rounds (风险消除、回访与季度动态管理用语)."""

from django.db import models


class Met(models.TextChoices):
    """Whether a gate is met (关口情况): three values, and what a person established where nobody could tell."""

    YES = "yes", "满足"
    NO = "no", "不满足"
    UNKNOWN = "unknown", "不能判断"
    CONFIRMED = "confirmed", "已核实满足"
    DENIED = "denied", "核实不满足"


PASSED = (Met.YES, Met.CONFIRMED)
"""With these a gate lets a household through; the law of the database says the same."""


class Ground(models.TextChoices):
    """Why it was decided so (审定理由). Clearing a household naturally has the pack's reason (清单 closing_reasons)."""

    RISK_GONE = "risk_gone", "关口逐项核实，风险已经稳定消除"
    RISK_REMAINS = "risk_remains", "风险还在，继续帮扶"
    NOT_STABLE = "not_stable", "收入或保障还不稳定，再看一段时间"
    CANNOT_TELL = "cannot_tell", "情况还查不清，先不消除"
    OBJECTION_JUSTIFIED = "objection_justified", "异议成立，不消除"
    WRONGLY_CLEARED = "wrongly_cleared", "消除不当：当时的情况没有查实"
    STABILITY_WEAK = "stability_weak", "稳定性弱，仍需兜底或帮扶"
    CLEARANCE_RIGHT = "clearance_right", "消除时情况属实，现在也没有新的风险"
    NEW_RISK_INSTEAD = "new_risk_instead", "属于新的风险，另行识别认定"


KEEPING = (Ground.RISK_REMAINS, Ground.NOT_STABLE, Ground.CANNOT_TELL, Ground.OBJECTION_JUSTIFIED)
REVERTING = (Ground.WRONGLY_CLEARED, Ground.STABILITY_WEAK, Ground.OBJECTION_JUSTIFIED)
STAYING_CLEARED = (Ground.CLEARANCE_RIGHT, Ground.NEW_RISK_INSTEAD)


class VisitFinding(models.TextChoices):
    """What a look-back visit found (回访情况)."""

    STABLE = "stable", "稳定，没有变化"
    NEW_RISK = "new_risk", "出现新的风险"
    WORSE = "worse", "比以前差"
    NOT_MET = "not_met", "没有见到人"


class RowState(models.TextChoices):
    """Where a household stands in a round (更新情况)."""

    WAITING = "waiting", "还没更新"
    UNCHANGED = "unchanged", "核实无变化"
    UPDATED = "updated", "已更新"
    LEFT = "left", "已不在监测"


class Effect(models.TextChoices):
    """What help has done by now (成效评议)."""

    GONE = "gone", "风险已消除"
    STABLE = "stable", "稳定"
    UNSTABLE = "unstable", "不稳定"
