"""Words of a case (办理用语): the codes stand in the database, the 中文 on screens."""

from django.db import models

from shouwang.register.staff.choices import Permission, Role


class CaseState(models.TextChoices):
    """Where a case stands (办理状态)."""

    OPEN = "open", "办理中"
    DECIDED = "decided", "已决定，待办后续"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "农户撤回"
    MERGED = "merged", "并入另一件"


class Outcome(models.TextChoices):
    """What was decided (办理结果)."""

    INCLUDED = "included", "纳入监测"
    REFUSED = "refused", "不予纳入"
    CLEARED = "cleared", "风险消除"
    KEPT = "kept", "继续监测"
    REVERTED = "reverted", "回退监测"
    STAYS_CLEARED = "stays_cleared", "维持消除"
    UPHELD = "upheld", "维持原决定"
    REVERSED = "reversed", "撤销原决定"


class Matter(models.TextChoices):
    """What a case is about (办理事项): the procedure of the pack that it follows."""

    DETERMINATION = "determination", "识别认定"
    CLEARANCE = "clearance", "风险消除（帮扶消除）"
    NATURAL_CLEARANCE = "natural_clearance", "风险消除（自然消除）"
    REVERT = "revert", "回退监测"
    OBJECTION = "objection", "异议复核"


OUTCOMES: dict[str, tuple[Outcome, Outcome]] = {
    Matter.DETERMINATION: (Outcome.INCLUDED, Outcome.REFUSED),
    Matter.CLEARANCE: (Outcome.CLEARED, Outcome.KEPT),
    Matter.NATURAL_CLEARANCE: (Outcome.CLEARED, Outcome.KEPT),
    Matter.REVERT: (Outcome.REVERTED, Outcome.STAYS_CLEARED),
    Matter.OBJECTION: (Outcome.REVERSED, Outcome.UPHELD),
}
"""Matter → what may be decided: yes first, no second. The constraint of the table says the same."""


class Act(models.TextChoices):
    """Kind of a record (办理动作): an act of a step, or something that happens beside the steps."""

    CLUE = "clue", "线索"
    PLEDGE = "pledge", "承诺"
    AUTHORISATION = "authorisation", "授权查询"
    RECORD = "record", "登记"
    VERIFICATION = "verification", "入户核实"
    COMPARISON = "comparison", "信息比对"
    APPRAISAL = "appraisal", "民主评议"
    NOTICE = "notice", "公示"
    RECHECK = "recheck", "复核"
    REVIEW = "review", "审核"
    DECISION = "decision", "审定"
    ANNOUNCEMENT = "announcement", "公告告知"
    SKIP = "skip", "免办"
    OBJECTION = "objection", "异议"
    ANSWER = "answer", "答复异议"
    OPINION = "opinion", "部门意见"
    REPLY = "reply", "部门比对结果"
    RETURN = "return", "退回"
    WITHDRAWAL = "withdrawal", "撤回申请"
    MERGER = "merger", "并案"
    RECUSAL = "recusal", "回避"
    TRANSFER = "transfer", "随户迁转"
    HELP_FIRST = "help_first", "先行帮扶"
    REVOCATION = "revocation", "撤回授权"
    REOPENING = "reopening", "重新办理"


BESIDE = (
    Act.OBJECTION,
    Act.ANSWER,
    Act.OPINION,
    Act.REPLY,
    Act.RETURN,
    Act.WITHDRAWAL,
    Act.MERGER,
    Act.RECUSAL,
    Act.TRANSFER,
    Act.HELP_FIRST,
    Act.REVOCATION,
    Act.REOPENING,
)
"""Acts that belong to no step."""

P = Permission
NEEDS: dict[str, tuple[Permission, ...]] = {
    Act.CLUE: (P.OPEN_CASE,),
    Act.PLEDGE: (P.OPEN_CASE,),
    Act.AUTHORISATION: (P.OPEN_CASE,),
    Act.RECORD: (P.ACCEPT_CASE, P.VERIFY_CASE),
    Act.VERIFICATION: (P.VERIFY_CASE,),
    Act.COMPARISON: (P.ACCEPT_CASE,),
    Act.APPRAISAL: (P.HOLD_MEETING,),
    Act.NOTICE: (P.HOLD_MEETING,),
    Act.RECHECK: (P.ACCEPT_CASE, P.REVIEW_CASE),
    Act.REVIEW: (P.REVIEW_CASE, P.DECIDE_CASE),
    Act.DECISION: (P.DECIDE_CASE,),
    Act.ANNOUNCEMENT: (P.ACCEPT_CASE,),
    Act.SKIP: (P.ACCEPT_CASE, P.HOLD_MEETING, P.REVIEW_CASE, P.DECIDE_CASE),
    Act.OBJECTION: (P.OPEN_CASE, P.HOLD_MEETING, P.ACCEPT_CASE),
    Act.ANSWER: (P.ACCEPT_CASE, P.REVIEW_CASE),
    Act.OPINION: (P.ANSWER_COMPARISON,),
    Act.REPLY: (P.ANSWER_COMPARISON,),
    Act.RETURN: (P.REVIEW_CASE, P.DECIDE_CASE),
    Act.WITHDRAWAL: (P.ACCEPT_CASE,),
    Act.MERGER: (P.ACCEPT_CASE,),
    Act.RECUSAL: (P.SEE_CASES,),
    Act.TRANSFER: (P.ACCEPT_CASE,),
    Act.HELP_FIRST: (P.ACCEPT_CASE,),
    Act.REVOCATION: (P.OPEN_CASE,),
    Act.REOPENING: (P.ACCEPT_CASE, P.REVIEW_CASE),
}
"""Act → permissions of which one is enough."""

LEVEL_OF_ROLE: dict[str, str] = {
    Role.COLLECTOR: "village",
    Role.VILLAGE_CADRE: "village",
    Role.HELPER: "village",
    Role.TOWNSHIP_OFFICER: "township",
    Role.TOWNSHIP_LEADER: "township",
    Role.COUNTY_OFFICER: "county",
    Role.COUNTY_LEADER: "county",
    Role.LIAISON: "county",
    Role.MACHINE: "county",
    Role.PREFECTURE_OFFICER: "prefecture",
}
"""Role → the level it acts for; a role that is absent does not act on cases."""

LEVELS_FOR: dict[str, tuple[str, ...]] = {
    "household": ("village", "township", "county"),
    "village": ("village", "township"),
    "township": ("township",),
    "county": ("county",),
}
"""Level of a step → levels whose staff may record it; the trigger of the table says the same."""

LEVEL_TITLES = {"household": "农户", "village": "村", "township": "乡镇", "county": "县", "prefecture": "市"}

GUARANTEES = {"education": "义务教育", "medical": "基本医疗", "housing": "住房安全", "water": "饮水安全"}
"""What a home visit looks at beside money (三保障和饮水)."""

RUNNING = (CaseState.OPEN, CaseState.DECIDED)
"""States in which somebody still has something to do."""
