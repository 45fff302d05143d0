"""Pages of papers: printed again, checked by anybody, and the county's own templates."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import AT, LI_ID, VILLAGE


@pytest.fixture
def paper(cast):
    """小陈 issued 老李's pledge."""
    from shouwang.register.papers.actions import issue_paper
    from shouwang.register.papers.kinds import KINDS

    return issue_paper(
        kind="pledge",
        subject="H1",
        fields=KINDS["pledge"].example,
        place_number=int(VILLAGE),
        actor=cast.xiaochen,
        at=AT,
    )


def template(text="本县的说法"):
    from tests.register.papers.test_templates import with_text

    return SimpleUploadedFile("template.docx", with_text(text))


def test_the_list_shows_the_papers_of_the_own_village(as_person, paper):
    shown = as_person("xiaowang").get("/papers/").content.decode()

    assert "防止返贫监测对象申请承诺书" in shown
    assert "〔2026〕1号" in shown
    assert "〔2026〕1号" not in as_person("xiaozhao").get("/papers/").content.decode()


def test_the_list_is_narrowed_to_a_kind_and_to_a_household(as_person, paper):
    client = as_person("xiaowang")

    assert "〔2026〕1号" in client.get("/papers/?about=H1&kind=pledge").content.decode()
    assert "没有文书" in client.get("/papers/?about=H9").content.decode()
    assert "没有文书" in client.get("/papers/?kind=refusal").content.decode()


@pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_a_paper_is_opened_in_its_village_and_nowhere_else(as_person, paper, form, start):
    answer = as_person("xiaowang").get(f"/papers/{paper.pk}/paper.{form}")

    assert answer.content[:4].startswith(start)
    assert answer["Cache-Control"] == "no-store"
    assert as_person("xiaozhao").get(f"/papers/{paper.pk}/paper.{form}").status_code == 404
    assert as_person("xiaosun").get(f"/papers/{paper.pk}/paper.{form}").status_code == 403


def test_a_form_that_there_is_not_is_not_found(as_person, paper):
    assert as_person("xiaowang").get(f"/papers/{paper.pk}/paper.exe").status_code == 404


def test_anybody_can_check_a_paper_and_learns_nothing_personal(paper):
    shown = Client().get(f"/papers/verify/{paper.code}/").content.decode()

    assert "这份文书是真的" in shown
    assert paper.pdf_hash in shown
    for secret in ("李大山", LI_ID, "H1", "小陈"):
        assert secret not in shown


def test_a_code_is_typed_with_or_without_hyphens(paper):
    typed = "-".join([paper.code[:5], paper.code[5:10], paper.code[10:15], paper.code[15:]]).lower()

    shown = Client().get("/papers/verify/", {"code": typed}, follow=True).content.decode()

    assert "这份文书是真的" in shown


@pytest.mark.parametrize("code", ["0" * 20, "x", "1 OR 1=1"])
def test_a_wrong_code_says_only_that_it_is_not_found(paper, code):
    answer = Client().get(f"/papers/verify/{code}/")

    assert answer.status_code == 404
    assert "查不到这个校验码" in answer.content.decode()
    assert "noindex" in answer["X-Robots-Tag"]


def test_an_old_version_says_that_there_is_a_newer_one(cast, paper):
    from shouwang.register.papers.actions import issue_paper
    from shouwang.register.papers.kinds import KINDS

    fields = {**KINDS["pledge"].example, "trouble": "别的困难"}
    issue_paper(kind="pledge", subject="H1", fields=fields, place_number=int(VILLAGE), actor=cast.xiaochen, at=AT)

    assert "已经有了新的一版" in Client().get(f"/papers/verify/{paper.code}/").content.decode()


def test_a_county_takes_its_own_template_into_use(as_person, cast):
    client = as_person("xiaozhou")
    given = {"file": template(), "valid_from": "2126-01-01", "words": "按县里格式"}

    assert client.post("/papers/templates/pledge/", given).status_code == 302

    shown = client.get("/papers/templates/pledge/").content.decode()
    assert "按县里格式" in shown
    assert "第 1 版" in shown
    assert "按县里格式" not in as_person("xiaofeng").get("/papers/templates/pledge/").content.decode()


def test_a_refused_template_says_where_it_is_wrong(as_person, cast):
    given = {"file": template("{{户主性名}}"), "valid_from": "2126-01-01"}

    answer = as_person("xiaozhou").post("/papers/templates/pledge/", given)

    assert answer.status_code == 422
    assert "户主性名" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [({"valid_from": "2126-01-01"}, "没有选择文件"), ({"valid_from": "", "file": 1}, "没有写启用日期")],
)
def test_a_form_that_lacks_something_says_what(as_person, cast, given, said):
    given = {**given, **({"file": template()} if "file" in given else {})}

    assert said in as_person("xiaozhou").post("/papers/templates/pledge/", given).content.decode()


