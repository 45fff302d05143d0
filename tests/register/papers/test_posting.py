"""Posting: a person signs what he saw, it hangs there once, for its time, and nobody changes it."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.ledger.models import Entry
from shouwang.register.papers.actions import post_notice_sheet, preview_posting, take_down_posting
from shouwang.register.papers.models import Posting
from shouwang.register.papers.queries import (
    households_to_list,
    notice_of,
    posting_of,
    posting_on_board,
    postings,
    postings_about,
    state_of,
)
from shouwang.register.staff.queries import NotAllowed
from tests.cast import AT, NEXT_VILLAGE, TODAY
from tests.register.papers.notices import FROM, TERMS, UNTIL, listed, wish


@pytest.fixture
def posted(cast):
    """小陈 has seen and signed the notice about 老李."""
    given = wish()
    seen = preview_posting(wish=given, terms=TERMS, actor=cast.xiaochen, at=AT).fingerprint
    return post_notice_sheet(wish=given, terms=TERMS, seen=seen, actor=cast.xiaochen, at=AT)


def test_what_hangs_there_is_what_was_signed(cast, posted):
    seen = preview_posting(wish=wish(), terms=TERMS, actor=cast.xiaochen, at=AT)

    assert notice_of(posted) == seen.notice
    assert posted.posted_name == "小陈"
    entry = Entry.objects.get(act="post_notice_sheet")
    assert entry.details == {"kind": "determination", "rows": 1, "withheld": 0, "hash": seen.fingerprint}


def test_what_changed_after_the_preview_is_not_posted(cast):
    seen = preview_posting(wish=wish(), terms=TERMS, actor=cast.xiaochen, at=AT).fingerprint

    with pytest.raises(Refusal, match="预览之后内容有变化"):
        post_notice_sheet(wish=wish(listed(group_name="4组")), terms=TERMS, seen=seen, actor=cast.xiaochen, at=AT)
    assert not Posting.objects.exists()


@pytest.mark.parametrize("who", ["xiaozhao", "xiaofeng"])
def test_nobody_posts_in_another_village(cast, who):
    with pytest.raises(Refusal, match="不在您的辖区"):
        preview_posting(wish=wish(), terms=TERMS, actor=getattr(cast, who), at=AT)


@pytest.mark.parametrize("who", ["xiaosun", "xiaowu"])
def test_who_may_issue_no_paper_posts_none(cast, who):
    with pytest.raises(NotAllowed):
        preview_posting(wish=wish(), terms=TERMS, actor=getattr(cast, who), at=AT)


def test_a_notice_is_posted_once(cast, posted):
    seen = posted.content_hash

    with pytest.raises(Refusal, match="已经公示过"):
        post_notice_sheet(wish=wish(about=("C-2",)), terms=TERMS, seen=seen, actor=cast.xiaochen, at=AT)


def test_a_case_is_posted_once_and_again_only_when_it_was_taken_down(cast, posted):
    other = wish(listed(group_name="4组"))
    seen = preview_posting(wish=other, terms=TERMS, actor=cast.xiaochen, at=AT).fingerprint
    act = {"wish": other, "terms": TERMS, "seen": seen, "actor": cast.xiaochen, "at": AT}
    with pytest.raises(Refusal, match="已经公示过"):
        post_notice_sheet(**act)

    take_down_posting(posting_id=posted.pk, reason="wrong_content", actor=cast.xiaochen, at=AT)
    post_notice_sheet(**act)

    assert [one.taken_down_for for one in postings_about(cast.xiaochen, ["C-2026-0001"])["C-2026-0001"]] == [
        "wrong_content",
        "",
    ]


def test_a_notice_does_not_begin_in_the_past(cast):
    with pytest.raises(Refusal, match="过去的日期"):
        preview_posting(wish=wish(from_on=date(2026, 11, 21)), terms=TERMS, actor=cast.xiaochen, at=AT)


def test_the_address_works_only_while_the_notice_stands(posted):
    on = {day: posting_on_board(posted.token, on=date(2026, 11, day)) is not None for day in range(22, 30)}

    assert on == {22: False, 23: True, 24: True, 25: True, 26: True, 27: True, 28: False, 29: False}
    assert posting_on_board(posted.token[:-1] + ("a" if posted.token[-1] != "a" else "b"), on=FROM) is None
    assert len(posted.token) == 32


@pytest.mark.parametrize(
    ("day", "state"), [(22, "coming"), (23, "running"), (26, "running"), (27, "ending"), (28, "ended")]
)
def test_a_notice_runs_ends_and_has_ended(posted, day, state):
    assert state_of(posted, on=date(2026, 11, day)) == state


def test_what_is_taken_down_is_gone_at_once_and_stays_on_record(cast, posted):
    take_down_posting(posting_id=posted.pk, reason="privacy", actor=cast.xiaowang, at=AT)

    assert posting_on_board(posted.token, on=FROM) is None
    found = posting_of(cast.xiaochen, posted.pk)
    assert (found.taken_down_by, state_of(found, on=FROM)) == ("xiaowang", "taken_down")
    assert Entry.objects.get(act="take_down_posting").details == {"reason": "privacy"}


@pytest.mark.parametrize(
    ("reason", "words", "said"),
    [("", "", "没有选撤下的原因"), ("other", " ", "还没有写说明"), ("other", "长" * 201, "说明太长")],
)
def test_taking_down_takes_a_reason(cast, posted, reason, words, said):
    with pytest.raises(Refusal, match=said):
        take_down_posting(posting_id=posted.pk, reason=reason, words=words, actor=cast.xiaochen, at=AT)


def test_another_village_sees_and_takes_down_nothing(cast, posted):
    assert list(postings(cast.xiaozhao)) == []
    assert list(postings(cast.xiaosun)) == []
    assert list(postings(cast.xiaozhou)) == [posted]
    assert postings_about(cast.xiaozhao, ["C-2026-0001"]) == {}
    with pytest.raises(Refusal, match="没有这份公示"):
        take_down_posting(posting_id=posted.pk, reason="privacy", actor=cast.xiaozhao, at=AT)


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE papers_posting SET rows = \'[{"name": "王**"}]\'',
        "UPDATE papers_posting SET until_on = until_on + 30",
        "UPDATE papers_posting SET token = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
        "DELETE FROM papers_posting",
    ],
)
def test_the_database_refuses_even_its_owner_to_change_what_was_signed(posted, statement):
    owner = rows_within(*EVERYWHERE, role="none")
    with pytest.raises(IntegrityError, match="posting"), transaction.atomic(), owner:
        connection.cursor().execute(statement)


@pytest.mark.parametrize(
    ("field", "value", "law"),
    [
        ("rows", [{"name": "李*山", "id_number": "1"}], "posting_rows_allowed"),
        ("rows", [{"name": "13800138000"}], "posting_rows_allowed"),
        ("rows", [], "posting_rows_allowed"),
        ("until_on", FROM, "posting_long_enough"),
        ("from_on", date(2026, 11, 1), "posting_never_backdated"),
        ("token", "short", "posting_unguessable"),
        ("place_number", 431003, "posting_of_a_village"),
    ],
)
def test_the_database_refuses_a_posting_that_may_not_be(posted, field, value, law):
    again = Posting.objects.get(pk=posted.pk)
    again.pk, again.token, again.content_hash = None, "t" * 32, "0" * 64
    setattr(again, field, value)

    with pytest.raises(IntegrityError, match=law), transaction.atomic():
        again.save(force_insert=True)


def test_the_register_gives_what_the_generator_needs(cast):
    made = households_to_list(cast.xiaowang, {"H1": ("marginal", ("industry",))}, adult_age=18, as_of=TODAY)

    assert (made[0].head_name, made[0].head_birth_on, made[0].minor_names) == ("李大山", date(1955, 3, 12), ())


def test_a_household_of_another_village_cannot_be_listed(cast):
    with pytest.raises(Refusal, match="不在您的辖区"):
        households_to_list(cast.xiaowang, {"H2": ("marginal", ())}, adult_age=18, as_of=TODAY)


def test_a_village_that_does_not_exist_has_no_board(cast):
    nowhere = int(NEXT_VILLAGE[:9] + "999")

    with pytest.raises(Refusal, match="没有这个行政村"):
        preview_posting(wish=wish(place_number=nowhere), terms=TERMS, actor=cast.xiaochen, at=AT)


def test_midnight_is_the_villages_midnight(cast):
    just_after = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # half past midnight of the 23rd in the village

    with pytest.raises(Refusal, match="过去的日期"):
        preview_posting(wish=wish(from_on=TODAY, until_on=UNTIL), terms=TERMS, actor=cast.xiaochen, at=just_after)
