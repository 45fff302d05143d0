"""Checking an uploaded template (模板检查): only text, tables and known placeholders get in; each refusal names its cause.

There is no template language beyond the placeholders: no expressions, attributes, conditions or loops. A row of a table
that holds placeholders of the form 表.列 is repeated, and that is all (SAFETY T-14).
"""

import difflib
import re

from lxml import etree

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.documents.archive import opened, packed, parsed
from shouwang.register.papers.documents.words import (
    PLACEHOLDER,
    TEXT_PARTS,
    W,
    paragraphs,
    placeholder_names,
    text_of,
)
from shouwang.register.papers.kinds import Kind

MOST_PARAGRAPHS = 2000
SHOWN = 30
LANGUAGE = re.compile(r"\{%|%\}|\{#|#\}|\$\{|<%|%>|\{\{|\}\}")
FIELDS_ALLOWED = {"PAGE", "NUMPAGES"}
FOREIGN = {
    "object": "嵌入的对象",
    "pict": "图片",
    "drawing": "图片或图形",
    "control": "控件",
    "altChunk": "嵌入的文件",
    "subDoc": "子文档",
    "ins": "没有接受的修订",
    "del": "没有接受的修订",
    "attachedTemplate": "外部模板",
}


def accepted_template(content: bytes, kind: Kind) -> bytes:
    """The template as it will be kept: the same text, without author and properties, packed our way. Raises Refusal."""
    parts = opened(content)
    _refuse_macros(parts["[Content_Types].xml"])
    found: set[str] = set()
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")):
            tree = parsed(data)
            _refuse_outside(tree, name)
            _refuse_foreign(tree)
            if TEXT_PARTS.fullmatch(name):
                found |= _names(tree, kind)
    _refuse_gaps(found, kind)
    return packed(parts)


def _refuse_macros(types: bytes) -> None:
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise Refusal("模板里带有宏程序。", "请另存为不带宏的 .docx。")


def _refuse_outside(tree: etree._Element, name: str) -> None:
    if not name.endswith(".rels"):
        return
    for one in tree:
        target = one.get("Target") or ""
        if one.get("TargetMode") == "External" or "://" in target or target.startswith(("\\\\", "file:")):
            raise Refusal(f"模板里有指向外面的链接：{target[:60]}。", "请取消超链接和外部引用再上传。")


def _refuse_foreign(tree: etree._Element) -> None:
    for one in tree.iter(etree.Element):
        name = etree.QName(one).localname
        if name in FOREIGN and one.tag.startswith(W):
            raise Refusal(f"模板里有{FOREIGN[name]}。", "模板里只要文字和表格，请去掉再上传。")
        code = one.text if name == "instrText" else one.get(f"{W}instr") if name == "fldSimple" else None
        if code and code.strip() and code.split()[0].upper() not in FIELDS_ALLOWED:
            raise Refusal(f"模板里有不能用的域：{code.strip()[:SHOWN]}。", "域只能用页码，请去掉其他的域。")


def _names(tree: etree._Element, kind: Kind) -> set[str]:
    if sum(1 for _ in paragraphs(tree)) > MOST_PARAGRAPHS:
        raise Refusal("模板太长。", "一份文书的模板不超过几页，请删减。")
    found = set()
    for paragraph, name in placeholder_names(tree):
        if name not in kind.placeholders:
            raise Refusal(f"模板里有不认识的占位符“{{{{{name[:SHOWN]}}}}}”。", _nearest(name, kind))
        if "." in name:
            _refuse_loose(paragraph, name)
        found.add(name)
    for paragraph in paragraphs(tree):
        rest = PLACEHOLDER.sub("", text_of(paragraph))
        if LANGUAGE.search(rest):
            raise Refusal(f"模板里有写不完整或不能用的标记：“{rest.strip()[:SHOWN]}”。", "占位符只能写成 {{名称}}。")
    return found


def _nearest(name: str, kind: Kind) -> str:
    near = difflib.get_close_matches(name, kind.placeholders, n=1, cutoff=0.4)
    return f"是不是“{{{{{near[0]}}}}}”？" if near else "请对照占位符表改正。"


def _refuse_loose(paragraph: etree._Element, name: str) -> None:
    """A placeholder of a table stands in a row, beside placeholders of the same table only."""
    row = next(paragraph.iterancestors(f"{W}tr"), None)
    if row is None:
        raise Refusal(f"“{{{{{name}}}}}”要放在表格的一行里。", "这一行会按明细重复。")
    others = {other.split(".")[0] for _, other in placeholder_names(row) if "." in other}
    if len(others) > 1:
        raise Refusal(f"表格的一行里混用了 {'、'.join(sorted(others))}。", "一行只能放同一个明细的列。")


def _refuse_gaps(found: set[str], kind: Kind) -> None:
    """What a paper must say cannot be left out of its template: reasons, how to object, how to withdraw."""
    missing = [one.title for one in kind.fields if one.needed and one.title not in found]
    missing += [
        one.title for one in kind.tables if one.needed and not any(name.startswith(f"{one.title}.") for name in found)
    ]
    if missing:
        raise Refusal(f"模板里缺少{'、'.join(f'“{one}”' for one in missing)}。", "这些内容不能省，请补上占位符。")
