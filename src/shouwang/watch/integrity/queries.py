"""Checking the whole database (数据核验): cases, deliveries, papers, jobs, files and the ledger, each and together.

It reads only, and says of each thing that does not fit in one sentence what is wrong. 依据: SAFETY §5 (I1–I8).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from shouwang.kernel.soundness import Broken, KeptFile
from shouwang.register.exchange.queries import soundness as exchange
from shouwang.register.households.queries.soundness import cases_entered, measures_entered
from shouwang.register.ledger.verifying import verify_ledger
from shouwang.register.papers.queries import soundness as papers
from shouwang.register.procedure.queries import soundness as procedure
from shouwang.register.staff.queries import SYSTEM, Actor
from shouwang.stream.assistance.queries import soundness as assistance
from shouwang.stream.clues.queries import soundness as clues
from shouwang.stream.determination.queries import snapshots_kept
from shouwang.stream.feeds.queries import soundness as feeds
from shouwang.stream.linkage.queries import open_reviews_by_delivery
from shouwang.stream.screening.queries import soundness as screening
from shouwang.watch.integrity.jobs import lost_jobs


@dataclass
class Checked:
    """What was looked at, and what is broken (核验结果)."""

    looked_at: dict[str, int] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether everything fits."""
        return not self.broken


def check_data(actor: Actor = SYSTEM, *, say: Callable[[str], None] = lambda text: None) -> Checked:
    """Look at everything that is stored (数据核验); `say` hears what is looked at now."""
    checked = Checked()
    for title, part in PARTS.items():
        say(title)
        found = list(part(actor))
        checked.looked_at[title] = len(found)
        checked.broken += found
    return checked


def _decisions(actor: Actor) -> Iterator[Broken]:
    """Every decision has its grounds, and the register shows what was decided, once."""
    kept = {(number, digest) for number, digest, _ in snapshots_kept(actor)}
    begun, ended = cases_entered(actor)
    for number, grounds, outcome, marked in procedure.decided_cases(actor):
        if (number, grounds) not in kept:
            yield Broken(f"case:{number}", f"办理件 {number} 的决定没有留存依据。")
        if outcome in ("included", "reverted") and number not in begun:
            yield Broken(f"case:{number}", f"办理件 {number} 决定监测，农户登记里没有开始监测。")
        if marked and number not in ended:
            yield Broken(f"case:{number}", f"办理件 {number} 已标注风险消除，农户登记里没有。")


def _counts(actor: Actor) -> Iterator[Broken]:
    """What is counted along is what is there."""
    yield from procedure.broken_counts(actor)
    yield from clues.broken_counts(actor)


def _clues(actor: Actor) -> Iterator[Broken]:
    yield from clues.broken_clues(actor)
    known = procedure.case_numbers(actor)
    for pk, number in clues.clues_with_cases(actor).items():
        if number not in known:
            yield Broken(f"clue:{pk}", f"线索 {pk} 转入的办理件 {number} 不存在。")


def _links(actor: Actor) -> Iterator[Broken]:
    there = open_reviews_by_delivery(actor)
    for pk, counted in feeds.rows_in_doubt(actor).items():
        if counted != there.get(pk, 0):
            yield Broken(f"delivery:{pk}", f"送达 {pk} 记着 {counted} 条待核对，实际有 {there.get(pk, 0)} 条。")


def _measures(actor: Actor) -> Iterator[Broken]:
    given, entered = assistance.delivered_measures(actor), Counter(measures_entered(actor))
    for origin in sorted(given - set(entered)):
        yield Broken(origin, f"措施 {origin} 已经落实，农户登记里没有。")
    for origin, times in entered.items():
        if times > 1 or origin not in given:
            yield Broken(origin, f"农户登记里的措施 {origin} 有 {times} 条，与帮扶方案对不上。")


def _files(actor: Actor) -> Iterator[Broken]:
    """Every file is there, and its content fits its name; each is read once however many rely on it."""
    judged: dict[str, str] = {}
    for one in _all_files(actor):
        if one.path not in judged:
            judged[one.path] = _fault_of(Path(settings.STORE) / one.path)
        if judged[one.path]:
            yield Broken(one.subject, f"{one.subject} 依据的文件 {one.path}{judged[one.path]}。")


def _all_files(actor: Actor) -> Iterator[KeptFile]:
    for module in (feeds, procedure, papers, exchange, screening, assistance):
        yield from module.kept_files(actor)
    for number, _, path in snapshots_kept(actor):
        yield KeptFile(f"case:{number}", path)


def _fault_of(path: Path) -> str:
    if not path.exists():
        return "不见了"
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return "" if digest.hexdigest() == path.name.split(".")[0] else "的内容变了"


def _ledger(actor: Actor) -> Iterator[Broken]:
    found = verify_ledger()
    yield from (Broken("ledger", f"台账：{fault.text}") for fault in found.faults)


PARTS: dict[str, Callable[[Actor], Iterable[Broken]]] = {
    "办理件": procedure.broken_cases,
    "决定": _decisions,
    "线索": _clues,
    "送达": feeds.broken_deliveries,
    "人员比对": _links,
    "筛查": screening.broken_runs,
    "总览数字": screening.broken_tallies,
    "随动计数": _counts,
    "帮扶措施": _measures,
    "文书": papers.broken_papers,
    "对接表格": exchange.broken_sheets,
    "后台任务": lost_jobs,
    "存放的文件": _files,
    "台账": _ledger,
}
"""What is looked at, in its order, and what is broken of it."""
