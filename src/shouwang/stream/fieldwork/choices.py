"""Words of work on the way (外出采集用语)."""

from django.db import models


class EntryState(models.TextChoices):
    """Where a form that came from a phone stands (收件状态)."""

    APPLIED = "applied", "已办理"
    REVIEW = "review", "待乡镇处理"
    TAKEN = "taken", "乡镇按手机上的办了"
    KEPT = "kept", "乡镇保留了原来的"


class Cause(models.TextChoices):
    """Why a form could not simply be applied (为什么要人看)."""

    UNREADABLE = "unreadable", "打不开：密钥或内容不对"
    OTHER_CONTENT = "other_content", "编号来过，内容却不一样"
    REVOKED = "revoked", "手机已经挂失"
    UNPROVEN = "unproven", "不能证明是解锁后填的"
    POST_ENDED = "post_ended", "填表人的岗位已经结束"
    FORM_UNKNOWN = "form_unknown", "不认识这种表或这个版本"
    INCOMPLETE = "incomplete", "表没有填对"
    UNFINISHED = "unfinished", "没填完的草稿"
    GONE = "gone", "事项已经不在本人辖区"
    CHANGED = "changed", "下载以后别人改过"
    OVERTAKEN = "overtaken", "后填的先到了"
    REFUSED = "refused", "现在不能这样办"
    FAILED = "failed", "平台出错，没有办成"


SETTLED = (EntryState.TAKEN, EntryState.KEPT)
"""States in which a township officer has decided what holds."""
