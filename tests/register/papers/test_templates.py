"""Templates of a county: its own wording is used, whatever could do harm is refused and named."""

import io
import zipfile
from datetime import date

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.models import Entry
from shouwang.register.papers.actions import revert_template, upload_template
from shouwang.register.papers.documents.archive import opened
from shouwang.register.papers.documents.building import shipped_template
from shouwang.register.papers.documents.checking import accepted_template
from shouwang.register.papers.documents.filling import filled
from shouwang.register.papers.kinds import KINDS, Texts
from shouwang.register.papers.queries import paper_file, template_in_force, templates
from shouwang.register.staff.queries import NotAllowed
from tests.cast import AT, OTHER_COUNTY_VILLAGE, TODAY, VILLAGE
from tests.register.papers.test_papers import docx_text, issue

PLEDGE = KINDS["pledge"]


def edited(change, kind="pledge"):
    """The shipped template after a county's clerk worked on it in Word."""
    document = docx.Document(io.BytesIO(shipped_template(kind)))
    change(document)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def with_text(text):
    return edited(lambda document: document.add_paragraph(text))


def with_part(name, data=b"<x/>"):
    parts = opened(shipped_template("pledge")) | {name: data}
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return sink.getvalue()


def upload(actor, content, kind="pledge", on=TODAY):
    return upload_template(kind=kind, content=content, valid_from=on, actor=actor, at=AT)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_shipped_template_keeps_its_own_rules(kind):
    content = shipped_template(kind.name)

    assert accepted_template(content, kind) == content


def test_a_county_uses_its_own_wording(cast):
    upload(cast.xiaozhou, with_text("本县另有规定的，从其规定。经办：{{签发人}}"))

    text = docx_text(paper_file(issue(cast.xiaochen), "docx"))
    assert "本县另有规定的，从其规定。经办：小陈" in text
    assert "本县另有规定" not in docx_text(
        paper_file(issue(cast.xiaofeng, subject="case:G-1", village=OTHER_COUNTY_VILLAGE), "docx")
    )


def test_a_template_begins_on_its_day(cast):
    made = upload(cast.xiaozhou, with_text("新的说法"), on=date(2026, 12, 1))

    def used(on):
        return template_in_force("pledge", place_number=int(VILLAGE), on=on)[1]

    assert used(date(2026, 11, 30)) != made.content_hash
    assert used(date(2026, 12, 1)) == made.content_hash


def test_the_countys_template_comes_before_the_prefectures(cast):
    upload(cast.laohe, with_text("全市的说法"))
    upload(cast.xiaozhou, with_text("本县的说法"))

    assert "本县的说法" in docx_text(paper_file(issue(cast.xiaochen), "docx"))
    assert "全市的说法" in docx_text(
        paper_file(issue(cast.xiaofeng, subject="case:G-1", village=OTHER_COUNTY_VILLAGE), "docx")
    )


def test_an_earlier_version_and_the_shipped_one_can_be_put_back(cast):
    first = upload(cast.xiaozhou, with_text("第一种说法"))
    upload(cast.xiaozhou, with_text("第二种说法"))

    again = revert_template(kind="pledge", to=first.pk, actor=cast.xiaozhou, at=AT)
    assert (again.version, again.content_hash) == (3, first.content_hash)
    assert "第一种说法" in docx_text(paper_file(issue(cast.xiaochen), "docx"))

    revert_template(kind="pledge", to=None, actor=cast.xiaozhou, at=AT)
    assert template_in_force("pledge", place_number=int(VILLAGE), on=TODAY)[0] == shipped_template("pledge")
    assert Entry.objects.filter(act="revert_template").count() == 2


def test_a_template_belongs_to_its_place(cast):
    made = upload(cast.xiaozhou, with_text("本县的说法"))

    assert list(templates(cast.xiaofeng)) == []
    assert list(templates(cast.laohe)) == [made]
    with pytest.raises(Refusal, match="没有这个版本"):
        revert_template(kind="pledge", to=made.pk, actor=cast.xiaofeng, at=AT)
    with pytest.raises(NotAllowed):
        upload(cast.xiaochen, with_text("乡镇的说法"))


def test_a_template_does_not_begin_in_the_past(cast):
    with pytest.raises(Refusal, match="已经过去"):
        upload(cast.xiaozhou, with_text("说法"), on=date(2026, 11, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{户主性名}}", "不认识的占位符“{{户主性名}}”。是不是“{{户主姓名}}”"),
        ("{{户主姓名.__class__}}", "不认识的占位符"),
        ("{{ ''.__class__.__mro__ }}", "不认识的占位符"),
        ("{{家庭成员.姓名}}", "不认识的占位符"),
        ("{% for 户 in 全县 %}", "不能用的标记"),
        ("{{户主姓名", "写不完整"),
        ("{# 注释 #}", "不能用的标记"),
        ("${户主姓名}", "不能用的标记"),
        ("{{7*7}}", "不认识的占位符“{{7*7}}”"),
    ],
)
def test_there_is_no_language_but_the_placeholders(text, said):
    with pytest.raises(Refusal) as refused:
        accepted_template(with_text(text), PLEDGE)
    assert said in str(refused.value)


