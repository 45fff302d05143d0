"""A department answers in bulk: good rows are taken, bad rows come back with why, and the original is kept."""

import io
from datetime import datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from shouwang.register.exchange.models import ReplySheet
from shouwang.register.ledger.models import Entry
from shouwang.register.ledger.sealed_files import open_sealed
from shouwang.register.procedure import actions as do
from shouwang.register.procedure.queries import enquiries, records_of
from shouwang.stream.assistance.models import PlannedMeasure
from tests.cast import TODAY
from tests.stream.assistance.telling import approved, liaison
from tests.stream.determination.walking import Walk


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The pages ask the clock; here it stands on the day of the tests."""
    at = datetime(2026, 11, 22, 10, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def asked(cast):
    """小孙's unit is asked about two households."""
    walks = [Walk(cast, household) for household in ("H1", "H2")]
    for walk in walks:
        walk.papers()
        walk.case = do.verify_home(
            verifiers=["a", "b"], visited_on=walk.today, findings="情况属实。", actor=cast.xiaochen, **walk.at()
        )
        walk.case = do.accept_case(actor=cast.xiaochen, **walk.at())
        do.ask_departments(units=["医保局"], actor=cast.xiaozhou, today=walk.today, **walk.at())
    return walks


def sheet(answer):
    assert answer.status_code == 200
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    return [list(row) for row in rows]


