"""Pages of clues: found, handed on, checked, closed in one tap and taken back, reported; nobody sees another place's."""

import pytest

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.ledger.models import Entry
from shouwang.stream.clues.actions import dispatch_clue
from shouwang.stream.clues.models import Clue
from tests.cast import AT, LI_ID, NEXT_VILLAGE, VILLAGE
from tests.stream.clues.telling import say, warned

QUICK = {"reason": "checked_no_risk"}
FORM = {
    "channel": "proxy_application",
    "village": VILLAGE,
    "name": "王桂花",
    "where": "三组老井边",
    "what": "老伴住院，家里没有钱交费",
    "phone": "15400002222",
    "by": "隔壁老张",
    "on_behalf": "1",
}


@pytest.fixture
def until(monkeypatch):
    """The end of the quarter that the pages offer, whatever the day of the tests is."""
    from django.utils import timezone

    from shouwang.surfaces.web.clue_words import usual_quarter_end

    return usual_quarter_end(timezone.localdate()).isoformat()


def page(client, address):
    return client.get(address).content.decode()


def test_the_list_shows_one_row_per_household_and_only_the_own_area(as_person, screened):
    warned("red")
    warned("yellow", "H2")

    shown = page(as_person("xiaowang"), "/clues/")
    assert "李大山" in shown
    assert "赵有田" not in shown
    assert "赵有田" in page(as_person("xiaochen"), "/clues/")
    assert "钱来福" not in page(as_person("xiaofeng"), "/clues/")


def test_the_list_is_narrowed_and_says_when_nothing_is_there(as_person, screened):
    warned("red")
    client = as_person("xiaochen")

    assert "李大山" in page(client, "/clues/?grade=red&channel=platform_screening&q=lds")
    for query in ("grade=yellow", "state=closed", "mine=1", "applications=1", "owner=county", "channel=x'y"):
        rows = client.get(f"/clues/?{query}", headers={"HX-Request": "true"}).content.decode()
        assert ("没有符合条件的线索" in rows) is (query != "channel=x'y"), query


def test_a_clue_is_closed_from_the_list_in_one_tap_and_taken_back(as_person, screened, until):
    clue = warned("yellow")
    client = as_person("xiaowang")
    row = client.post(f"/clues/{clue.pk}/acts/close/", QUICK | {"until": until}, headers={"HX-Request": "true"})

    clue.refresh_from_db()
    assert clue.state == "closed"
    assert "撤销" in row.content.decode()
    back = client.post(f"/clues/{clue.pk}/acts/reopen/", headers={"HX-Request": "true"})
    clue.refresh_from_db()
    assert clue.state == "taken"
    assert "无风险，至" in back.content.decode()


def test_agreeing_and_overruling_are_one_tap_each_with_one_key(as_person, screened):
    warned("yellow")
    shown = page(as_person("xiaowang"), "/clues/")

    assert shown.count('data-key="x"') == shown.count('data-key="a"') == 1
    row = shown[shown.index('<tr data-row id="clue-') : shown.index("</tr>", shown.index('<tr data-row id="clue-'))]
    assert "required" not in row


def test_a_refused_tap_says_why_in_the_row(as_person, screened):
    clue = warned("yellow")
    answer = as_person("xiaowang").post(
        f"/clues/{clue.pk}/acts/close/", QUICK | {"until": "2020-01-01"}, headers={"HX-Request": "true"}
    )

    assert "没有选核实结果管到哪天" in answer.content.decode()
    clue.refresh_from_db()
    assert clue.state == "open"


def test_many_are_handed_on_taken_and_closed_at_once(as_person, screened, until):
    ids = [warned("yellow").pk, warned("red", "H2").pk]
    client = as_person("xiaochen")

    def bulk(what, **more):
        return client.post("/clues/bulk/", {"clue": ids, "what": what, **more}, follow=True).content.decode()

    assert "已交办 2 条" in bulk("dispatch")
    assert "已开始核实 2 条" in bulk("take")
    assert "已办结黄色线索 1 条。另有 1 条不符合条件" in bulk("close", until=until, **QUICK)
    assert "没有选线索" in client.post("/clues/bulk/", {"what": "take"}, follow=True).content.decode()
    assert client.post("/clues/bulk/", {"clue": ids, "what": "delete"}).status_code == 404


