"""The check of all data: silent over a county at work, and in plain words about each thing that is broken."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection

from shouwang.stream.clues.actions import close_clue, dispatch_clues
from shouwang.watch.integrity.queries import check_data
from tests.cast import AT, Cast
from tests.stream.clues.telling import NO_RISK, say, warned
from tests.stream.determination.walking import Walk
from tests.stream.files import DOUBTFUL, LI, send


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Any, settings: Any) -> None:
    settings.STORE, settings.LEDGER_HEAD_FILE = tmp_path / "store", tmp_path / "head.json"


def broken() -> list[str]:
    return [one.sentence for one in check_data().broken]


def as_owner(statement: str, *values: Any) -> None:
    """What nobody can do through the platform: change a row past every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def county(cast: Cast) -> Walk:
    """A case decided, one returned, an application, a delivery with a row in doubt, a job for another one."""
    from shouwang.stream.linkage.actions import accept_delivery
    from shouwang.stream.linkage.jobs import defer_acceptance

    say(cast.xiaochen, household_id="H1")
    walk = Walk(cast, "H2", self_applied=True)
    walk.decided()
    Walk(cast, "H1", self_applied=True)
    accept_delivery(delivery_id=send(cast, LI, DOUBTFUL).delivery.pk, actor=cast.xiaosun, at=AT)
    waiting = send(cast, LI).delivery
    defer_acceptance(delivery_id=waiting.pk, actor=cast.xiaosun)
    return walk


def test_a_county_at_work_is_sound(county: Walk) -> None:
    found = check_data()

    assert found.broken == []
    assert set(found.looked_at) >= {"办理件", "决定", "送达", "后台任务", "存放的文件", "台账"}


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE procedure_case SET state = 'closed' WHERE outcome <> ''", "的状态与办理记录对不上"),
        ("UPDATE procedure_case SET outcome = 'refused'", "的结果与办理记录对不上"),
        ("DELETE FROM procedure_record WHERE act = 'appraisal'", "记录编号与办理记录对不上"),
        ("UPDATE procedure_case SET next_level = ''", "不知道轮到谁"),
        ("UPDATE procedure_case SET due_on = NULL, whole_due_on = NULL", "却没有期限"),
        ("UPDATE determination_snapshot SET sha256 = 'x'", "没有留存依据"),
        ("DELETE FROM households_monitoring", "农户登记里没有开始监测"),
        ("DELETE FROM procrastinate_jobs", "后台却没有它的任务"),
        ("DELETE FROM ledger_entry WHERE act = 'case_review'", "在台账里没有"),
        ("UPDATE feeds_delivery SET rows_review = 5 WHERE status = 'accepted'", "记着 5 条待核对"),
        ("DELETE FROM clues_source", "没有来由"),
        ("DELETE FROM procedure_enquiry", "部门答复与比对请求对不上"),
    ],
)
def test_what_is_broken_is_named_in_a_sentence(county: Walk, statement: str, sentence: str) -> None:
    as_owner(statement)

    assert any(sentence in one for one in broken()), broken()


def test_a_file_that_is_gone_or_altered_is_named(county: Walk, settings: Any) -> None:
    kept = sorted(settings.STORE.rglob("*.sealed"))
    kept[0].unlink()
    kept[1].write_bytes(b"other")

    said = broken()
    assert sum("不见了" in one for one in said) == 1
    assert sum("的内容变了" in one for one in said) == 1


def test_the_register_without_what_was_decided_is_named(county: Walk) -> None:
    as_owner("INSERT INTO households_measure (household_id, place_number, kind, since_on, origin) "
             "VALUES ('H1', 431003101202, 'health', %s, 'measure:9')", date(2026, 1, 1))  # fmt: skip

    assert any("措施 measure:9 有 1 条，与帮扶方案对不上" in one for one in broken())


def test_a_closed_clue_with_other_rules_than_its_warnings_is_named(cast: Cast) -> None:
    clue = warned(household="H1")
    dispatch_clues(clue_ids=[clue.pk], actor=cast.xiaochen, at=AT)
    close_clue(clue_id=clue.pk, closing=NO_RISK, actor=cast.xiaowang, at=AT)
    assert broken() == []
    as_owner("UPDATE clues_clue SET rules = '{schooling}'")

    assert f"线索 {clue.pk} 办结时记下的规则与来由对不上。" in broken()


def test_the_command_answers_in_words_or_as_json(county: Walk, monkeypatch: Any, capsys: Any) -> None:
    from contextlib import nullcontext

    from shouwang.surfaces.cli import checking

    monkeypatch.setattr(checking, "opened", nullcontext)
    assert checking.check_data(as_json=False) == 0
    assert "核验通过" in capsys.readouterr().out
    as_owner("DELETE FROM procrastinate_jobs")
    assert checking.check_data(as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["sound"] is False
    assert "后台却没有它的任务" in told["broken"][0]["sentence"]
