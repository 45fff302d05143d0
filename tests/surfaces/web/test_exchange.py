"""Pages of exchanged sheets: bringing one, deciding, taking over, undoing, sending up, templates."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouwang.register.exchange.models import Difference, IncomingSheet, OutgoingSheet, TakeOver
from shouwang.register.households.models import Household, Resident
from tests.cast import AT, LI_ID, LI_PHONE, NEXT_VILLAGE, VILLAGE
from tests.register.exchange.sheets import LI, WIFE, national, workbook

THEIRS = LI | {"是否解决安全饮用水": "是", "住房面积": "80"}


def bring(client, content, name="监测对象信息.xlsx", **more):
    return client.post("/exchange/bring/", {"file": SimpleUploadedFile(name, content), **more})


@pytest.fixture
def brought(as_person):
    """小王's sheet with three differences: its page."""
    bring(as_person("xiaowang"), national(THEIRS, WIFE))
    return IncomingSheet.objects.get()


def page(client, sheet, query=""):
    return client.get(f"/exchange/{sheet.pk}/{query}").content.decode()


def test_a_sheet_is_compared_at_once_and_its_differences_shown(as_person):
    client = as_person("xiaowang")
    answer = bring(client, national(THEIRS, WIFE), income_year="2025")

    sheet = IncomingSheet.objects.get()
    assert answer["Location"] == f"/exchange/{sheet.pk}/"
    shown = page(client, sheet)
    assert "是否解决安全饮用水" in shown
    assert "（空白）" in shown
    assert "收支按 2025 年比对" in shown
    assert "监测对象信息" in client.get("/exchange/").content.decode()


def test_a_large_sheet_is_left_to_the_worker(as_person, monkeypatch):
    from procrastinate.contrib.django.models import ProcrastinateJob

    monkeypatch.setattr("shouwang.surfaces.web.exchange.MANY_ROWS", 2)
    client = as_person("xiaowang")
    bring(client, national(THEIRS, WIFE))

    sheet = IncomingSheet.objects.get()
    assert ProcrastinateJob.objects.filter(task_name="compare_sheet", args__sheet_id=sheet.pk).count() == 1
    assert "在后台比对" in page(client, sheet)
    again = client.get(f"/exchange/{sheet.pk}/", headers={"HX-Request": "true"})
    assert "<progress" in again.content.decode()
    assert "HX-Refresh" not in again.headers


def test_the_worker_carries_a_sheet_through_once(cast):
    from shouwang.register.exchange.actions import receive_sheet
    from shouwang.register.exchange.jobs import work_on

    sheet = receive_sheet(file_name="a.xlsx", content=national(THEIRS, WIFE), actor=cast.xiaowang, at=AT)
    work_on(sheet_id=sheet.pk, username="somebody-who-left")
    assert IncomingSheet.objects.get().state == "received"

    work_on(sheet_id=sheet.pk, username="xiaowang")
    work_on(sheet_id=sheet.pk, username="xiaowang")

    assert IncomingSheet.objects.get().state == "compared"
    assert Difference.objects.filter(sheet=sheet).count() == 3


@pytest.mark.parametrize(
    ("content", "year", "sentence"),
    [(b"", "", "没有收到文件"), (b"x", "去年", "收支年度请写四位年份")],
)
def test_what_cannot_be_taken_in_gets_a_sentence(as_person, content, year, sentence):
    answer = bring(as_person("xiaowang"), content, income_year=year)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not IncomingSheet.objects.exists()


def test_a_file_that_is_no_sheet_is_kept_and_says_why(as_person):
    client = as_person("xiaowang")
    bring(client, b"%PDF-1.4 ...", name="表.xlsx")

    sheet = IncomingSheet.objects.get()
    assert sheet.state == "refused"
    assert "PDF" in page(client, sheet)


def test_decisions_of_a_page_are_kept_taken_and_undone(as_person, brought):
    client = as_person("xiaowang")
    chosen = {one.field: one.pk for one in Difference.objects.all()}
    given = {f"d-{chosen['water_safe']}": "take", f"d-{chosen['house_area']}": "visit", "page": "1"}
    answer = client.post(f"/exchange/{brought.pk}/decide/", given, follow=True)
    assert "共 2 处" in answer.content.decode()

    taken = client.post(f"/exchange/{brought.pk}/take/", follow=True).content.decode()
    assert "更正 1 户 1 项" in taken
    assert Household.objects.get(pk="H1").water_safe is True

    undone = client.post(f"/exchange/{brought.pk}/take/{TakeOver.objects.get().pk}/undo/", follow=True)
    assert "已撤销这次采用" in undone.content.decode()
    assert Household.objects.get(pk="H1").water_safe is None


