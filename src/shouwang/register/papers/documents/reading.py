"""Reading a filled document for print (读出版面): paragraphs, runs and tables as plain data, in the order of the page.

So that the PDF is what the county's template says, text and order come from the Word file itself; what Word can do beyond
paragraphs and tables is not accepted in a template in the first place (`checking.py`).
"""

from typing import Any

from lxml import etree

from shouwang.register.papers.documents.archive import opened, parsed
from shouwang.register.papers.documents.words import W

TWIPS = 20
DEFAULT_PT = 12.0
HEADING = ("小标宋",)
SANS = ("黑体", "Hei", "hei", "雅黑", "Gothic", "Sans")
ALIGN = {"left": "left", "start": "left", "center": "center", "right": "right", "end": "right"}
Block = dict[str, Any]


class Styles:
    """The styles of a document (样式): what a paragraph or run inherits when it says nothing itself."""

    def __init__(self, data: bytes | None) -> None:
        tree = parsed(data) if data else None
        self.by_id = {} if tree is None else {one.get(f"{W}styleId"): one for one in tree.iter(f"{W}style")}
        self.default = next((k for k, one in self.by_id.items() if _is_default(one)), None)
        self.base = None if tree is None else tree.find(f"{W}docDefaults")

        self._known: dict[tuple[str | None, str], list[etree._Element]] = {}

    def chain(self, name: str | None, kind: str) -> list[etree._Element]:
        """What a style says (`pPr` or `rPr`), then those that it is based on."""
        if (name, kind) not in self._known:
            self._known[name, kind] = [
                found for style in self._styles(name) if (found := next(style.iter(f"{W}{kind}"), None)) is not None
            ]
        return self._known[name, kind]

    def defaults(self, kind: str) -> list[etree._Element]:
        """What the document says where no style does."""
        return [] if self.base is None else list(self.base.iter(f"{W}{kind}"))[:1]

    def _styles(self, name: str | None) -> list[etree._Element]:
        found: list[etree._Element] = []
        while (one := self.by_id.get(name)) is not None and one not in found:
            found.append(one)
            based = one.find(f"{W}basedOn")
            name = None if based is None else based.get(f"{W}val")
        return found


def blocks_of(document: bytes) -> dict[str, Any]:
    """The page and its blocks. Sizes are in points."""
    parts = opened(document)
    body = parsed(parts["word/document.xml"]).find(f"{W}body")
    styles = Styles(parts.get("word/styles.xml"))
    return {"page": _page(body), "blocks": _blocks(body, styles)}


def _page(body: etree._Element) -> dict[str, float]:
    section = body.find(f"{W}sectPr")
    size = None if section is None else section.find(f"{W}pgSz")
    margin = None if section is None else section.find(f"{W}pgMar")
    shape = {"width": _twips(size, "w", 11906), "height": _twips(size, "h", 16838)}
    return shape | {side: _twips(margin, side, 1440) for side in ("top", "bottom", "left", "right")}


def _twips(one: etree._Element | None, name: str, otherwise: int) -> float:
    value = None if one is None else one.get(f"{W}{name}")
    try:
        return float(value or otherwise) / TWIPS
    except ValueError:
        return otherwise / TWIPS


def _blocks(parent: etree._Element, styles: Styles) -> list[Block]:
    made: list[Block] = []
    for one in parent:
        if one.tag == f"{W}p":
            made.append(_paragraph(one, styles))
        elif one.tag == f"{W}tbl":
            made.append(_table(one, styles))
        elif one.tag == f"{W}sdt":
            made += _blocks(one.find(f"{W}sdtContent"), styles)
    return made


def _paragraph(one: etree._Element, styles: Styles) -> Block:
    own = one.find(f"{W}pPr")
    named = _value(own, "pStyle") or styles.default
    chain = ([own] if own is not None else []) + styles.chain(named, "pPr") + styles.defaults("pPr")
    spacing = _first(chain, "spacing")
    indent = _first(chain, "ind")
    runs = [run for piece in one.iter(f"{W}r") for run in _run(piece, named, styles)]
    size = max((run["s"] for run in runs if "s" in run), default=DEFAULT_PT)
    return {
        "k": "p",
        "align": ALIGN.get(_value_of(_first(chain, "jc")) or "", "justify"),
        "first": _indent(indent, size),
        "left": _twips(indent, "left", 0),
        "before": _twips(spacing, "before", 0),
        "after": _twips(spacing, "after", 0),
        "line": _line(spacing),
        "runs": runs,
        "size": size,
        "keep": _first(chain, "keepNext") is not None,
        "break": any(br.get(f"{W}type") == "page" for br in one.iter(f"{W}br")),
    }


