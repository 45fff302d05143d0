"""Papers of a case (办件文书): filled with what case and register know already, and issued by the step itself.

Nobody types for a paper what stands in the case; what nobody has said yet is left open for a pen, and what nobody
knows is printed as unknown. 依据: REQUIREMENTS A10; 社会救助法 第四十五条 (书面理由).
"""

from shouwang.stream.determination.papers.decided import decided_fields, hotline
from shouwang.stream.determination.papers.signed import guarantees_known, trouble_told
from shouwang.stream.determination.papers.wishes import (
    PaperWish,
    blank_wish,
    house,
    issue_case_paper,
    paper_kind,
    part_of,
    record_wish,
)

__all__ = [
    "PaperWish",
    "blank_wish",
    "decided_fields",
    "guarantees_known",
    "hotline",
    "house",
    "issue_case_paper",
    "paper_kind",
    "part_of",
    "record_wish",
    "trouble_told",
]
