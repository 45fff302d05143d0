"""Words for clues (线索用语). Channels and closing reasons are lists of the policy pack, not choices here."""

from django.db import models

from shouwang.register.staff.queries import Actor


class Grade(models.TextChoices):
    """How grave a clue looks (线索等级): the gravest of its warnings; what people report is not graded by a machine."""

    RED = "red", "红色"
    ORANGE = "orange", "橙色"
    YELLOW = "yellow", "黄色"
    UNRATED = "unrated", "未定级"


SEVERITY = {"red": 1, "orange": 2, "yellow": 3, "unrated": 4}
"""Grade → order, gravest first; warnings carry the same numbers."""


class ClueState(models.TextChoices):
    """Where a clue stands (线索状态)."""

    OPEN = "open", "待交办"
    DISPATCHED = "dispatched", "已交办"
    TAKEN = "taken", "核实中"
    CONFIRMED = "confirmed", "属实，待启动认定"
    CLOSED = "closed", "已办结"


UNFINISHED = (ClueState.OPEN, ClueState.DISPATCHED, ClueState.TAKEN, ClueState.CONFIRMED)
"""States in which somebody still has to do something; a household has at most one such clue."""


class OwnerLevel(models.TextChoices):
    """At which level the next step of a clue lies (承办层级)."""

    VILLAGE = "village", "村级"
    TOWNSHIP = "township", "乡镇"
    COUNTY = "county", "县级"


class ActorLevel(models.TextChoices):
    """From which level somebody acted (办理层级), by the digits of the post's place."""

    VILLAGE = "village", "村级"
    TOWNSHIP = "township", "乡镇"
    COUNTY = "county", "县级"
    PREFECTURE = "prefecture", "市级"
    SYSTEM = "system", "系统"


ABOVE_THE_VILLAGE = (ActorLevel.TOWNSHIP, ActorLevel.COUNTY, ActorLevel.PREFECTURE)
"""Levels from which an application may be answered: never the village alone. 依据: 社会救助法 第三十九条"""


class Escalation(models.IntegerChoices):
    """How far an overdue clue was passed upwards (逾期升级)."""

    NONE = 0, "未升级"
    TOWNSHIP = 1, "升级到乡镇"
    COUNTY = 2, "升级到县级"


class SourceKind(models.TextChoices):
    """What a reason of a clue is (线索来由)."""

    WARNING = "warning", "平台预警"
    APPLICATION = "application", "申请"
    REPORT = "report", "干部排查"
    PUSH = "push", "部门推送"
    LETTER = "letter", "来信来电和媒体"


class ClueAct(models.TextChoices):
    """One step in the history of a clue (线索办理)."""

    OPENED = "opened", "立为线索"
    FED = "fed", "新的来由"
    DISPATCHED = "dispatched", "交办"
    TAKEN = "taken", "开始核实"
    RETURNED = "returned", "退回"
    CONFIRMED = "confirmed", "核实属实"
    CLOSED = "closed", "办结"
    SETTLED = "settled", "进入识别认定"
    REOPENED = "reopened", "撤销办结"
    ESCALATED = "escalated", "逾期升级"
    MERGED = "merged", "并入另一条"
    CARRIED = "carried", "并来一条"
    SPLIT = "split", "分出一户"
    IDENTIFIED = "identified", "确定农户"


CHECKED = (ClueAct.CONFIRMED, ClueAct.CLOSED, ClueAct.RETURNED)
"""The steps with which somebody says what a check has found (核实结果)."""


class HeldBecause(models.TextChoices):
    """Why a warning leads to no new clue (暂不立线索)."""

    CHECKED = "checked", "核实过没有风险，还在期内"
    CLOSED = "closed", "线索已办结，预警没有变化"
    IN_CASE = "in_case", "正在识别认定"
    MONITORED = "monitored", "已在监测，转告帮扶联系人"


ENTERED = "entered_determination"
DUPLICATE = "duplicate"
NO_RISK = "checked_no_risk"
SCREENING = "platform_screening"
"""Codes of the pack's lists that the house itself acts on."""

KIND_OF_CHANNEL = {
    "self_report": SourceKind.APPLICATION,
    "own_application": SourceKind.APPLICATION,
    "cadre_screening": SourceKind.REPORT,
    "village_watch": SourceKind.REPORT,
    "helper_watch": SourceKind.REPORT,
    "department_warning": SourceKind.PUSH,
    "department_watch": SourceKind.PUSH,
    SCREENING: SourceKind.WARNING,
}
"""Main channel → what its clues are; the other channels are of one of these, or letters, calls and media."""


def level_of(actor: Actor) -> ActorLevel:
    """From which level an actor acts (办理层级)."""
    levels = {12: ActorLevel.VILLAGE, 9: ActorLevel.TOWNSHIP, 6: ActorLevel.COUNTY, 4: ActorLevel.PREFECTURE}
    return levels.get(len(actor.place_code), ActorLevel.PREFECTURE if actor.place_code else ActorLevel.SYSTEM)