def _run(run: etree._Element, paragraph_style: str | None, styles: Styles) -> list[Block]:
    own = run.find(f"{W}rPr")
    chain = [own] if own is not None else []
    for name in (_value(own, "rStyle"), paragraph_style):
        chain = chain + styles.chain(name, "rPr")
    chain = chain + styles.defaults("rPr")
    look = {
        "s": float(_value_of(_first(chain, "sz")) or DEFAULT_PT * 2) / 2,
        "f": _face(_first(chain, "rFonts", "eastAsia"), bold=_on(_first(chain, "b"))),
        "u": _value_of(_first(chain, "u")) not in (None, "none"),
    }
    made: list[Block] = []
    for piece in run:
        if piece.tag == f"{W}t" and piece.text:
            made.append({"t": piece.text, **look})
        elif piece.tag == f"{W}tab":
            made.append({"t": "\u3000\u3000", **look})
        elif piece.tag == f"{W}br" and piece.get(f"{W}type") is None:
            made.append({"br": True})
    return made


def _table(table: etree._Element, styles: Styles) -> Block:
    grid = [_twips(one, "w", 1000) for one in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    rows: list[list[Block]] = []
    open_cells: dict[int, Block] = {}
    for line in table.iterfind(f"{W}tr"):
        row: list[Block] = []
        column, high = 0, _value(line.find(f"{W}trPr"), "trHeight")
        for cell in line.iterfind(f"{W}tc"):
            properties = cell.find(f"{W}tcPr")
            span = int(_value(properties, "gridSpan") or 1)
            merge = None if properties is None else properties.find(f"{W}vMerge")
            if merge is not None and merge.get(f"{W}val") != "restart" and column in open_cells:
                open_cells[column]["down"] += 1
            else:
                made = {"span": span, "down": 1, "high": float(high or 0) / TWIPS, "blocks": _blocks(cell, styles)}
                row.append(made)
                open_cells[column] = made
            column += span
        rows.append(row)
    head = sum(1 for line in table.iterfind(f"{W}tr") if line.find(f"{W}trPr/{W}tblHeader") is not None)
    return {"k": "t", "widths": grid, "rows": rows, "head": head}


def _first(chain: list[etree._Element], name: str, attribute: str = "") -> etree._Element | None:
    """The nearest element of this name, and with this attribute where one is asked for."""
    for one in chain:
        found = one.find(f"{W}{name}")
        if found is not None and (not attribute or found.get(f"{W}{attribute}")):
            return found
    return None


def _value(parent: etree._Element | None, name: str) -> str | None:
    return None if parent is None else _value_of(parent.find(f"{W}{name}"))


def _value_of(one: etree._Element | None) -> str | None:
    return None if one is None else one.get(f"{W}val")


def _on(one: etree._Element | None) -> bool:
    return one is not None and one.get(f"{W}val") not in ("0", "false", "off")


def _face(fonts: etree._Element | None, *, bold: bool) -> str:
    """Which of ours stands for the named font: 小标宋 a heavy serif, 黑体 and everything bold the sans, the rest the serif."""
    name = "" if fonts is None else fonts.get(f"{W}eastAsia") or ""
    if any(word in name for word in HEADING):
        return "heading"
    return "sans" if bold or any(word in name for word in SANS) else "serif"


def _is_default(style: etree._Element) -> bool:
    return style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true")


def _indent(indent: etree._Element | None, size: float) -> float:
    if indent is None:
        return 0
    chars = indent.get(f"{W}firstLineChars")
    return int(chars) / 100 * size if chars and chars.isdigit() else _twips(indent, "firstLine", 0)


def _line(spacing: etree._Element | None) -> float:
    """Line spacing as a multiple; an exact one in points is taken as it would be at 14 points."""
    if spacing is None or spacing.get(f"{W}line") is None:
        return 1.0
    rule = spacing.get(f"{W}lineRule") or "auto"
    return float(spacing.get(f"{W}line")) / 240 if rule == "auto" else _twips(spacing, "line", 240) / 14