def test_the_page_of_a_clue_says_why_about_whom_and_what_next(as_person, screened):
    clue = warned("red")
    shown = page(as_person("xiaowang"), f"/clues/{clue.pk}/")

    assert "近12个月家庭自付医疗费" in shown
    assert "为什么预警" in shown
    assert f"?for=clue:{clue.pk}" in shown
    assert LI_ID not in shown
    for step in ("我来核实", "属实", "无风险，至"):
        assert step in shown
    assert Entry.objects.filter(act="look_household", details__task=f"clue:{clue.pk}").exists()


@pytest.mark.parametrize("who", ["xiaozhao", "xiaofeng", "xiaoqian"])
def test_a_clue_of_another_place_is_not_found(as_person, screened, who):
    clue = warned("red")
    client = as_person(who)

    assert client.get(f"/clues/{clue.pk}/").status_code == 404
    assert client.post(f"/clues/{clue.pk}/acts/confirm/").status_code == 404
    assert client.get("/clues/999999/").content == client.get(f"/clues/{clue.pk}/").content
    with rows_within(*EVERYWHERE):  # what the last request saw lasts as long as the test's transaction
        clue.refresh_from_db()
    assert clue.state == "open"


def test_a_neighbour_applies_for_a_widow_who_cannot_write(as_person, cast):
    answer = as_person("xiaowang").post("/clues/new/", FORM, follow=True)
    clue = Clue.objects.get()

    shown = answer.content.decode()
    assert "必有答复" in shown
    assert "老伴住院" in shown
    assert "154****2222" in shown
    assert "15400002222" not in shown
    assert (clue.is_application, clue.owner_level, clue.reported_by) == (True, "township", "xiaowang")
    assert "答复申请人" not in shown
    assert "农户申请待受理" in page(as_person("xiaochen"), "/todo/")


@pytest.mark.parametrize("change", [{"name": ""}, {"what": " "}, {"channel": "rumour"}])
def test_a_form_that_cannot_be_taken_in_keeps_what_was_written(as_person, cast, change):
    answer = as_person("xiaochen").post("/clues/new/", FORM | {"township": VILLAGE[:9]} | change)

    assert answer.status_code == 422
    assert "三组老井边" in answer.content.decode()
    assert not Clue.objects.exists()


def test_a_village_must_be_chosen_and_lie_in_the_own_area(as_person, cast):
    assert "没有选村" in as_person("xiaochen").post("/clues/new/", FORM | {"village": ""}).content.decode()
    assert as_person("xiaowang").post("/clues/new/", FORM | {"village": NEXT_VILLAGE}).status_code == 404


def test_the_villages_come_with_the_township(as_person, cast):
    address = f"/clues/new/?county={VILLAGE[:6]}&township={VILLAGE[:9]}"
    shown = as_person("xiaosun").get(address, headers={"HX-Request": "true"}).content.decode()

    assert VILLAGE in shown
    assert "<form" not in shown


def test_a_liaison_reports_and_sees_only_what_became_of_it(as_person, screened):
    client = as_person("xiaosun")
    given = FORM | {"channel": "department_warning", "county": VILLAGE[:6], "township": VILLAGE[:9], "id_number": LI_ID}
    shown = client.post("/clues/new/", given, follow=True).content.decode()
    clue = Clue.objects.get()

    assert clue.household_id == "H1"
    assert "我登记的线索" in shown
    assert "李大山" not in shown
    assert client.get(f"/clues/{clue.pk}/").status_code == 403


def test_the_township_answers_an_application_in_writing(as_person, cast):
    clue = say(cast.xiaowang, household_id="H1")
    client = as_person("xiaochen")
    refused = client.post(f"/clues/{clue.pk}/acts/close/", {"reason": "helped_otherwise"}, follow=True)
    given = {
        "reason": "helped_otherwise", "sentence": "已由临时救助解决", "answered_to": "王桂花", "answered_on": "2026-11-22",
        "remedy": "六十日内向县里申请复核，电话0735-0000000",
    }  # fmt: skip
    shown = client.post(f"/clues/{clue.pk}/acts/close/", given, follow=True).content.decode()

    assert "没有写理由" in refused.content.decode()
    assert "已书面告知王桂花" in shown
    assert "申请复核" in shown


