"""Papers at the steps of a case: printed where they are needed, with what is known, and linked from the timeline."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.queries import paper_file, papers
from shouwang.register.procedure import actions as do
from shouwang.register.procedure.queries import records_of
from shouwang.stream.determination.notices import notice_preview, post_case_notice
from tests.stream.determination.walking import Walk
from tests.surfaces.web.test_cases import page, press

PHONE = "0735-2280001"
WIDE = {"how": "fingerprint", "read_aloud": "1", "signed_by": "赵有田"}


@pytest.fixture
def walk(cast):
    return Walk(cast)


def issued(cast, walk, kind):
    return list(papers(cast.laohe, subject=f"case:{walk.number}", kind=kind))


def said(paper):
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper_file(paper, "pdf"))).pages)
    return text.replace(" ", "").replace("\n", "").replace("\u3000", "")


def printed(client, walk, what, **form):
    answer = client.post(f"/cases/{walk.number}/papers/{what}/", form)
    assert answer.status_code == 302
    return client.get(answer["Location"])


def test_a_pledge_is_printed_signed_and_entered_and_stays_the_same_paper(as_person, cast, walk):
    officer, form = as_person("xiaochen"), {"trouble": "老伴住院，欠了三万。"}

    opened = printed(officer, walk, "pledge", **form)
    told = press(officer, walk.case, "pledge", **WIDE, **form)

    (pledge,) = issued(cast, walk, "pledge")
    assert opened["Content-Type"] == "application/pdf"
    assert "老伴住院，欠了三万。" in said(pledge)
    assert "赵有田" in said(pledge)
    assert f"/papers/{pledge.pk}/paper.pdf" in told
    assert "困难情况：老伴住院" in told


def test_an_authorisation_says_what_stands_in_its_form_and_another_day_is_another_version(as_person, cast, walk):
    officer = as_person("xiaochen")
    press(officer, walk.case, "pledge", **WIDE)
    form = {"scope": ["房产", "车辆"], "valid_until": "2027-03-01"}

    printed(officer, walk, "authorisation", **form)
    press(officer, walk.case, "authorisation", signed_by="赵有田", **form | {"valid_until": "2027-04-01"})

    new, old = issued(cast, walk, "authorisation")
    assert "房产、车辆" in said(old)
    assert "2027年3月1日" in said(old)
    assert (old.superseded_by, old.number) == (new, new.number)
    assert "2027年4月1日" in said(new)
    assert "苏仙区农业农村局" in said(new)


def test_who_has_chosen_nothing_to_ask_about_is_told_so(as_person, cast, walk):
    answer = as_person("xiaochen").post(f"/cases/{walk.number}/papers/authorisation/", {}, follow=True)

    assert "没有选授权查询的范围" in answer.content.decode()
    assert issued(cast, walk, "authorisation") == []


def test_a_visit_leaves_its_form_with_the_sums_and_the_register(as_person, cast):
    walk = Walk(cast, "H1").papers()

    told = press(
        as_person("xiaochen"), walk.case, "verification", verifiers="小陈、小王", visited_on="2026-09-08", water="自来水",
        findings="老人住院，欠了三万。", wage="12000", business_income="3000", business_cost="1000", property_income="0",
        transfer="1200", members="2", proposed_class="marginal",
    )  # fmt: skip

    (form,) = issued(cast, walk, "home_verification")
    assert "15,200÷2人＝7,600元/人" in said(form)
    assert "2025年9月至2026年8月" in said(form)
    assert "自来水" in said(form)
    assert "991003195503124219" not in said(form)
    assert "入户核实表〔" in told


def test_a_meeting_leaves_its_minutes_with_the_rules_and_the_votes(as_person, cast):
    walk = Walk(cast, "H1").checked()

    told = press(
        as_person("laozhang"), walk.case, "appraisal", held_on="2026-09-20", eligible="38", present="30", agree="27",
        against="2", chair="老张", minutes="逐户评议。",
    )  # fmt: skip

    assert "评议结果已登记" in told
    assert "还没有签发" not in told, told.split("还没有签发")[1][:200]
    (minutes,) = issued(cast, walk, "appraisal_minutes")
    for words in ("应到人数的三分之二以上", "到会人员过半数同意", "2026年9月20日", "主持人老张", "＿＿＿＿＿＿"):
        assert words in said(minutes)
    assert "民主评议会议记录〔" in told


def noticed(cast):
    walk = Walk(cast, "H1").papers()
    walk.case = do_verify(cast, walk)
    walk.appraised()
    walk.now += timedelta(days=1)
    shown = notice_preview(case=walk.case, phone=PHONE, actor=cast.laozhang, at=walk.now)
    walk.case = post_case_notice(
        case=walk.case, phone=PHONE, saw=shown.fingerprint, actor=cast.laozhang, at=walk.now
    )  # fmt: skip
    return walk


def do_verify(cast, walk):
    return do.verify_home(
        verifiers=["小陈", "小王"], visited_on=walk.today, findings="老人住院，欠了三万。", proposed_class="marginal",
        actor=cast.xiaochen, **walk.at(),
    )  # fmt: skip


def reviewed(cast):
    walk = noticed(cast)
    walk.case = do.review_case(opinion="agree", words="情况属实。", actor=cast.laoliu, **walk.at(8))
    return walk


def test_a_refusal_says_why_on_what_and_how_to_object_with_the_phone_of_the_notice(as_person, cast):
    walk = reviewed(cast)
    sha256 = walk.evidence()

    told = press(
        as_person("laofang"), walk.case, "decision", outcome="refused", ground="able_to_cope", evidence=[sha256],
        words="两个儿子在外务工，能够应对。",
    )  # fmt: skip

    (paper,) = issued(cast, walk, "refusal")
    for words in (
        "两个儿子在外务工，能够应对。",
        "有风险，但家庭自己能够应对",
        "老人住院，欠了三万。",
        "应到40人，到会30人，同意25人",
        "没有收到异议",
        "白露塘镇人民政府",
        PHONE,
        "收到之日起60日内",
        "随时可以再申请",
    ):
        assert words in said(paper), words
    assert "http" not in said(paper).split("校验码")[0]
    assert "不予纳入告知书〔" in told
    assert "先打印不予纳入告知书" in page(as_person("xiaozhou"), walk.number)


def test_an_inclusion_names_class_steps_and_the_county_that_decides(as_person, cast):
    walk = reviewed(cast)

    press(
        as_person("laofang"), walk.case, "decision", outcome="included", ground="sudden_hardship",
        words="医疗费超过一年收入。", monitored_class="marginal", risks=["illness"],
    )  # fmt: skip

    (paper,) = issued(cast, walk, "decision")
    assert "边缘易致贫户" in said(paper)
    assert "民主评议、村级公布并听取异议、乡镇复核" in said(paper)
    assert "苏仙区农业农村局（盖章）" in said(paper)


def test_the_notice_hangs_as_a_numbered_paper_that_the_timeline_opens(as_person, cast):
    walk = Walk(cast, "H1").papers()
    walk.case = do_verify(cast, walk)
    walk.appraised()
    cadre = as_person("laozhang")

    shown = cadre.get(f"/cases/{walk.number}/notice/", {"phone": PHONE}).content.decode()
    saw = shown.split('name="saw" value="')[1].split('"')[0]
    form = {"seen": walk.case.records, "phone": PHONE, "saw": saw}
    told = cadre.post(f"/cases/{walk.number}/notice/", form, follow=True).content.decode()

    number, address = re.search(r"/postings/(\d+)/(sheet\.pdf)", told).groups()
    assert papers(cast.laohe, subject=f"posting:{number}").count() == 1
    assert cadre.get(f"/postings/{number}/{address}").content.startswith(b"%PDF")
    assert papers(cast.laohe, subject=f"posting:{number}").count() == 1


def test_a_step_counts_when_its_paper_cannot_be_made_and_the_paper_is_made_up_for(as_person, cast, walk, monkeypatch):
    officer = as_person("xiaochen")

    def broken(**_):
        raise Refusal("模板坏了。")

    with monkeypatch.context() as patch:
        patch.setattr("shouwang.surfaces.web.case_papers.issue_case_paper", broken)
        told = press(officer, walk.case, "pledge", **WIDE)
    assert "文书还没有签发：模板坏了" in told
    assert "签发防止返贫监测对象申请承诺书" in told
    walk.case.refresh_from_db()
    assert walk.case.next_act == "authorisation"

    printed(officer, walk, "1")

    assert len(issued(cast, walk, "pledge")) == 1
    assert "签发防止返贫监测对象申请承诺书" not in page(officer, walk.number)


def test_a_record_without_a_paper_has_none_to_print(as_person, walk):
    walk.checked()

    numbers = {one.record.number for one in records_of(walk.case) if one.record.act == "reply"}
    assert as_person("xiaochen").post(f"/cases/{walk.number}/papers/{numbers.pop()}/").status_code == 404
    assert as_person("xiaochen").post(f"/cases/{walk.number}/papers/99/").status_code == 404


def test_the_papers_of_another_village_are_not_found_and_a_liaison_has_none(as_person, walk):
    for who, status in (("xiaowang", 404), ("xiaosun", 403)):
        assert as_person(who).post(f"/cases/{walk.number}/papers/pledge/").status_code == status