def bring(client, address, rows, name="答复.xlsx"):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    sink = io.BytesIO()
    book.save(sink)
    answer = client.post(address, {"file": SimpleUploadedFile(name, sink.getvalue())}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode(), sink.getvalue()


def test_good_rows_are_answered_and_bad_rows_come_back_with_why(as_person, cast, asked):
    client = as_person("xiaosun")
    header, first, second = sheet(client.get("/enquiries/sheet.xlsx"))
    assert header == ["编号", "办理件", "户主", "村", "请求", "期限", "结果", "说明"]
    assert {first[2], second[2]} == {"李大山", "赵有田"}
    first[6] = "没有发现需要说明的情况"
    second[6] = "好像没有"
    stranger = ["999999", "", "", "", "", "", "没有发现需要说明的情况", ""]

    told, content = bring(client, "/enquiries/replies/", [header, first, second, stranger])

    assert "已答复 1 条" in told
    assert "退回 2 行" in told
    kept = ReplySheet.objects.get()
    assert (kept.rows_in, kept.rows_taken, kept.rows_returned, kept.rows_empty) == (3, 1, 2, 0)
    assert open_sealed("replies", kept.sha256, kept.original_path) == content
    back = sheet(client.get(f"/enquiries/replies/{kept.pk}.xlsx"))
    assert back[0][-1] == "错误说明"
    assert [row[0] for row in back[1:]] == [second[0], "999999"]
    assert "不是规定的说法" in back[1][-1]
    assert "没有找到这条请求" in back[2][-1]
    assert enquiries(cast.xiaosun, answered=False).count() == 1
    case = next(walk for walk in asked if walk.number == first[1]).case
    assert records_of(case)[-1].record.content == {"unit": "医保局", "result": "nothing"}


def test_the_corrected_rows_come_again_and_the_same_file_does_not(as_person, cast, asked):
    client = as_person("xiaosun")
    header, first, second = sheet(client.get("/enquiries/sheet.xlsx"))
    first[6], second[6] = "有情况，请农户说明", ""
    told, _ = bring(client, "/enquiries/replies/", [header, first, second])
    assert "退回 1 行" in told
    back = sheet(client.get(f"/enquiries/replies/{ReplySheet.objects.get().pk}.xlsx"))
    back[1][7] = "今年住院两次，请说明费用。"

    again, content = bring(client, "/enquiries/replies/", back)
    same = client.post("/enquiries/replies/", {"file": SimpleUploadedFile("x.xlsx", content)}, follow=True)

    assert "已答复 1 条" in again
    assert "已经传过" in same.content.decode()
    assert ReplySheet.objects.count() == 2
    assert enquiries(cast.xiaosun, answered=False).get().pk == int(second[0])


def test_another_file_is_refused_and_nothing_is_kept(as_person, asked):
    told, _ = bring(as_person("xiaosun"), "/enquiries/replies/", [["姓名", "电话"], ["李大山", "1"]])

    assert "不要改表头" in told
    assert "没有选择文件" in as_person("xiaosun").post("/enquiries/replies/", follow=True).content.decode()
    assert not ReplySheet.objects.exists()


def test_the_sheet_of_open_questions_is_noted_and_empty_when_nothing_waits(as_person, cast, asked):
    as_person("xiaosun").get("/enquiries/sheet.xlsx")
    assert Entry.objects.get(act="export_replies").details == {"of": "enquiries", "rows": 2}

    other = liaison("民政局")
    client = as_person("xiaosun")
    client.force_login(cast.users["xiaosun"].__class__.objects.get(username=other.username))
    assert "现在没有要答复的" in client.get("/enquiries/sheet.xlsx", follow=True).content.decode()


def test_another_unit_finds_neither_the_questions_nor_what_was_sent_in(as_person, cast, asked):
    client = as_person("xiaosun")
    header, first, _ = sheet(client.get("/enquiries/sheet.xlsx"))
    first[6] = "不知道"
    bring(client, "/enquiries/replies/", [header, first])
    kept = ReplySheet.objects.get()
    stranger = as_person("xiaosun")
    stranger.force_login(cast.users["xiaosun"].__class__.objects.get(username=liaison("民政局").username))
    first[6] = "没有发现需要说明的情况"

    told, _ = bring(stranger, "/enquiries/replies/", [header, first])

    assert "已答复 0 条" in told
    assert stranger.get(f"/enquiries/replies/{kept.pk}.xlsx").status_code == 404
    assert client.get(f"/requests/replies/{kept.pk}.xlsx").status_code == 404


def test_measures_are_answered_given_and_given_up_in_one_sheet(as_person, cast):
    _, measure = approved(cast)
    client = as_person("xiaosun")
    header, row = sheet(client.get("/requests/sheet.xlsx"))
    at = {title: place for place, title in enumerate(header)}
    assert row[at["户主"]] == "李**"
    row[at["办理情况"]], row[at["落实日期"]], row[at["金额（元）"]] = "已落实", "2026/11/20", "1,200"

    told, _ = bring(client, "/requests/replies/", [header, row])
    assert "退回 1 行" in told
    why = sheet(client.get(f"/requests/replies/{ReplySheet.objects.get().pk}.xlsx"))[1][-1]
    assert "没有凭证的原因" in why
    row[at["没有凭证的原因"]] = "直接打卡，凭证在医保系统"
    told, _ = bring(client, "/requests/replies/", [header, row])

    assert "已答复 1 条" in told
    done = PlannedMeasure.objects.get(pk=measure.pk)
    assert (done.state, done.delivered_on.isoformat(), done.delivered_amount) == ("delivered", "2026-11-20", 1200)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"办理情况": "已落实"}, "没有写落实日期"),
        ({"办理情况": "已落实", "落实日期": "上周"}, "不是日期"),
        ({"办理情况": "已落实", "落实日期": "2026-11-20", "金额（元）": "很多"}, "不是数字"),
        ({"办理情况": "没有落实", "说明": "查过了", "没有落实的原因": "随便"}, "没有选没有落实的原因"),
        ({"办理情况": "办了"}, "不是规定的说法"),
        ({"编号": "x", "办理情况": "正在办"}, "编号请不要改"),
        ({"编号": "", "办理情况": "正在办"}, "不知道答复的是哪一条"),
    ],
)
def test_each_row_says_what_is_wrong_with_it(as_person, cast, cells, why):
    approved(cast)
    client = as_person("xiaosun")
    header, row = sheet(client.get("/requests/sheet.xlsx"))
    for title, text in cells.items():
        row[header.index(title)] = text

    bring(client, "/requests/replies/", [header, row])

    assert why in sheet(client.get(f"/requests/replies/{ReplySheet.objects.get().pk}.xlsx"))[1][-1]


def test_the_database_counts_the_rows(cast):
    given = {
        "of": "enquiries", "unit": "医保局", "range_low": 1, "range_high": 2, "sha256": "0" * 64, "size": 1,
        "received_at": timezone.now(), "rows_in": 2, "rows_taken": 1, "rows_returned": 0, "rows_empty": 0,
    }  # fmt: skip

    with pytest.raises(IntegrityError, match="reply_rows_counted"), transaction.atomic():
        ReplySheet.objects.create(**given)
    with pytest.raises(IntegrityError, match="reply_rows_returned"), transaction.atomic():
        ReplySheet.objects.create(**given | {"rows_returned": 1})


def test_who_is_no_liaison_has_no_sheets(as_person, cast):
    assert TODAY.year == 2026
    for who in ("xiaowang", "xiaozhou"):
        assert as_person(who).get("/enquiries/sheet.xlsx").status_code == 403
        assert as_person(who).post("/requests/replies/").status_code == 403
