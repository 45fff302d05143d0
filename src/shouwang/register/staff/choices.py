"""Roles and what each may do (角色与权限)."""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """A post's role (岗位角色)."""

    COLLECTOR = "collector", "村级信息采集员"
    VILLAGE_CADRE = "village_cadre", "村干部"
    HELPER = "helper", "帮扶联系人"
    TOWNSHIP_OFFICER = "township_officer", "乡镇专干"
    TOWNSHIP_LEADER = "township_leader", "乡镇分管领导"
    COUNTY_OFFICER = "county_officer", "县级审核员"
    COUNTY_LEADER = "county_leader", "县级分管领导"
    LIAISON = "liaison", "部门联络员"
    PREFECTURE_OFFICER = "prefecture_officer", "市级管理员"
    AUDITOR = "auditor", "审计员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"
    HOUSEHOLD = "household", "农户"
    MACHINE = "machine", "部门系统（机器接口）"
    SYSTEM = "system", "系统任务"


class Permission(StrEnum):
    """One thing that a role may be allowed (权限)."""

    SEE_DASHBOARD = "see_dashboard"
    SEE_HOUSEHOLDS = "see_households"
    REVEAL_IDENTITY = "reveal_identity"
    IMPORT_REGISTER = "import_register"
    SEE_DELIVERIES = "see_deliveries"
    SEND_DELIVERY = "send_delivery"
    UNDO_DELIVERY = "undo_delivery"
    RESOLVE_LINKS = "resolve_links"
    RUN_SCREENING = "run_screening"
    SEE_LEDGER = "see_ledger"
    SEE_RULES = "see_rules"
    DRAFT_RULES = "draft_rules"
    APPROVE_RULES = "approve_rules"
    # Clues (线索)
    SEE_CLUES = "see_clues"
    REPORT_CLUE = "report_clue"
    CHECK_CLUE = "check_clue"
    DISPATCH_CLUE = "dispatch_clue"
    # Cases (办理): determination and clearance alike
    SEE_CASES = "see_cases"
    OPEN_CASE = "open_case"
    VERIFY_CASE = "verify_case"
    HOLD_MEETING = "hold_meeting"
    ACCEPT_CASE = "accept_case"
    REVIEW_CASE = "review_case"
    DECIDE_CASE = "decide_case"
    ANSWER_COMPARISON = "answer_comparison"
    # Assistance (帮扶)
    SEE_PLANS = "see_plans"
    DRAFT_PLAN = "draft_plan"
    APPROVE_PLAN = "approve_plan"
    RECORD_MEASURE = "record_measure"
    REPLY_MEASURE = "reply_measure"
    # Papers, sheets, calendar, people (文书、表格、工作日历、人员)
    ISSUE_PAPER = "issue_paper"
    MANAGE_TEMPLATES = "manage_templates"
    EXCHANGE_SHEETS = "exchange_sheets"
    APPROVE_EXPORT = "approve_export"
    MANAGE_CALENDAR = "manage_calendar"
    MANAGE_STAFF = "manage_staff"
    GRANT_POSTS = "grant_posts"
    # The machine interface (机器接口)
    PULL_DETERMINATIONS = "pull_determinations"
    MANAGE_MACHINES = "manage_machines"


