"""Forms of every version are read; a form filled in three weeks ago becomes that of today."""

import pytest

from shouwang.stream.fieldwork.forms import FORMS, UnknownForm, Wrong, current_form, read_answers, reading
from shouwang.stream.fieldwork.forms.answers import TERMS, worked_out, yuan
from shouwang.stream.fieldwork.kinds import KINDS, lists_of
from tests.cast import TODAY
from tests.stream.fieldwork.histories import VERSIONS


@pytest.fixture
def lists(db):
    return lists_of(TODAY)


def test_every_form_has_its_kind_and_every_version_its_number(lists):
    assert set(FORMS) == set(KINDS)
    for versions in FORMS.values():
        assert [make(lists).version for make in versions] == list(range(1, len(versions) + 1))
        assert all(make(lists).upgrade for make in versions[:-1])


def test_a_form_of_two_versions_ago_is_read_as_that_of_today(lists, monkeypatch):
    monkeypatch.setattr(reading, "FORMS", VERSIONS)
    read = read_answers("clue_check", 1, {"result": "fine", "note": "儿子寄钱"}, lists)

    assert read == {"conclusion": "checked_no_risk", "no_risk_until": "2026-12-31", "sentence": "儿子寄钱"}


def test_a_version_that_was_never_handed_out_is_unknown(lists):
    for name, version in (("clue_check", 2), ("clue_check", 0), ("gossip", 1)):
        with pytest.raises(UnknownForm):
            read_answers(name, version, {}, lists)


def test_a_question_that_was_not_put_has_no_answer(lists):
    read = read_answers(
        "measure_record", 1, {"what": "progress", "sentence": "在办", "amount": 5, "reason": "x"}, lists
    )

    assert read == {"what": "progress", "sentence": "在办"}


def test_an_answer_that_was_not_given_is_unknown_and_not_no(lists):
    assert "fed" not in read_answers("round_update", 1, {"state": "unchanged", "fed": ""}, lists)
    with pytest.raises(Wrong):
        read_answers("round_update", 1, {"state": "unchanged", "fed": "maybe"}, lists)


def test_a_phone_is_told_everything_that_it_needs_to_ask(lists):
    shown = current_form("clue_check", lists).shown()

    assert {field["kind"] for field in shown["fields"]} <= {"choice", "words", "line", "money", "income"}
    assert all(field["choices"] for field in shown["fields"] if field["kind"] == "choice")


@pytest.mark.parametrize(
    ("amounts", "members", "net", "per_head"),
    [
        ((100, 0, 0, 0, 0), 3, 100, 33),
        ((50, 0, 0, 0, 0), 4, 50, 13),
        ((0, 0, 50, 0, 0), 4, -50, -13),
        ((1, 2, 3, 4, None), 2, None, None),
        ((1, 2, 3, 4, 5), None, 9, None),
    ],
)
def test_the_sum_is_whole_and_rounded_once_and_unknown_stays_unknown(amounts, members, net, per_head):
    sheet = dict(zip(TERMS, amounts, strict=True)) | {"members": members}

    assert worked_out(sheet) == {"net": net, "per_head": per_head}


def test_fen_become_yuan_without_floats():
    assert [yuan(one) for one in (None, 0, 5, 1234567)] == [None, "0.00", "0.05", "12345.67"]
