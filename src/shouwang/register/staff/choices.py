"""Roles and what each may do (角色与权限)."""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """A post's role (岗位角色)."""

    COLLECTOR = "collector", "村级信息采集员"
    VILLAGE_CADRE = "village_cadre", "村干部"
    TOWNSHIP_OFFICER = "township_officer", "乡镇专干"
    COUNTY_OFFICER = "county_officer", "县级审核员"
    LIAISON = "liaison", "部门联络员"
    PREFECTURE_OFFICER = "prefecture_officer", "市级管理员"
    AUDITOR = "auditor", "审计员"
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


P = Permission
VILLAGE = frozenset({P.SEE_DASHBOARD, P.SEE_HOUSEHOLDS, P.SEE_RULES})
TOWNSHIP = VILLAGE | {P.REVEAL_IDENTITY, P.RESOLVE_LINKS, P.SEE_DELIVERIES}
RULES = frozenset({P.DRAFT_RULES, P.APPROVE_RULES})
COUNTY = TOWNSHIP | RULES | {P.SEND_DELIVERY, P.UNDO_DELIVERY, P.RUN_SCREENING}

ALLOWED: dict[str, frozenset[Permission]] = {
    Role.COLLECTOR: VILLAGE,
    Role.VILLAGE_CADRE: VILLAGE,
    Role.TOWNSHIP_OFFICER: TOWNSHIP,
    Role.COUNTY_OFFICER: COUNTY,
    Role.PREFECTURE_OFFICER: COUNTY,
    # A liaison sends the own unit's files and sees what became of them, never a household.
    Role.LIAISON: frozenset({P.SEE_DELIVERIES, P.SEND_DELIVERY, P.UNDO_DELIVERY, P.SEE_RULES}),
    # The auditor sees who did what, never whom the data are about (三权分立).
    Role.AUDITOR: frozenset({P.SEE_LEDGER, P.SEE_DELIVERIES, P.SEE_RULES}),
    Role.SYSTEM: frozenset(P),
}
"""Role → permissions; a role that is absent may do nothing."""