P = Permission
WORDS: dict[Permission, str] = {
    P.SEE_DASHBOARD: "看监测总览",
    P.SEE_HOUSEHOLDS: "看农户、预警和疑点",
    P.REVEAL_IDENTITY: "写明理由后看完整证件号",
    P.IMPORT_REGISTER: "导入农户登记",
    P.SEE_DELIVERIES: "看部门数据报送情况",
    P.SEND_DELIVERY: "报送部门数据、下载退回表",
    P.UNDO_DELIVERY: "撤回报送",
    P.RESOLVE_LINKS: "复核人员比对",
    P.RUN_SCREENING: "启动筛查",
    P.SEE_LEDGER: "看台账",
    P.SEE_RULES: "看规则手册和规则修订",
    P.DRAFT_RULES: "起草规则修订",
    P.APPROVE_RULES: "审批规则修订",
    P.SEE_CLUES: "看线索",
    P.REPORT_CLUE: "登记线索",
    P.CHECK_CLUE: "核实、办结线索",
    P.DISPATCH_CLUE: "交办线索",
    P.SEE_CASES: "看办理件、回访和动态管理",
    P.OPEN_CASE: "开办认定、消除和回退",
    P.VERIFY_CASE: "入户核实、回访、核实关口",
    P.HOLD_MEETING: "登记民主评议",
    P.ACCEPT_CASE: "登记、受理、发起动态管理",
    P.REVIEW_CASE: "审核办理件",
    P.DECIDE_CASE: "审定办理件",
    P.ANSWER_COMPARISON: "答复信息比对",
    P.SEE_PLANS: "看帮扶计划",
    P.DRAFT_PLAN: "制定帮扶计划",
    P.APPROVE_PLAN: "审定帮扶计划",
    P.RECORD_MEASURE: "登记帮扶落实",
    P.REPLY_MEASURE: "答复帮扶办理单",
    P.ISSUE_PAPER: "签发文书和公示",
    P.MANAGE_TEMPLATES: "换文书模板",
    P.EXCHANGE_SHEETS: "导入导出对接表格",
    P.APPROVE_EXPORT: "审批名单导出",
    P.MANAGE_CALENDAR: "录入工作日历",
    P.MANAGE_STAFF: "开通、停用账号",
    P.GRANT_POSTS: "授予、结束岗位",
}
"""What a permission lets somebody do, in a few words."""

VILLAGE = frozenset(
    {
        P.SEE_DASHBOARD, P.SEE_HOUSEHOLDS, P.SEE_RULES, P.SEE_CLUES, P.REPORT_CLUE, P.CHECK_CLUE, P.SEE_CASES,
        P.OPEN_CASE, P.VERIFY_CASE, P.SEE_PLANS, P.RECORD_MEASURE, P.ISSUE_PAPER, P.EXCHANGE_SHEETS,
    }
)  # fmt: skip
MEETING = VILLAGE | {P.HOLD_MEETING, P.DRAFT_PLAN}
TOWNSHIP = VILLAGE | {
    P.REVEAL_IDENTITY, P.RESOLVE_LINKS, P.SEE_DELIVERIES, P.DISPATCH_CLUE, P.ACCEPT_CASE, P.DRAFT_PLAN,
}  # fmt: skip
RULES = frozenset({P.DRAFT_RULES, P.APPROVE_RULES})
COUNTY = TOWNSHIP | RULES | {
    P.SEND_DELIVERY, P.UNDO_DELIVERY, P.RUN_SCREENING, P.MANAGE_TEMPLATES, P.MANAGE_CALENDAR,
}  # fmt: skip
# A leader decides and does not prepare what is decided (审办分离).
LEADER = frozenset(
    {P.SEE_DASHBOARD, P.SEE_HOUSEHOLDS, P.SEE_RULES, P.SEE_CLUES, P.SEE_CASES, P.SEE_PLANS, P.ISSUE_PAPER}
)

