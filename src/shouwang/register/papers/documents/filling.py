"""Filling a template (填写模板): placeholders become text, rows of tables are repeated; text never becomes markup."""

import copy
from collections.abc import Mapping

from lxml import etree

from shouwang.register.papers.documents.archive import opened, packed, parsed
from shouwang.register.papers.documents.words import PLACEHOLDER, SPACE, TEXT_PARTS, W, paragraphs, placeholder_names
from shouwang.register.papers.kinds import Texts

NOTHING = "无"


def filled(template: bytes, texts: Texts, common: Mapping[str, str]) -> bytes:
    """The document. The same template and texts give the same bytes."""
    parts = opened(template)
    words = {**common, **texts.texts}
    for name in parts:
        if TEXT_PARTS.fullmatch(name):
            tree = parsed(parts[name])
            _repeat_rows(tree, texts.tables)
            for paragraph in list(paragraphs(tree)):
                _fill(paragraph, words)
            parts[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return packed(parts)


def _repeat_rows(tree: etree._Element, tables: Mapping[str, list[dict[str, str]]]) -> None:
    for row in list(tree.iter(f"{W}tr")):
        named = next((name for _, name in placeholder_names(row) if "." in name), None)
        if named is None:
            continue
        table = named.split(".")[0]
        for given in tables.get(table) or [{}]:
            again = copy.deepcopy(row)
            row.addprevious(again)
            own = {f"{table}.{column}": text for column, text in given.items()}
            for at, paragraph in enumerate(paragraphs(again)):
                _fill(paragraph, own, missing=NOTHING if at == 0 else "")
        row.getparent().remove(row)


def _fill(paragraph: etree._Element, words: Mapping[str, str], missing: str | None = None) -> None:
    """Replace the placeholders of one paragraph, from the last to the first, so that no replacement is looked at again."""
    pieces = list(paragraph.iter(f"{W}t"))
    text = "".join(one.text or "" for one in pieces)
    for found in reversed(list(PLACEHOLDER.finditer(text))):
        name = found[1].strip()
        if name in words:
            _put(pieces, found.start(), found.end(), words[name])
        elif missing is not None and "." in name:
            _put(pieces, found.start(), found.end(), missing)
    for piece in pieces:
        _break_lines(piece)


def _put(pieces: list[etree._Element], start: int, end: int, text: str) -> None:
    """Put a text in the place of the characters from start to end, in the run where they begin."""
    at, put = 0, False
    for piece in pieces:
        own = piece.text or ""
        low, high = max(start - at, 0), min(end - at, len(own))
        at += len(own)
        if low >= high:
            continue
        piece.text = own[:low] + ("" if put else text) + own[high:]
        piece.set(SPACE, "preserve")
        put = True


def _break_lines(piece: etree._Element) -> None:
    lines = (piece.text or "").split("\n")
    piece.text = lines[0]
    last = piece
    for line in lines[1:]:
        br = etree.Element(f"{W}br")
        more = etree.Element(f"{W}t")
        more.text = line
        more.set(SPACE, "preserve")
        last.addnext(br)
        br.addnext(more)
        last = more
