"""A tiny pack on disk: three tables of the national contracts, one line, two facts, a rule, a check and its cases."""

from pathlib import Path
from shutil import copyfile

NATIONAL = Path("packs/national")
FILES = {
    "pack.yaml": "pack: tiny\ntitle: 小政策包\nversion: '1'\nplace_code: '431003'\n",
    "parameters/self_paid_line.yaml": """
        parameter: self_paid_line
        title: 自付上限
        type: money
        unit: yuan
        values:
          - {from: 2021-01-01, value: 10000, verified: no, source: 示例}
          - {from: 2025-01-01, value: 12000, verified: no, source: 示例}
        places:
          "431021": [{from: 2021-01-01, value: 8000, verified: no, source: 示例}]
    """,
    "facts/self_paid_12m.yaml": """
        fact: self_paid_12m
        title: 近12个月个人自付
        entity: resident
        type: money
        formula: sum_if(medical_settlements, self_paid, TRUE, last_months(12))
    """,
    "facts/household_self_paid_12m.yaml": """
        fact: household_self_paid_12m
        title: 全家近12个月自付
        entity: household
        type: money
        formula: sum_if(residents, self_paid_12m, TRUE)
    """,
    "rules/self_paid_heavy.yaml": """
        rule: self_paid_heavy
        title: 看病自付重
        entity: household
        factor: expenditure.medical
        levels: {red: household_self_paid_12m > 2 * self_paid_line, yellow: household_self_paid_12m > self_paid_line}
        evidence: [household_self_paid_12m]
        because: 近12个月自付{household_self_paid_12m}元，超过{self_paid_line}元
        source: 示例
    """,
    "checks/head_missing.yaml": """
        check: head_missing
        title: 户内无户主
        entity: household
        condition: count_if(residents, relation = 'head') = 0
        message: 该户没有户主
        fix: {screen: household, do: 补录户主}
        source: 示例
    """,
    "cases/self_paid_heavy.yaml": """
        cases:
          - case: 正好等于上限不算超过
            covers: [self_paid_heavy, head_missing]
            as_of: 2026-11-15
            household: {household_id: H1, place_code: "431003100200"}
            residents: [{resident_id: R1, household_id: H1, relation: head}]
            feeds: {medical_settlements: [{resident_id: R1, settled_on: 2026-05-01, self_paid: 12000}]}
            expect: {facts: {household_self_paid_12m: 12000}, none: [self_paid_heavy], no_doubts: [head_missing]}
          - case: 多一分即超过
            covers: [self_paid_heavy]
            as_of: 2026-11-15
            household: {household_id: H1, place_code: "431003100200"}
            residents: [{resident_id: R1, household_id: H1, relation: son}]
            feeds: {medical_settlements: [{resident_id: R1, settled_on: 2026-05-01, self_paid: 12000.01}]}
            expect: {warnings: {self_paid_heavy: yellow}, doubts: [head_missing]}
          - case: 没有医保数据就不能判断
            covers: [self_paid_heavy]
            as_of: 2026-11-15
            household: {household_id: H1, place_code: "431003100200"}
            residents: [{resident_id: R1, household_id: H1}]
            expect: {undecided: [self_paid_heavy]}
    """,
}


def dedented(text: str) -> str:
    """Text as it stands in the file: without the indent of this module and its first blank line."""
    lines = text.lstrip("\n").splitlines() or [""]
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[indent:] for line in lines).rstrip() + "\n"


def write_pack(folder: Path, changes: dict[str, str | None] | None = None) -> Path:
    """Write the tiny pack with some files changed, added or (None) left out."""
    for name, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedented(text), encoding="utf-8")
    for name in ("register/households.yaml", "register/residents.yaml", "feeds/medical_settlements.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        if not (folder / name).exists():
            copyfile(NATIONAL / name, folder / name)
    return folder


def write_child(folder: Path, parent: Path, changes: dict[str, str]) -> Path:
    """Write a pack that inherits from the tiny one."""
    child = {"pack.yaml": f"pack: child\ntitle: 子政策包\nparent: {parent}\nplace_code: '431021'\n"}
    for name, text in (child | changes).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(dedented(text), encoding="utf-8")
    return folder