ALLOWED: dict[str, frozenset[Permission]] = {
    Role.COLLECTOR: VILLAGE,
    Role.VILLAGE_CADRE: MEETING,
    Role.HELPER: VILLAGE - {P.EXCHANGE_SHEETS},
    Role.TOWNSHIP_OFFICER: TOWNSHIP,
    Role.TOWNSHIP_LEADER: LEADER | {P.REVIEW_CASE, P.APPROVE_PLAN, P.APPROVE_EXPORT},
    Role.COUNTY_OFFICER: COUNTY,
    Role.COUNTY_LEADER: LEADER | {P.DECIDE_CASE, P.APPROVE_RULES, P.APPROVE_EXPORT},
    Role.PREFECTURE_OFFICER: COUNTY - {P.OPEN_CASE, P.VERIFY_CASE, P.ACCEPT_CASE, P.CHECK_CLUE, P.RECORD_MEASURE}
    | {P.APPROVE_EXPORT},
    # A liaison sends the own unit's files, answers what the unit is asked, and sees no household beyond that.
    Role.LIAISON: frozenset(
        {
            P.SEE_DELIVERIES,
            P.SEND_DELIVERY,
            P.UNDO_DELIVERY,
            P.SEE_RULES,
            P.REPORT_CLUE,
            P.ANSWER_COMPARISON,
            P.REPLY_MEASURE,
        }
    ),
    # The auditor sees who did what, never whom the data are about (三权分立).
    Role.AUDITOR: frozenset({P.SEE_LEDGER, P.SEE_DELIVERIES, P.SEE_RULES}),
    # Three administrators, none of whom sees a case: accounts, posts, and the record of both.
    Role.SYSTEM_ADMIN: frozenset({P.MANAGE_STAFF, P.SEE_RULES}),
    Role.SECURITY_ADMIN: frozenset({P.GRANT_POSTS, P.MANAGE_MACHINES, P.SEE_RULES}),
    Role.AUDIT_ADMIN: frozenset({P.SEE_LEDGER, P.SEE_RULES}),
    # Whoever comes through the household portal. No account can hold this role; the portal opens one village at a time,
    # for one application (ADR 0032).
    Role.HOUSEHOLD: frozenset({P.REPORT_CLUE, P.SEE_CLUES, P.SEE_CASES, P.OPEN_CASE, P.SEE_HOUSEHOLDS}),
    # A department's system sends and answers as its liaison does; what it may pull stands in its registration.
    Role.MACHINE: frozenset({P.SEE_DELIVERIES, P.SEND_DELIVERY, P.ANSWER_COMPARISON, P.PULL_DETERMINATIONS}),
    Role.SYSTEM: frozenset(P),
}
"""Role → permissions; a role that is absent may do nothing."""


class Relation(StrEnum):
    """How the place of a subject lies to that of a post (地域关系)."""

    OWN = "own"
    BELOW = "below"
    ABOVE = "above"
    BESIDE = "beside"


HERE = frozenset({Relation.OWN, Relation.BELOW})
"""One's own place and those inside it: everything that speaks of people, and everything that changes something."""
AROUND = HERE | {Relation.ABOVE}
"""What holds for an area and names nobody: also what holds for the area around one's own."""
REACH: dict[Permission, frozenset[Relation]] = {P.SEE_RULES: AROUND, P.SEE_DELIVERIES: AROUND}
"""Permission → where it reaches, for those that reach further than one's own place."""

OWN_UNIT = frozenset({Role.LIAISON})
"""Roles that act for one department: a subject that belongs to another department is none of theirs."""

NO_ROWS = frozenset({Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.HOUSEHOLD})
"""Roles to which the database shows no household at all, whatever a page asks for."""

APPROVALS = frozenset({P.REVIEW_CASE, P.DECIDE_CASE, P.APPROVE_RULES, P.APPROVE_PLAN, P.APPROVE_EXPORT, P.GRANT_POSTS})
APPROVERS = frozenset(role for role, allowed in ALLOWED.items() if allowed & APPROVALS) - {Role.SYSTEM} | {
    Role.PREFECTURE_OFFICER
}
"""Roles that decide: they sign in with a second factor, and in one place at a time."""

ALONE = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.AUDITOR, Role.MACHINE})
"""Who administers or watches holds no other role (三员分立、监督独立); nor does a system that is no person."""
OWN_UNIT = frozenset({Role.LIAISON, Role.MACHINE})
"""Roles that act for one department: what belongs to another department is none of theirs."""
ON_SITE = frozenset({Role.COLLECTOR, Role.VILLAGE_CADRE})
DECIDING = frozenset({Role.TOWNSHIP_LEADER, Role.COUNTY_LEADER})
"""Who collects and verifies in a village of a county does not decide in that county (采集与审批分离)."""
GRANTABLE = frozenset(Role) - {Role.SYSTEM, Role.HOUSEHOLD, Role.MACHINE}
"""Roles that a security administrator may give to a person."""
