"""小孙's file has 3 bad rows of 100: the good ones count at once, the bad ones come back with reasons and are corrected."""

import csv
import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook

from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import actor_named
from shouwang.stream.feeds.contracts import feed_contract
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.feeds.queries import effective_feed
from tests.cast import LI_ID, TODAY
from tests.stream.files import HEADER
from tests.surfaces.intake.speaking import System, accepted

pytestmark = pytest.mark.django_db
SOURCE = "medical_settlements"


def row(number: int, paid: str = "200") -> str:
    return f"李大山,{LI_ID},1955-03-12,男,金田村,S{number},2026-06-{number % 28 + 1:02d},800,{paid}"


def hundred_rows() -> bytes:
    rows = [row(number, "不详" if number in (7, 50, 99) else "200") for number in range(100)]
    return ("\n".join([HEADER, *rows]) + "\n").encode()


@pytest.fixture
def sent(yibao: System) -> int:
    """A file with three bad rows of a hundred, read and accepted."""
    number = yibao.push(hundred_rows()).json()["delivery"]
    accepted(number, actor_named("yibao", on=TODAY))
    return number


def test_the_bad_rows_come_back_with_their_reasons(yibao: System, sent: int) -> None:
    status = yibao.get(f"/deliveries/{sent}").json()
    bad = yibao.get(f"/deliveries/{sent}/rejects").json()

    assert (status["rows_good"], status["rows_bad"]) == (97, 3)
    assert status["rejects"] == f"/api/v1/deliveries/{sent}/rejects"
    assert [one["cells"]["结算编号"] for one in bad["rows"]] == ["S7", "S50", "S99"]
    assert [one["row_no"] for one in bad["rows"]] == [9, 52, 101]
    assert bad["header"] == HEADER.split(",")
    assert all(one["cells"]["个人自付(元)"] == "不详" and one["reasons"] for one in bad["rows"])


def test_the_bad_rows_are_downloaded_as_csv_and_xlsx(yibao: System, sent: int) -> None:
    as_csv = yibao.get(f"/deliveries/{sent}/rejects", {"form": "csv"})
    as_xlsx = yibao.get(f"/deliveries/{sent}/rejects", {"form": "xlsx"})

    rows = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert [line[5] for line in rows[1:]] == ["S7", "S50", "S99"]
    assert rows[0][-1] == "错误原因"
    sheet = load_workbook(io.BytesIO(as_xlsx.content)).active
    assert [cell.value for cell in sheet["F"]][1:] == ["S7", "S50", "S99"]
    assert Entry.objects.filter(act="download_rejects", actor="yibao").count() == 2


def test_the_downloaded_rows_are_corrected_and_sent_again_as_they_are(yibao: System, sent: int) -> None:
    """Only the wrong cells are mended; the added columns may stay."""
    content = yibao.get(f"/deliveries/{sent}/rejects", {"form": "csv"}).content.replace("不详".encode(), b"300")

    told = yibao.push(content, corrects=sent, rows=3).json()
    accepted(told["delivery"], actor_named("yibao", on=TODAY))

    correction = yibao.get(f"/deliveries/{told['delivery']}").json()
    original = yibao.get(f"/deliveries/{sent}").json()
    assert (correction["corrects"], correction["rows_good"], correction["rows_bad"]) == (sent, 3, 0)
    assert (original["corrected_by"], original["rows_good"], original["state"]) == ([told["delivery"]], 97, "accepted")
    assert json.loads(told["receipt"])["corrects"] == sent
    now = effective_feed(feed_contract(SOURCE))
    assert now is not None
    assert now.rows == 100


def test_a_corrected_row_replaces_the_one_that_was_taken_wrongly(yibao: System, sent: int) -> None:
    """A good row that was wrong all the same counts once, as it was said last."""
    content = ("\n".join([HEADER, row(1, "900")]) + "\n").encode()

    told = yibao.push(content, corrects=sent).json()
    accepted(told["delivery"], actor_named("yibao", on=TODAY))

    now = effective_feed(feed_contract(SOURCE))
    assert now is not None
    assert now.rows == 97


def test_the_original_is_kept_as_it_came(yibao: System, sent: int) -> None:
    from shouwang.register.ledger.sealed_files import open_sealed

    yibao.push(("\n".join([HEADER, row(7)]) + "\n").encode(), corrects=sent)

    original = Delivery.objects.get(pk=sent)
    assert open_sealed("originals", original.sha256, original.original_path) == hundred_rows()


@pytest.mark.parametrize("corrects", [99_999_999, 2**61])
def test_nothing_is_no_delivery_to_correct(yibao: System, corrects: int) -> None:
    answer = yibao.push(hundred_rows(), corrects=corrects)

    assert answer.status_code == 422
    assert "没有找到要更正的那次送达" in answer.json()["detail"]
    assert not Delivery.objects.exists()


def test_another_units_delivery_cannot_be_corrected(yibao: System, sent: int, system: Any) -> None:
    other = system("minzheng", unit="民政局", feeds=["social_assistance"], name="救助系统")

    answer = other.push(b"x,y\n1,2\n", feed="social_assistance", corrects=sent)

    assert answer.status_code == 422
    assert Delivery.objects.count() == 1


def test_the_same_file_is_no_correction_of_itself(yibao: System, sent: int) -> None:
    answer = yibao.push(hundred_rows(), corrects=sent)

    assert answer.status_code == 422
    assert "一字不差" in answer.json()["detail"]


def test_a_file_without_bad_rows_has_none_to_give(yibao: System) -> None:
    number = yibao.push(("\n".join([HEADER, row(1)]) + "\n").encode()).json()["delivery"]
    accepted(number, actor_named("yibao", on=TODAY))

    assert yibao.get(f"/deliveries/{number}/rejects").json()["rows"] == []
    assert yibao.get(f"/deliveries/{number}/rejects", {"form": "xlsx"}).status_code == 422
