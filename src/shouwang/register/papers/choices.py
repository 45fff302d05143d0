"""Closed vocabularies of papers and notices (文书和公示的用语)."""

from django.db import models

from shouwang.register.households.choices import MeasureKind


class NoticeKind(models.TextChoices):
    """What a notice is about (公示种类); its label is the heading, so that no heading can be written by hand."""

    DETERMINATION = "determination", "防止返贫监测对象认定公示"
    CLEARANCE = "clearance", "风险消除公示"
    ANNOUNCEMENT = "announcement", "防止返贫监测对象公告"
    CLEARANCE_ANNOUNCEMENT = "clearance_announcement", "风险消除公告"
    DISCLOSURE = "disclosure", "帮扶情况村务公开"


class ListedCategory(models.TextChoices):
    """What a household is listed as (公示类别): a monitored class or an outcome, never a reason."""

    UNSTABLE_EXITED = "unstable_exited", "脱贫不稳定户"
    MARGINAL = "marginal", "边缘易致贫户"
    SUDDEN_HARDSHIP = "sudden_hardship", "突发严重困难户"
    CLEARED_BY_HELP = "by_help", "帮扶消除"
    CLEARED_NATURALLY = "naturally", "自然消除"


class HelpClass(models.TextChoices):
    """Help as the public may read it (公示的帮扶类别): wide enough that no illness, disability or child shows through."""

    INDUSTRY = "industry", "产业帮扶"
    EMPLOYMENT = "employment", "就业帮扶"
    FINANCE = "finance", "金融帮扶"
    GUARANTEE = "guarantee", "民生保障"
    SOCIAL_HELP = "social_help", "社会帮扶"
    INFRASTRUCTURE = "infrastructure", "基础设施"


HELP_CLASSES: dict[str, HelpClass] = {
    MeasureKind.INDUSTRY: HelpClass.INDUSTRY,
    MeasureKind.EMPLOYMENT: HelpClass.EMPLOYMENT,
    MeasureKind.PUBLIC_POST: HelpClass.EMPLOYMENT,
    MeasureKind.FINANCE: HelpClass.FINANCE,
    # 健康帮扶 on a notice says that somebody is ill, 义务教育保障 that there is a child: one word for all of them.
    MeasureKind.EDUCATION: HelpClass.GUARANTEE,
    MeasureKind.COMPULSORY_EDUCATION: HelpClass.GUARANTEE,
    MeasureKind.HEALTH: HelpClass.GUARANTEE,
    MeasureKind.HOUSING: HelpClass.GUARANTEE,
    MeasureKind.WATER: HelpClass.GUARANTEE,
    MeasureKind.RELOCATION: HelpClass.GUARANTEE,
    MeasureKind.SOCIAL_SECURITY: HelpClass.GUARANTEE,
    MeasureKind.LIVING_CONDITIONS: HelpClass.GUARANTEE,
    MeasureKind.SOCIAL_HELP: HelpClass.SOCIAL_HELP,
    MeasureKind.INFRASTRUCTURE: HelpClass.INFRASTRUCTURE,
}


class TakeDownReason(models.TextChoices):
    """Why a notice comes down before its end (撤下原因)."""

    WRONG_CONTENT = "wrong_content", "内容有误"
    OBJECTION_UPHELD = "objection_upheld", "异议成立"
    PRIVACY = "privacy", "涉及个人隐私"
    WITHDRAWN = "withdrawn", "农户撤回申请"
    OTHER = "other", "其他"


LARGEST_TEMPLATE = 2 * 1024 * 1024
"""Bytes of the largest Word file that is taken as a template; text and tables need a hundredth of it."""