def test_one_decision_for_all_that_the_filter_shows(as_person, brought):
    client = as_person("xiaowang")
    given = {"all": "keep", "field": "household.house_area"}
    answer = client.post(f"/exchange/{brought.pk}/decide/", given, follow=True)

    assert "已处理 1 处" in answer.content.decode()
    assert dict(Difference.objects.values_list("field", "decision"))["house_area"] == "keep"
    assert dict(Difference.objects.values_list("field", "decision"))["water_safe"] == "open"


def test_the_filters_narrow_the_list(as_person, brought):
    client = as_person("xiaowang")

    assert "住房面积(㎡)</td>" not in page(client, brought, "?field=household.water_safe")
    assert "没有符合条件的差异" in page(client, brought, "?decision=taken")
    assert "是否解决安全饮用水</td>" in page(client, brought, f"?village={VILLAGE}")


def test_two_hundred_differences_come_page_by_page(as_person, brought):
    first = Difference.objects.first()
    Difference.objects.bulk_create(
        Difference(
            sheet=brought, row_no=number, household_id="H1", resident_id=f"X{number}", place_number=int(VILLAGE), of="member",
            field="education", title="文化程度", theirs="primary", can_take=True, fills_blank=True,
        )
        for number in range(220)
    )  # fmt: skip
    assert first

    shown = page(as_person("xiaowang"), brought, "?page=12")
    assert "第 12 / 12 页" in shown


def test_nothing_chosen_is_said(as_person, brought):
    client = as_person("xiaowang")

    assert "没有标为“采用表中”的差异" in client.post(f"/exchange/{brought.pk}/take/", follow=True).content.decode()
    assert "没有可处理的差异" in client.post(f"/exchange/{brought.pk}/decide/", {}, follow=True).content.decode()


@pytest.mark.parametrize("who", ["xiaozhao", "xiaofeng"])
def test_the_sheet_of_another_village_is_not_found(as_person, brought, who):
    client = as_person(who)

    assert client.get(f"/exchange/{brought.pk}/").status_code == 404
    assert client.post(f"/exchange/{brought.pk}/decide/", {"all": "keep"}).status_code == 404
    assert client.post(f"/exchange/{brought.pk}/take/").status_code == 404
    assert client.get(f"/exchange/{brought.pk}/returned.xlsx").status_code == 404
    assert "监测对象信息.xlsx" not in client.get("/exchange/").content.decode()


def test_the_county_sees_the_sheet_of_its_village(as_person, brought):
    assert "监测对象信息.xlsx" in page(as_person("xiaozhou"), brought)


def test_what_a_procedure_decides_cannot_be_taken(as_person):
    client = as_person("xiaozhou")
    bring(client, national(LI | {"监测对象类别": "边缘易致贫户"}))

    sheet = IncomingSheet.objects.get()
    row = Difference.objects.get(sheet=sheet, field="monitored_class")
    shown = page(client, sheet, "?field=household.monitored_class")
    assert "由识别、消除程序办理" in shown
    assert '<option value="take"' not in shown.split(f'name="d-{row.pk}"')[1].split("</select>")[0]


def test_rows_that_were_not_used_come_back_with_reasons(as_person):
    client = as_person("xiaowang")
    bring(client, national(LI, {"户编号": "H2", "姓名": "赵有田"}))
    sheet = IncomingSheet.objects.get()

    shown = page(client, sheet)
    assert "没有用上的行（1）" in shown
    assert "不在您的辖区" in shown
    assert "赵有田" not in shown
    content = client.get(f"/exchange/{sheet.pk}/returned.xlsx").content
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]]
    assert (len(rows), rows[0][-1], rows[1][-1]) == (2, "错误说明", "不在您的辖区")


def test_a_sheet_goes_up_after_its_numbers_were_seen(as_person):
    client = as_person("xiaozhou")
    seen = client.get("/exchange/outgoing/?layout=monitored&choice=all").content.decode()
    assert "下载前核对" in seen

    answer = client.post("/exchange/outgoing/sheet.xlsx", {"layout": "monitored", "choice": "all"})

    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    assert len(rows) == 3 + 3
    assert LI_PHONE not in str(rows)
    again = client.get(f"/exchange/outgoing/{OutgoingSheet.objects.get().pk}.xlsx")
    assert again.content == answer.content


