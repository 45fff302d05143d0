"""Department data: templates, sending, sending twice, taking back."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.stream.feeds.contracts import feed_contracts
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.linkage.actions import accept_delivery
from tests.cast import AT, LI_ID

GOOD = f"结算编号,姓名,身份证号,结算日期,总费用(元),个人自付(元)\nS1,李大山,{LI_ID},2026-09-01,42000,30000\n"


def send(client, text=GOOD, feed="medical_settlements", name="医保.csv"):
    file = SimpleUploadedFile(name, text.encode("utf-8-sig"))
    return client.post("/deliveries/send/", {"feed": feed, "file": file})


def test_a_sent_file_is_taken_in_and_its_reading_is_queued(as_person):
    from procrastinate.contrib.django.models import ProcrastinateJob

    answer = send(as_person("xiaosun"))

    sent = Delivery.objects.get()
    assert answer["Location"] == f"/deliveries/{sent.pk}/"
    assert ProcrastinateJob.objects.filter(task_name="accept_delivery", args__delivery_id=sent.pk).count() == 1


def test_the_same_file_twice_leads_to_the_first_receipt(as_person):
    client = as_person("xiaosun")
    send(client)
    answer = send(client, name="又一次.csv")

    assert "以前送过" in client.get(answer["Location"]).content.decode()
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("feed", "text", "sentence"),
    [
        ("", GOOD, "请先选择这是哪一种数据"),
        ("disabilities", GOOD, "请先选择这是哪一种数据"),
        ("medical_settlements", "", "没有收到文件"),
    ],
)
def test_what_cannot_be_taken_in_gets_a_sentence(as_person, settings, feed, text, sentence):
    file = SimpleUploadedFile("a.csv", text.encode())
    answer = as_person("xiaosun").post("/deliveries/send/", {"feed": feed, "file": file})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_file_over_the_limit_is_not_taken_in(as_person, settings):
    settings.UPLOAD_LIMIT = 10

    assert send(as_person("xiaosun")).status_code == 422


@pytest.fixture
def accepted(as_person, cast):
    send(as_person("xiaosun"))
    return accept_delivery(delivery_id=Delivery.objects.get().pk, actor=cast.xiaosun, at=AT)


def test_a_receipt_can_be_undone_with_a_reason(as_person, accepted):
    client = as_person("xiaosun")
    answer = client.post(f"/deliveries/{accepted.pk}/undo/", {"reason": "送错了月份"}, follow=True)

    assert "已撤回" in answer.content.decode()
    assert Delivery.objects.get().status == "undone"


def test_undoing_without_a_reason_changes_nothing(as_person, accepted):
    answer = as_person("xiaosun").post(f"/deliveries/{accepted.pk}/undo/", {"reason": ""}, follow=True)

    assert "请写明撤回理由" in answer.content.decode()
    assert Delivery.objects.get().status == "accepted"


def test_the_other_county_does_not_find_the_receipt(as_person, accepted):
    assert as_person("xiaofeng").get(f"/deliveries/{accepted.pk}/").status_code == 404
    assert as_person("xiaofeng").get(f"/deliveries/{accepted.pk}/rejects.xlsx").status_code == 404


@pytest.mark.parametrize("feed", ["medical_settlements", "disabilities", "house_safety"])
def test_a_template_offers_every_column_that_people_fill(as_person, feed):
    answer = as_person("xiaozhou").get(f"/deliveries/templates/{feed}.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    titles = {column.title for name, column in feed_contracts()[feed].columns.items()}
    assert {cell.value for cell in sheet[1]} | {"人编号", "户编号"} == titles | {"人编号", "户编号"}
    assert sheet.data_validations.dataValidation


def test_a_template_of_an_unknown_feed_is_not_found(as_person):
    assert as_person("xiaozhou").get("/deliveries/templates/nothing.xlsx").status_code == 404


@pytest.fixture
def for_the_prefecture(as_person, cast):
    """老何's file for the whole prefecture, with one row that was given back."""
    send(as_person("laohe"), GOOD + f"S2,王桂花,{LI_ID},不知道哪天,1,1\n")
    return accept_delivery(delivery_id=Delivery.objects.get().pk, actor=cast.laohe, at=AT)


def test_the_rows_given_back_are_for_whoever_holds_the_whole_area(as_person, for_the_prefecture):
    """People of every county stand in the prefecture's file: a county sees how it went, not who was in it."""
    address = f"/deliveries/{for_the_prefecture.pk}/"
    receipt = as_person("xiaozhou").get(address)

    assert receipt.status_code == 200
    assert "rejects.xlsx" not in receipt.content.decode()
    assert as_person("xiaozhou").get(f"{address}rejects.xlsx").status_code == 404
    assert as_person("xiaosun").get(f"{address}rejects.xlsx").status_code == 404
    assert as_person("laohe").get(f"{address}rejects.xlsx").content[:2] == b"PK"


def test_a_county_does_not_take_the_prefectures_file_back(as_person, for_the_prefecture):
    address = f"/deliveries/{for_the_prefecture.pk}/"

    assert 'id="undo"' not in as_person("xiaozhou").get(address).content.decode()
    assert as_person("xiaozhou").post(f"{address}undo/", {"reason": "送错了"}).status_code == 404
    with rows_within(*EVERYWHERE):  # the page that says "not found" sees nothing
        assert Delivery.objects.get().status == "accepted"
        as_person("laohe").post(f"{address}undo/", {"reason": "送错了"})
        assert Delivery.objects.get().status == "undone"
