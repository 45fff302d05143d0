"""Reading cases (查办理件)."""

from shouwang.register.procedure.queries.cases import (
    CaseRecord,
    case_counts,
    case_of,
    case_rows,
    cases,
    cases_of_household,
    records_of,
    running_case,
)
from shouwang.register.procedure.queries.decided import Position, decided_cases
from shouwang.register.procedure.queries.enquiries import enquiries, enquiry_of
from shouwang.register.procedure.queries.evidence import evidence_file, evidence_of
from shouwang.register.procedure.queries.figures import (
    days_to_decide,
    outcomes_by_month,
    village_records,
    waiting_by_level,
)
from shouwang.register.procedure.queries.todo import todo, waiting_for

__all__ = [
    "CaseRecord",
    "Position",
    "case_counts",
    "case_of",
    "case_rows",
    "cases",
    "cases_of_household",
    "days_to_decide",
    "decided_cases",
    "enquiries",
    "enquiry_of",
    "evidence_file",
    "evidence_of",
    "outcomes_by_month",
    "records_of",
    "running_case",
    "todo",
    "village_records",
    "waiting_by_level",
    "waiting_for",
]