def test_a_large_sheet_is_made_in_the_background_and_then_downloaded(as_person, cast, monkeypatch):
    from shouwang.register.exchange.actions import make_ordered_sheet, send
    from shouwang.register.exchange.models import OutgoingOrder

    monkeypatch.setattr(send, "AT_ONCE", 1)
    client = as_person("xiaozhou")
    wish = {"layout": "monitored", "choice": "all"}
    assert "在后台生成" in client.get("/exchange/outgoing/", wish).content.decode()

    asked = client.post("/exchange/outgoing/sheet.xlsx", {**wish, "later": "yes"})
    order = OutgoingOrder.objects.get()
    assert asked.headers["Location"] == f"/exchange/outgoing/orders/{order.pk}/"
    waiting = client.get(asked.headers["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "等待生成" in waiting
    assert "hx-trigger" in waiting
    assert "等待生成" in client.get("/exchange/outgoing/").content.decode()
    assert as_person("xiaochen").get(asked.headers["Location"]).status_code == 404
    assert as_person("xiaowu").get(asked.headers["Location"]).status_code == 403

    made = make_ordered_sheet(order_id=order.pk, actor=cast.xiaozhou, at=AT)
    ready = client.get(asked.headers["Location"]).content.decode()
    assert "hx-trigger" not in ready
    answer = client.get(f"/exchange/outgoing/{made.sheet.pk}.xlsx")
    assert f'href="/exchange/outgoing/{made.sheet.pk}.xlsx"' in ready
    assert len(list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].values)) == 3 + 3


def test_full_numbers_are_asked_for_with_a_reason(as_person):
    client = as_person("xiaozhou")
    wish = {"layout": "monitored", "choice": "all", "in_full": "yes"}

    refused = client.post("/exchange/outgoing/sheet.xlsx", wish)
    assert refused.status_code == 422
    assert "请写明导出理由" in refused.content.decode()

    given = client.post("/exchange/outgoing/sheet.xlsx", {**wish, "reason": "每月上报国家系统"})
    assert LI_ID in str(list(openpyxl.load_workbook(io.BytesIO(given.content)).worksheets[0].values))
    assert as_person("xiaowang").post("/exchange/outgoing/sheet.xlsx", wish).status_code == 403


def test_a_village_sends_up_its_own_only(as_person):
    client = as_person("xiaowang")

    assert client.get(f"/exchange/outgoing/?layout=work&choice=all&village={NEXT_VILLAGE}").status_code == 404
    refused = client.post("/exchange/outgoing/sheet.xlsx", {"layout": "work", "choice": "listed", "listed": "H2 H3"})
    assert "没有符合条件的农户" in refused.content.decode()
    assert client.get("/exchange/outgoing/999.xlsx").status_code == 404


def test_a_template_is_had_filled_in_and_brought_back(as_person):
    client = as_person("xiaowang")
    assert "预填金田村的名单" in client.get("/exchange/templates/").content.decode()

    book = openpyxl.load_workbook(io.BytesIO(client.get("/exchange/templates/members.xlsx?prefilled=yes").content))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[2]]
    sheet.cell(3, titles.index("文化程度") + 1, "小学")
    sheet.cell(4, titles.index("文化程度") + 1, "私塾")
    filled = io.BytesIO()
    book.save(filled)
    bring(client, filled.getvalue(), name="家庭成员.xlsx")

    assert list(Resident.objects.filter(household="H1").order_by("pk").values_list("education", flat=True)) == [
        "primary",
        None,
    ]
    shown = page(client, IncomingSheet.objects.get())
    assert "文化程度：不在规定的选项里" in shown
    assert "采用记录" in shown


def test_an_unknown_template_and_a_place_of_others_are_not_found(as_person):
    client = as_person("xiaowang")

    assert client.get("/exchange/templates/nothing.xlsx").status_code == 404
    assert client.get(f"/exchange/templates/members.xlsx?village={NEXT_VILLAGE}").status_code == 404


def test_an_unknown_sheet_says_so(as_person):
    client = as_person("xiaowang")
    bring(client, workbook([{"甲": "1"}], header=["甲", "乙", "丙"]))

    assert "认不出这是哪一种表" in page(client, IncomingSheet.objects.get())
