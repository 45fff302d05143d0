"""The auditor's pages: filters, exports that name who took them, seals verified before one's eyes, facts and no scores."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.ledger.actions import note, record_look, record_verification, seal_entries
from shouwang.register.ledger.models import Entry, Seal
from shouwang.register.staff.queries import SYSTEM


@pytest.fixture
def looked(cast):
    """Today 小周 looked once for a task and twice out of one and exported a list; 小王 looked once; 小冯 elsewhere."""
    now = timezone.now()
    record_look(subjects=["household:H1"], purpose="一户一档", task="case:9", actor=cast.xiaozhou, at=now)
    record_look(subjects=["household:H1", "household:H2"], purpose="一户一档", actor=cast.xiaozhou, at=now)
    note(act="export_warnings", subject="place:431003", actor=cast.xiaozhou, at=now, details={"rows": 37})
    record_look(subjects=["household:H1"], purpose="待遇测算", actor=cast.xiaowang, at=now)
    record_look(subjects=["household:H3"], purpose="一户一档", actor=cast.xiaofeng, at=now)
    record_look(subjects=["resident:R1"], purpose="上月核对", actor=cast.xiaochen, at=now - timedelta(days=20))


@pytest.fixture
def sealing(settings, tmp_path):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger.json"
    settings.LEDGER_HEAD_FILE = tmp_path / "ledger-head.json"


def shown(client, address: str, **asked: str) -> str:
    return client.get(address, asked).content.decode()


def test_the_last_week_is_shown_with_names_places_and_tasks(as_person, looked):
    page = shown(as_person("xiaowu"), "/ledger/")

    assert "小周" in page
    assert "办件 9" in page
    assert "任务外" in page
    assert "上月核对" not in page


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"who": "xiaozhou"}, 4),
        ({"who": "小周"}, 4),
        ({"who": "nobody"}, 0),
        ({"act": "look_household"}, 4),
        ({"act": "export_*"}, 1),
        ({"subject": "household:H1"}, 3),
        ({"village": "431003101202"}, 1),
        ({"out": "1"}, 3),
        ({"who": "小陈", "from": "2000-01-01"}, 1),
        ({"from": "2000-01-01", "to": "2000-01-02"}, 0),
        ({"who": "小周", "from": "yesterday", "to": "2026-13-45"}, 4),
        ({"who": "小周", "act": "no_such_act"}, 4),
    ],
)
def test_the_list_narrows_by_who_what_when_where_and_whom(as_person, looked, asked, rows):
    assert shown(as_person("xiaowu"), "/ledger/", **asked).count("<tr data-row>") == rows


def test_the_auditor_of_a_county_sees_no_acts_of_the_other_county(as_person, looked):
    client = as_person("xiaowu")

    assert "xiaofeng" not in shown(client, "/ledger/")
    assert "xiaofeng" not in shown(client, "/ledger/looks/")
    assert client.get("/ledger/", {"county": "431021"}).status_code == 404


def test_the_export_names_who_took_it_and_is_in_the_ledger_itself(as_person, looked):
    answer = as_person("xiaowu").get("/ledger/sheet.xlsx", {"who": "xiaozhou"})
    book = load_workbook(io.BytesIO(answer.content))
    rows = list(book.active.values)

    assert len(rows) == 1 + 4 + 1
    assert "小吴（xiaowu）" in rows[-1][0]
    assert "xiaowu" in book.active.oddHeader.center.text
    assert Entry.objects.get(act="export_ledger").details == {"rows": 4}


def test_facts_stand_per_account_and_day_with_the_middle_of_the_role(as_person, looked):
    page = shown(as_person("xiaowu"), "/ledger/looks/")
    first = page.split("<tr data-row>")[1]

    assert "小周" in first
    assert ">2</td>" in first
    assert "37 户" in first
    assert "不打分" in page
    assert "小陈" not in page
    assert "小陈" in shown(as_person("xiaowu"), "/ledger/looks/", days="30")


def test_the_facts_lead_to_the_entries_behind_them(as_person, looked):
    today = timezone.localdate()
    expected = f"/ledger/?who=xiaozhou&amp;from={today}&amp;to={today}&amp;out=1"

    assert expected in shown(as_person("xiaowu"), "/ledger/looks/")


def test_seals_are_verified_while_the_page_is_made(as_person, looked, sealing):
    seal_entries(at=timezone.now(), batch=3)
    page = shown(as_person("xiaowu"), "/ledger/seals/")

    assert page.count("核验通过</span>") == Seal.objects.count()
    assert "核验失败" not in page


def test_a_seal_that_no_longer_fits_is_said_to_have_failed(as_person, looked, sealing):
    seal_entries(at=timezone.now(), batch=3)
    with rows_within(*EVERYWHERE, role="none"):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE ledger_entry SET actor = 'nobody' WHERE act = 'export_warnings'")
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    page = shown(as_person("xiaowu"), "/ledger/seals/")

    assert page.count("核验失败</span>") == 1
    assert "本页有封存核验失败" in page


def test_the_nightly_verification_stands_above_the_seals(as_person, looked, sealing):
    client = as_person("xiaowu")
    assert "还没有做过全部核验" in shown(client, "/ledger/seals/")

    seal_entries(at=timezone.now())
    record_verification(actor=SYSTEM, at=timezone.now())
    assert "全部核验通过" in shown(client, "/ledger/seals/")
