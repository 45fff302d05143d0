"""Pieces of a shipped layout (版式): what the default templates are built of; a county edits the result in Word or WPS."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """The heading, centred (标题)."""

    text: str = "{{文书名称}}"


@dataclass(frozen=True)
class Head:
    """A section heading (小标题)."""

    text: str


@dataclass(frozen=True)
class Words:
    """A paragraph, first line indented by two characters (正文)."""

    text: str


@dataclass(frozen=True)
class Line:
    """A line of its own, not indented, on the left, in the middle or on the right (单行)."""

    text: str
    align: str = "left"


@dataclass(frozen=True)
class Pairs:
    """A form of labels and values, two pairs a row; a pair given alone takes the whole row (表格)."""

    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True)
class Rows:
    """A table with a heading row and one row that is repeated (明细表); widths are shares."""

    heads: tuple[str, ...]
    cells: tuple[str, ...]
    widths: tuple[int, ...]


@dataclass(frozen=True)
class Signs:
    """Places for signatures, fingerprints and the date (签名、手印、日期)."""

    people: tuple[str, ...]
    dated: bool = True


FOOT = "{{文号}}　第{{版次}}版　校验码 {{校验码}}"
