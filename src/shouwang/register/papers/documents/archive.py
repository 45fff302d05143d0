"""The container of a Word file (docx 压缩包): judged before it is inflated, packed so that equal content gives equal bytes."""

import io
import re
import zipfile
import zlib

from lxml import etree

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.choices import LARGEST_TEMPLATE

MOST_INFLATED = 20 * 1024 * 1024
MOST_PARTS = 100
MOST_RATIO = 100
RATIO_MATTERS_FROM = 256 * 1024
MADE = (2000, 1, 1, 0, 0, 0)
SAVE_AGAIN = "请用 Word 或 WPS 打开原来的模板，另存为 .docx 再上传。"

ALLOWED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:core|app|custom)\.xml|customXml/(?:_rels/)?[\w.]+"
    r"|word/(?:document|styles|stylesWithEffects|settings|fontTable|numbering|webSettings|footnotes|endnotes)\.xml"
    r"|word/(?:header|footer)[0-9]+\.xml|word/theme/theme[0-9]+\.xml|word/_rels/[\w.]+\.rels|docProps/thumbnail\.\w+"
)
DROPPED = re.compile(r"docProps/custom\.xml|docProps/thumbnail\.\w+")
CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title></dc:title></cp:coreProperties>'
)
APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
EMPTY = {"docProps/core.xml": CORE.encode(), "docProps/app.xml": APP.encode()}
"""What a Word file tells about who wrote it, when and with what: nothing."""


def opened(content: bytes) -> dict[str, bytes]:
    """Part → bytes. Raises Refusal for what is no docx, for bombs, macros, embedded things and entity declarations."""
    if len(content) > LARGEST_TEMPLATE:
        raise Refusal(f"模板大于 {LARGEST_TEMPLATE // 1024 // 1024} MB。", "模板里只要文字和表格，请去掉图片。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            for entry in entries:
                _refuse_odd(entry)
            _refuse_bomb(entries)
            parts = {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        raise Refusal("这不是能打开的 docx 文件。", SAVE_AGAIN) from None
    if "word/document.xml" not in parts or "[Content_Types].xml" not in parts:
        raise Refusal("这不是 Word 文档。", SAVE_AGAIN)
    for data in parts.values():
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Refusal("模板的内部文件含有外部实体声明（DTD）。", SAVE_AGAIN)
    return parts


def parsed(data: bytes) -> etree._Element:
    """A part as a tree: no entities, no network, no huge trees. Raises Refusal for what is no XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise Refusal("模板的内部文件不完整。", SAVE_AGAIN) from None


def packed(parts: dict[str, bytes]) -> bytes:
    """The file: parts in order of name, one fixed time, no author, no company, no hidden properties."""
    sink = io.BytesIO()
    kept = {name: data for name, data in parts.items() if not DROPPED.fullmatch(name)} | EMPTY
    kept |= {name: _without_dropped(data) for name, data in kept.items() if name in INDEXES}
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        # The content types come first: some readers look no further.
        for name in sorted(kept, key=lambda one: (one != "[Content_Types].xml", one)):
            entry = zipfile.ZipInfo(name, MADE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(entry, kept[name])
    return sink.getvalue()


INDEXES = ("[Content_Types].xml", "_rels/.rels")


def _without_dropped(data: bytes) -> bytes:
    tree = parsed(data)
    for one in list(tree):
        named = (one.get("PartName") or one.get("Target") or "").lstrip("/")
        if DROPPED.fullmatch(named):
            tree.remove(one)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _refuse_odd(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if "vbaproject" in name.lower() or "activex" in name.lower():
        raise Refusal("模板里带有宏程序或控件。", "请另存为不带宏的 .docx。")
    if "/media/" in name or "/embeddings/" in name:
        raise Refusal("模板里有图片或嵌入的文件。", "模板里只要文字和表格；公章请盖在纸上。")
    if "comments" in name.lower():
        raise Refusal("模板里有批注。", "请删除批注再上传。")
    if entry.flag_bits & 1:
        raise Refusal("模板有打开密码。", "请去掉密码再上传。")
    if not ALLOWED.fullmatch(name) and not entry.is_dir():
        raise Refusal(f"模板里有不能用的部分：{name[:60]}。", SAVE_AGAIN)


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MOST_PARTS or len(set(names)) != len(names):
        raise Refusal("模板的压缩包里有重名或过多的部分。", SAVE_AGAIN)
    swollen = any(
        one.file_size > RATIO_MATTERS_FROM and one.file_size > MOST_RATIO * max(one.compress_size, 1) for one in entries
    )
    if swollen or sum(one.file_size for one in entries) > MOST_INFLATED:
        raise Refusal("模板展开后大得不正常（疑似压缩炸弹）。", SAVE_AGAIN)
