"""Whether cases fit their records (办理件核验)."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from shouwang.kernel.running_counts import differences
from shouwang.kernel.soundness import Broken, KeptFile
from shouwang.register.ledger.queries import ledger_entries
from shouwang.register.procedure.choices import RUNNING, Act, CaseState, Matter
from shouwang.register.procedure.models import Case, CaseCount, Enquiry, Evidence, Record
from shouwang.register.procedure.queries.retelling import misfits
from shouwang.register.staff.queries import Actor

AT_ONCE = 2_000
ENDED = (CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.MERGED)


def broken_cases(actor: Actor) -> Iterator[Broken]:
    """Cases that say otherwise than their records, that nobody has in hand, or whose enquiries and notes do not fit."""
    noted = _noted(actor)
    replies = _answered()
    records = Record.objects.order_by("case_id", "number").iterator(AT_ONCE)
    by_case = ((key, list(rows)) for key, rows in groupby(records, key=attrgetter("case_id")))
    upcoming = next(by_case, None)
    for case in Case.objects.order_by("pk").iterator(AT_ONCE):
        rows: list[Record] = []
        if upcoming is not None and upcoming[0] == case.pk:
            rows, upcoming = upcoming[1], next(by_case, None)
        yield from (Broken(f"case:{case.number}", f"办理件 {case.number} {said}。") for said in _wrong(case, rows))
        for row in rows:
            if row.act != Act.REOPENING and (case.number, row.number) not in noted:
                yield Broken(f"case:{case.number}", f"办理件 {case.number} 第 {row.number} 条记录在台账里没有。")
        told = {row.number for row in rows if row.act in (Act.REPLY, Act.OPINION)}
        if told != replies.get(case.pk, set()):
            yield Broken(f"case:{case.number}", f"办理件 {case.number} 的部门答复与比对请求对不上。")


def broken_counts(actor: Actor) -> Iterator[Broken]:
    """Counts of cases that are not those of the cases."""
    if number := differences(CaseCount):
        yield Broken(
            "count:cases", f"办理件的随动计数有 {number} 处与办理件对不上，可能有人停用过触发器，请联系维护人员。"
        )


def decided_cases(actor: Actor) -> Iterator[tuple[str, str, str, bool]]:
    """Number, kept grounds and outcome of every decision by the county, and whether a mark was entered after it."""
    marked = set(Record.objects.filter(act=Act.RECORD, content__marked=True).values_list("case__number", flat=True))
    decisions = Record.objects.filter(act=Act.DECISION).exclude(case__matter=Matter.OBJECTION).order_by("pk")
    for number, content in decisions.values_list("case__number", "content").iterator(AT_ONCE):
        yield number, str(content.get("snapshot", "")), str(content.get("outcome", "")), number in marked


def case_numbers(actor: Actor) -> set[str]:
    """Every case there is."""
    return set(Case.objects.visible_to(actor).values_list("number", flat=True))


def kept_files(actor: Actor) -> Iterator[KeptFile]:
    """Files that cases rely on."""
    for number, path in Evidence.objects.values_list("case__number", "path").iterator(AT_ONCE):
        yield KeptFile(f"case:{number}", path)


def _wrong(case: Case, rows: list[Record]) -> Iterator[str]:
    odd = misfits(case, rows)
    if odd:
        yield f"的{'、'.join(odd)}与办理记录对不上"
    if case.state in RUNNING and not (case.next_step and case.next_level):
        yield "还没有办完，却不知道轮到谁"
    left = [step for step in case.steps if step["step"] not in case.done]
    limited = any((step.get("limits", {}).get("within") or {}).get("value") is not None for step in left)
    if case.self_applied and case.state in RUNNING and limited and not (case.due_on or case.whole_due_on):
        yield "是农户自己申请的，却没有期限"
    if case.self_applied and case.state in ENDED and not case.outcome and case.state == CaseState.CLOSED:
        yield "是农户自己申请的，没有决定就结束了"
    if case.outcome and not any(row.act in (Act.DECISION, Act.RECHECK, Act.REVIEW) for row in rows):
        yield "有结果而没有审定记录"


def _noted(actor: Actor) -> set[tuple[str, int]]:
    entries = ledger_entries(actor, act="case_*").order_by().values_list("subject", "details")
    return {
        (subject.removeprefix("case:"), int(details["record"]))
        for subject, details in entries.iterator(AT_ONCE)
        if "record" in details
    }


def _answered() -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for case_id, number in Enquiry.objects.exclude(record_number=None).values_list("case_id", "record_number"):
        found.setdefault(case_id, set()).add(int(number or 0))
    return found