def test_every_step_of_a_clue_is_taken_on_its_page(as_person, screened):
    clue = warned("red")
    township, village = as_person("xiaochen"), as_person("xiaowang")

    def step(client, what, **given):
        client.post(f"/clues/{clue.pk}/acts/{what}/", given)
        clue.refresh_from_db()
        return clue.state

    assert step(township, "dispatch", to="xiaowang") == "dispatched"
    assert step(village, "take") == "taken"
    assert step(village, "take") == "taken"
    assert step(village, "return", sentence="已外出务工") == "open"
    assert step(village, "confirm") == "confirmed"
    assert step(township, "enter") == "closed"
    assert clue.closing_reason == "entered_determination"
    shown = page(village, f"/clues/{clue.pk}/")
    assert f"/cases/{clue.case_number}/" in shown
    assert "已外出务工" in shown
    assert village.post(f"/clues/{clue.pk}/acts/vanish/").status_code == 404


def test_a_case_begun_from_the_household_settles_its_clue(as_person, screened):
    clue = warned("red")
    as_person("xiaochen").post("/households/H1/determine/")

    clue.refresh_from_db()
    assert (clue.closing_reason, bool(clue.case_number)) == ("entered_determination", True)


def test_a_report_without_a_household_finds_it_with_a_tap(as_person, cast):
    clue, other = say(cast.xiaowang), say(cast.xiaowang, what="同一件事")
    client = as_person("xiaochen")
    shown = page(client, f"/clues/{clue.pk}/")

    assert "李大山户" in shown
    assert "可能重复" in shown
    assert "没有找到“没有这人”" in page(client, f"/clues/{clue.pk}/?q=没有这人")
    client.post(f"/clues/{clue.pk}/acts/identify/", {"household": "H1"})
    client.post(f"/clues/{other.pk}/acts/merge/", {"into": clue.pk})
    other.refresh_from_db()
    assert other.carried_by_id == clue.pk
    assert f"并入第 {clue.pk} 号线索" in page(client, f"/clues/{other.pk}/")


def test_two_households_in_one_clue_are_split(as_person, cast):
    clue = say(cast.xiaowang, household_id="H1")
    source = clue.sources.get().pk
    as_person("xiaochen").post(f"/clues/{clue.pk}/acts/split/", {"source": source, "household": "H2"})

    assert sorted(Clue.objects.values_list("household_id", flat=True)) == ["H1", "H2"]


def test_the_number_of_who_reported_is_shown_once_asked_and_noted(as_person, cast):
    source = say(cast.xiaowang).sources.get().pk
    shown = as_person("xiaochen").post(f"/clues/sources/{source}/contact/").content.decode()

    assert "15400002222" in shown
    assert Entry.objects.filter(act="open_contact", actor="xiaochen").count() == 1
    assert as_person("xiaozhao").post(f"/clues/sources/{source}/contact/").status_code == 404


def test_the_sheet_holds_what_the_list_shows_and_is_noted(as_person, screened):
    warned("red")
    answer = as_person("xiaochen").get("/clues/sheet.xlsx")

    assert answer.status_code == 200
    assert Entry.objects.get(act="export_clues").details["rows"] == 1


def test_the_ladder_shows_places_in_their_order(as_person, screened, cast):
    clue = warned("red")
    dispatch_clue(clue_id=clue.pk, actor=cast.xiaochen, at=AT)
    Clue.objects.filter(pk=clue.pk).update(opened_on="2020-01-01", due_on="2020-01-02", escalation=1)

    for who in ("xiaowang", "xiaochen", "xiaozhou", "laohe"):
        shown = page(as_person(who), "/clues/ladder/")
        assert "升级到乡镇" in shown, who
    assert "没有逾期" in page(as_person("xiaofeng"), "/clues/ladder/")


def test_warnings_that_are_held_back_are_shown_and_noted_as_seen(as_person, screened):
    from shouwang.register.households.models import Household

    Household.objects.filter(pk="H1").update(monitored_class="marginal", monitored_on="2026-03-01")
    from tests.stream.clues.telling import screen, take_up

    take_up(screen(("H1", "illness", "red")))
    client = as_person("xiaowang")
    before = page(client, "/clues/held/?because=monitored")
    client.post("/clues/held/", {"household": "H1"})

    assert "已在监测，转告帮扶联系人" in before
    assert "已知悉" in page(client, "/clues/held/")
    assert "没有暂不立线索的预警" in page(as_person("xiaozhao"), "/clues/held/")


def test_the_household_and_the_warning_lead_to_the_clue(as_person, screened, cast):
    client = as_person("xiaowang")
    assert "登记线索" in page(client, "/households/H1/")
    clue = say(cast.xiaowang, household_id="H1")

    assert f"/clues/{clue.pk}/" in page(client, "/households/H1/")
    assert f"/clues/{clue.pk}/" in page(client, f"/warnings/{screened.li.pk}/")
