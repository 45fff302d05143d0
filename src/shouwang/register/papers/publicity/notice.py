"""A whole notice (公示): kind, village, rows, period and the line for objections, with the fingerprint that is signed."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.choices import NoticeKind
from shouwang.register.papers.publicity.rows import Listed, Row, Terms, Withheld, rows
from shouwang.register.papers.publicity.scanning import forbidden

# An official line: a land line, a hotline of five digits, or a 400 number. Somebody's mobile is personal data.
OFFICIAL_LINE = re.compile(r"0[0-9]{2,3}-?[1-9][0-9]{6,7}|1(?:2345|2317|2388)|400-?[0-9]{3}-?[0-9]{4}")
COLUMNS = {"name": "户主", "group": "村民小组", "category": "类别", "help": "帮扶类别"}


@dataclass(frozen=True)
class Notice:
    """What is posted (公示内容): all of it, and the same for page and paper. `until_on` is the first day without it."""

    kind: str
    place_number: int
    place_name: str
    from_on: date
    until_on: date
    phone: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """The heading, which follows from the kind."""
        return str(NoticeKind(self.kind).label)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything that will be seen."""
        seen = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=str)
        return sha256(seen.encode()).hexdigest()

    def table(self) -> list[list[str]]:
        """Heading row and rows, numbered, as every form of the notice shows them."""
        head = ["序号", *COLUMNS.values()]
        return [head, *([str(at), *(getattr(row, key) for key in COLUMNS)] for at, row in enumerate(self.rows, 1))]


@dataclass(frozen=True)
class Preview:
    """What a person looks at before signing (公示预览): the notice, and what was withheld and why."""

    notice: Notice
    withheld: tuple[Withheld, ...]

    @property
    def fingerprint(self) -> str:
        """What the signature is given for."""
        return self.notice.fingerprint


def preview(
    *,
    kind: str,
    place_number: int,
    place_name: str,
    listed: Sequence[Listed],
    terms: Terms,
    from_on: date,
    until_on: date,
    phone: str,
    as_of: date,
) -> Preview:
    """The notice as it would be posted. Raises Refusal where it may not be: shape, period, place or the second net."""
    if kind not in NoticeKind.values:
        raise Refusal("没有这种公示。", "请从公示种类里选择。")
    if not listed:
        raise Refusal("公示里没有农户。", "请先选择要公示的户。")
    if any(one.place_number != place_number for one in listed):
        raise Refusal("有农户不在这个村。", "一份公示只列一个村的户。")
    if (until_on - from_on).days < terms.least_days:
        raise Refusal(f"公示期不足 {terms.least_days} 天。", "请把结束日期往后改。")
    if not OFFICIAL_LINE.fullmatch(phone.strip()):
        raise Refusal("受理异议的电话不是公务电话。", "请填座机（带区号）或热线，不要填个人手机号。")
    made, withheld = rows(listed, terms=terms, as_of=as_of)
    notice = Notice(kind, place_number, place_name, from_on, until_on, phone.strip(), made)
    found = forbidden((cell for row in made for cell in asdict(row).values()), terms.deny)
    if found:
        raise Refusal(f"公示里出现了不能公示的内容：{'、'.join(found)}。", "请先改正农户登记里的文字。")
    return Preview(notice, withheld)


def refuse_changed(found: Preview, seen: str) -> None:
    """Raises Refusal when what would be posted is no longer what the person saw and signed (P-04)."""
    if found.fingerprint != seen:
        raise Refusal("预览之后内容有变化，没有张贴。", "请重新预览，看过再签发。")