def test_a_specimen_and_the_file_can_be_looked_at(as_person, cast):
    client = as_person("xiaozhou")

    assert client.get("/papers/templates/refusal/now.pdf").content[:4] == b"%PDF"
    assert client.get("/papers/templates/refusal/shipped.docx").content[:2] == b"PK"
    for address in ("/papers/templates/nothing/", "/papers/templates/refusal/99.docx", "/papers/templates/x/now.pdf"):
        assert client.get(address).status_code == 404


def test_the_shipped_template_is_put_back(as_person, cast):
    client = as_person("xiaozhou")
    client.post("/papers/templates/pledge/", {"file": template(), "valid_from": "2126-01-01"})

    shown = client.post("/papers/templates/pledge/revert/", follow=True).content.decode()

    assert "已恢复" in shown
    assert "第 2 版" in shown


def test_a_notice_is_printed_from_what_was_posted(as_person, cast):
    from tests.surfaces.web.test_postings import post

    posted = post(cast)
    client = as_person("xiaowang")

    first = client.get(f"/postings/{posted.pk}/sheet.pdf")
    assert first.content[:4] == b"%PDF"
    assert client.get(f"/postings/{posted.pk}/sheet.pdf").content == first.content
    assert client.get(f"/postings/{posted.pk}/sheet.docx").content[:2] == b"PK"
    assert as_person("xiaozhao").get(f"/postings/{posted.pk}/sheet.pdf").status_code == 404


SHEET = {
    "part": "2026年第三季度", "head_name": "李大山", "village": "金田村", "quarter": "2026年第三季度", "members": "2",
    "wage": "3,000", "business": "0", "business_cost": "0", "property": "0", "transfer": "600",
}  # fmt: skip


@pytest.fixture
def form(as_person):
    """小王's browser, and the address of 老李's income sheet."""
    return as_person("xiaowang"), "/papers/new/income_sheet/?household=H1"


def test_the_form_is_filled_with_what_is_known_and_the_number_stays_masked(as_person, cast):
    shown = as_person("xiaowang").get("/papers/new/authorisation/?household=H1").content.decode()

    assert "李大山" in shown
    assert "9910************19" in shown
    assert LI_ID not in shown


def test_a_paper_is_issued_from_its_form_and_found_in_the_list(form, cast):
    from shouwang.register.papers.models import Paper
    from shouwang.register.papers.queries import paper_file
    from tests.register.papers.test_papers import docx_text

    client, address = form

    answer = client.post(address, SHEET)

    assert answer.status_code == 302
    assert "季度收入核算表" in client.get(answer["Location"]).content.decode()
    text = docx_text(paper_file(Paper.objects.get(), "docx"))
    assert "3,600÷2人＝1,800元/人" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [({"wage": "很多"}, "填得不对"), ({"head_name": ""}, "没有填"), ({"part": ""}, "没有写明是哪一份")],
)
def test_a_form_that_is_wrong_keeps_what_was_written(form, cast, change, said):
    client, address = form

    answer = client.post(address, SHEET | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "2026年第三季度" in answer.content.decode()


def test_rows_are_read_line_by_line(as_person, cast):
    from shouwang.register.papers.models import Paper
    from shouwang.register.papers.queries import paper_file
    from tests.register.papers.test_papers import docx_text

    given = {
        "head_name": "李大山", "village": "金田村", "helper": "陈明", "helper_phone": "0735-2888888",
        "complaint_phone": "12345", "helps": "参保资助 | 200元/年 | 2026年 | 医保站\n低保｜｜2025年｜民政办",
    }  # fmt: skip

    as_person("xiaowang").post("/papers/new/help_card/?household=H1", given)

    text = docx_text(paper_file(Paper.objects.get(), "docx"))
    assert "200元/年" in text
    assert "低保" in text


@pytest.mark.parametrize("address", ["/papers/new/?household=H1", "/papers/new/pledge/?household=H1"])
def test_a_household_of_another_village_has_no_form(as_person, cast, address):
    assert as_person("xiaozhao").get(address).status_code == 404


@pytest.mark.parametrize("kind", ["publicity_notice", "announcement", "nothing"])
def test_a_notice_has_no_form(as_person, cast, kind):
    assert as_person("xiaowang").get(f"/papers/new/{kind}/?household=H1").status_code == 404
    assert "公告" not in as_person("xiaowang").get("/papers/new/?household=H1").content.decode().split("文书种类")[1]


def test_a_case_of_nobody_has_no_form(as_person, cast):
    assert as_person("xiaowang").get("/papers/new/pledge/?case=NO-SUCH").status_code == 404
