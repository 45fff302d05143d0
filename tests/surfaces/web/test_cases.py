"""Cases on the pages: each step by who may take it, everything else refused with a sentence."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwang.register.procedure import actions as do
from shouwang.register.procedure.queries import case_of, enquiries
from tests.stream.determination.walking import PNG, Walk


@pytest.fixture
def walk(cast):
    return Walk(cast)


def page(client, number):
    answer = client.get(f"/cases/{number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def press(client, case, what, **fields):
    """Send the form of an act as the page would, with what the person saw."""
    seen = case_of_number(case).records
    answer = client.post(f"/cases/{case.number}/acts/{what}/", {"seen": seen, **fields}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def case_of_number(case):
    case.refresh_from_db()
    return case


def test_a_township_officer_walks_the_first_steps_on_the_page(as_person, cast):
    officer = as_person("xiaochen")

    opened = officer.post("/households/H2/determine/", follow=True)
    number = opened.redirect_chain[-1][0].split("/")[2]
    case = case_of(cast.xiaochen, number)
    assert "按手印" in opened.content.decode()
    assert "念给本人听" in press(officer, case, "pledge", how="fingerprint", signed_by="赵有田")
    assert "承诺书已登记" in press(officer, case, "pledge", how="fingerprint", read_aloud="1", signed_by="赵有田")
    assert "授权书已登记" in press(
        officer, case, "authorisation", scope=["房产", "车辆"], valid_until="2099-01-01", signed_by="赵有田"
    )
    assert "至少要2个人" in press(
        officer, case, "verification", verifiers="小陈", visited_on="2026-11-20", findings="老人住院，欠了三万。"
    )
    told = press(
        officer, case, "verification", verifiers="小陈、小赵", visited_on="2026-11-20", findings="老人住院，欠了三万。",
        wage="12000", business_income="3000", business_cost="1000", property_income="0", transfer="1200", members="2",
        proposed_class="marginal",
    )  # fmt: skip

    assert "核算人均纯收入 7600.00 元" in told
    assert "拟定边缘易致贫户" in told


def test_an_income_that_nobody_told_makes_no_sum(as_person, walk):
    walk.papers()

    told = press(
        as_person("xiaochen"), walk.case, "verification", verifiers="小陈、小赵", visited_on="2026-11-20",
        findings="老人住院，欠了三万。", wage="12000", members="2",
    )  # fmt: skip

    assert "核算人均纯收入" not in told


def test_the_notice_is_seen_before_it_is_signed_and_hangs_as_it_was_seen(as_person, cast):
    walk = Walk(cast, "H1").papers()
    walk.case = do.verify_home(
        verifiers=["a", "b"], visited_on=walk.today, findings="情况属实。", proposed_class="marginal",
        actor=cast.xiaochen, **walk.at(),
    )  # fmt: skip
    walk.appraised()
    cadre = as_person("laozhang")

    shown = cadre.get(f"/cases/{walk.number}/notice/", {"phone": "0735-2280001"}).content.decode()
    saw = shown.split('name="saw" value="')[1].split('"')[0]
    answer = cadre.post(
        f"/cases/{walk.number}/notice/", {"seen": walk.case.records, "phone": "0735-2280001", "saw": saw}, follow=True
    )

    assert "991003195503124219" not in shown
    assert "边缘易致贫户" in shown
    assert "已签发" in answer.content.decode()
    assert case_of_number(walk.case).notice_until is not None
    assert len(cadre.get("/postings/").context["page"].object_list) == 1


def test_review_and_decision_by_their_own_people(as_person, cast):
    walk = Walk(cast).noticed()
    walk.now += timedelta(days=8)

    assert "审核意见已登记" in press(as_person("laoliu"), walk.case, "review", opinion="agree", words="情况属实。")
    assert "权限" in press(
        as_person("laoliu"), walk.case, "decision", outcome="included", ground="unstable", words="同意纳入。"
    )
    said = press(
        as_person("laofang"), walk.case, "decision", outcome="included", ground="sudden_hardship",
        words="医疗费超过一年收入。", monitored_class="marginal", risks=["illness"],
    )  # fmt: skip

    assert "决定已作出" in said
    assert case_of_number(walk.case).outcome == "included"


def test_a_second_click_changes_nothing(as_person, cast):
    walk = Walk(cast).noticed()
    seen, leader = walk.case.records, as_person("laoliu")
    form = {"seen": seen, "opinion": "agree", "words": "情况属实。"}

    leader.post(f"/cases/{walk.number}/acts/review/", form)
    again = leader.post(f"/cases/{walk.number}/acts/review/", form, follow=True)

    assert "别人刚刚办过" in again.content.decode()
    assert case_of_number(walk.case).records == seen + 1


def test_a_department_answers_what_it_was_asked_and_sees_nothing_else(as_person, cast, walk):
    walk.papers()
    walk.case = do.verify_home(
        verifiers=["a", "b"], visited_on=walk.today, findings="情况属实。", actor=cast.xiaochen, **walk.at()
    )
    while walk.case.next_act == "record":
        walk.case = do.accept_case(actor=cast.xiaochen, **walk.at())
    press(as_person("xiaozhou"), walk.case, "ask", units=["医保局", "民政局"])
    liaison = as_person("xiaosun")

    listed = liaison.get("/enquiries/").content.decode()
    asked = enquiries(cast.xiaosun, answered=False).get()
    answered = liaison.post(
        f"/enquiries/{asked.pk}/", {"result": "explain", "words": "今年住院三次，请说明费用来源。"}, follow=True
    )

    assert walk.number in listed
    assert "已答复" in answered.content.decode()
    assert liaison.get(f"/cases/{walk.number}/").status_code == 403
    other = enquiries(cast.xiaozhou, case=walk.case, answered=False).get(unit="民政局")
    assert liaison.post(f"/enquiries/{other.pk}/", {"result": "nothing"}).status_code == 404


def test_the_case_of_another_village_is_not_found(as_person, walk):
    for path in (f"/cases/{walk.number}/", f"/cases/{walk.number}/notice/"):
        assert as_person("xiaowang").get(path).status_code == 404
        assert as_person("xiaowu").get(path).status_code == 403
    assert as_person("xiaowang").post(f"/cases/{walk.number}/acts/pledge/", {"how": "signature"}).status_code == 404
    assert walk.number not in as_person("xiaowang").get("/cases/").content.decode()


def test_photos_are_kept_and_only_shown_to_who_may_see_the_case(as_person, walk):
    from django.core.files.uploadedfile import SimpleUploadedFile as File

    officer = as_person("xiaochen")
    kept = officer.post(
        f"/cases/{walk.number}/evidence/", {"files": [File("表.png", PNG)]}, follow=True
    ).content.decode()
    refused = officer.post(f"/cases/{walk.number}/evidence/", {"files": [File("x.exe", b"MZ")]}, follow=True)
    address = kept.split(f"/cases/{walk.number}/evidence/")[1].split('"')[0]

    assert "已存证 1 份" in kept
    assert "只能上传照片" in refused.content.decode()
    assert officer.get(f"/cases/{walk.number}/evidence/{address}").content == PNG
    assert as_person("xiaowang").get(f"/cases/{walk.number}/evidence/{address}").status_code == 404


def test_the_to_do_page_tells_each_what_waits(as_person, cast):
    walk = Walk(cast).reviewed()

    assert walk.case.head_name in as_person("laofang").get("/todo/").content.decode()
    assert "没有等您办" in as_person("laoliu").get("/todo/").content.decode()
    assert as_person("xiaosun").get("/todo/").status_code == 200


def test_a_refused_household_objects_on_the_page(as_person, cast):
    walk = Walk(cast).decided("refused")
    do.serve_reasons(channels=["paper", "phone"], actor=cast.xiaozhou, **walk.at())

    told = press(as_person("xiaochen"), walk.case, "appeal", words="欠的医药费没有算。")

    assert "异议复核" in told
    assert "撤销原决定" in told


@pytest.mark.parametrize("who", ["xiaochen", "laozhang", "laoliu", "laofang", "xiaozhou", "laohe"])
def test_every_stage_of_a_case_has_its_page(as_person, cast, who):
    client = as_person(who)
    walk = Walk(cast, "H1")
    for stage in (walk.papers, walk.checked, walk.appraised):
        stage()
        page(client, walk.number)


def test_the_number_of_queries_does_not_grow_with_the_list(as_person, cast):
    officer = as_person("xiaochen")
    officer.get("/cases/")  # the first page of a session asks for a few things once
    Walk(cast, "H1")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            officer.get("/cases/")
        counts.append(len(asked))
        if len(counts) == 1:
            Walk(cast, "H2")

    assert counts[0] == counts[1] <= MOST_QUERIES_OF_A_LIST


def test_the_number_of_queries_of_a_case_does_not_grow_with_its_records(as_person, cast):
    officer, walk = as_person("xiaochen"), Walk(cast)
    page(officer, walk.number)  # what a process reads once is read
    counts = []
    for stage in (walk.papers, walk.checked, walk.appraised):
        stage()
        with CaptureQueriesContext(connection) as asked:
            page(officer, walk.number)
        counts.append(len(asked))

    assert max(counts) <= MOST_QUERIES_OF_A_CASE
    assert counts[-1] <= counts[0]  # the forms of steps differ in what they ask; more records ask for nothing more


MOST_QUERIES_OF_A_LIST = 16
MOST_QUERIES_OF_A_CASE = 26