def test_a_placeholder_is_known_however_word_cut_it_into_pieces():
    def change(document):
        paragraph = document.add_paragraph()
        for piece in ("经办{", "{签", "发 人", "}", "}。"):
            paragraph.add_run(piece.replace(" ", ""))

    content = accepted_template(edited(change), PLEDGE)

    text = docx_text(filled(content, Texts({}, {}), {"签发人": "小陈"}))
    assert "经办小陈。" in text


def test_a_value_is_never_filled_in_again_and_never_markup():
    values = {"户主姓名": "{{身份证号码}}", "身份证号码": "<w:p/>&amp;{{户主姓名}}"}

    text = docx_text(filled(shipped_template("pledge"), Texts(values, {}), {}))

    assert "{{身份证号码}}" in text
    assert "<w:p/>&amp;{{户主姓名}}" in text


def test_a_column_stands_in_a_row_beside_its_own_table_only():
    with pytest.raises(Refusal, match="要放在表格的一行里"):
        accepted_template(edited(lambda document: document.add_paragraph("{{依据.事实}}"), "refusal"), KINDS["refusal"])


def test_reasons_and_the_way_to_object_cannot_be_left_out():
    def change(document):
        for paragraph in document.paragraphs:
            if "{{理由}}" in paragraph.text or "{{异议电话}}" in paragraph.text:
                paragraph.clear()

    with pytest.raises(Refusal) as refused:
        accepted_template(edited(change, "refusal"), KINDS["refusal"])
    for needed in ("“理由”", "“异议电话”", "“异议期限”"):
        assert needed in str(refused.value)


def element(tag, **attributes):
    def change(document):
        made = OxmlElement(tag)
        for name, value in attributes.items():
            made.set(qn(f"w:{name}"), value)
        document.paragraphs[0].runs[0]._element.append(made)

    return edited(change)


def field(code):
    def change(document):
        made = OxmlElement("w:instrText")
        made.text = code
        document.paragraphs[0].runs[0]._element.append(made)

    return edited(change)


def outside_link(document):
    document.part.relate_to(
        "http://example.invalid/x", docx.opc.constants.RELATIONSHIP_TYPE.HYPERLINK, is_external=True
    )


OUTSIDE_TEMPLATE = (
    b'<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:attachedTemplate/></w:settings>"
)
HOSTILE = {
    "macro part": (lambda: with_part("word/vbaProject.bin", b"x"), "宏程序"),
    "macro type": (lambda: with_part("[Content_Types].xml", b'<Types ContentType="macroEnabled"/>'), "宏程序"),
    "picture": (lambda: with_part("word/media/image1.png", b"x"), "图片"),
    "embedded file": (lambda: with_part("word/embeddings/oleObject1.bin", b"x"), "嵌入"),
    "comments": (lambda: with_part("word/comments.xml"), "批注"),
    "strange part": (lambda: with_part("word/afchunk.mht", b"x"), "不能用的部分"),
    "path outside": (lambda: with_part("../../etc/passwd", b"x"), "不能用的部分"),
    "outside link": (lambda: edited(outside_link), "指向外面的链接"),
    "object": (lambda: element("w:object"), "嵌入的对象"),
    "drawing": (lambda: element("w:drawing"), "图片"),
    "imported file": (lambda: element("w:altChunk"), "嵌入的文件"),
    "outside template": (lambda: with_part("word/settings.xml", OUTSIDE_TEMPLATE), "外部模板"),
    "tracked change": (lambda: element("w:ins"), "修订"),
    "DDE field": (lambda: field(r'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"'), "不能用的域"),
    "file field": (lambda: field(r'INCLUDETEXT "C:\\secret.txt"'), "不能用的域"),
    "picture field": (lambda: field('INCLUDEPICTURE "http://example.invalid/x"'), "不能用的域"),
    "entities": (lambda: with_part("word/styles.xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'), "DTD"),
    "zip bomb": (lambda: with_part("word/fontTable.xml", b"<x>" + b"0" * 19_000_000 + b"</x>"), "压缩炸弹"),
    "broken part": (lambda: with_part("word/styles.xml", b"<x>"), "不完整"),
    "no zip": (lambda: b"PK\x03\x04 not at all", "不是能打开的 docx"),
    "a pdf": (lambda: b"%PDF-1.7", "不是能打开的 docx"),
    "too large": (lambda: b"x" * (2 * 1024 * 1024 + 1), "大于 2 MB"),
    "a zip of something else": (lambda: zipped({"word/theme/theme1.xml": b"<x/>"}), "不是 Word 文档"),
}  # fmt: skip


def zipped(parts):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return sink.getvalue()


@pytest.mark.parametrize("case", HOSTILE, ids=str)
def test_a_hostile_template_is_refused_with_its_reason(case):
    make, said = HOSTILE[case]

    with pytest.raises(Refusal, match=said):
        accepted_template(make(), PLEDGE)


def test_a_template_is_kept_without_its_author(cast):
    def change(document):
        document.core_properties.author = "张三 13800138000"
        document.core_properties.comments = "内部"

    content = accepted_template(edited(change), PLEDGE)

    with zipfile.ZipFile(io.BytesIO(content)) as word:
        everything = b"".join(word.read(name) for name in word.namelist())
    assert "张三".encode() not in everything
    assert "内部".encode() not in everything
