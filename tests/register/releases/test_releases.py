"""Lists of people leave up to a line; from there on a second person agrees, further up two others do. Sums count."""

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from random import Random

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.models import Entry
from shouwang.register.releases.actions import (
    Leaving,
    MustAsk,
    answer_request,
    ask_to_release,
    count_seen,
    let_leave,
)
from shouwang.register.releases.models import Answer, Departure, Request
from shouwang.register.releases.queries import held_back, request_rows, waiting_count
from shouwang.register.staff.queries import NotAllowed
from tests.cast import AT

PAGE = "/warnings/sheet.xlsx?level=red"
HOUR = timedelta(hours=1)


def people(count, begin=0):
    return [f"H{number}" for number in range(begin, begin + count)]


def leave(actor, told, *, kind="property", page=PAGE, at=AT):
    let_leave(leaving=Leaving(kind, page, "预警名单", told), actor=actor, at=at)


def ask(actor, count, *, needed=1, kind="property", page=PAGE, at=AT, reason="报县里核对"):
    return ask_to_release(
        page=page, title="预警名单", kind=kind, people=count, needed=needed, reason=reason, actor=actor, at=at
    )


def answer(actor, request, agrees=True, at=AT):
    return answer_request(request_id=request.pk, agrees=agrees, words="看过了", actor=actor, at=at)


def test_the_lines_are_those_of_the_law_and_its_half():
    assert settings.EXPORT_LINES == {"property": (25, 50), "health": (250, 500), "other": (2500, 5000)}
    assert settings.EXPORT_HOURS == 24


@pytest.mark.parametrize(("kind", "free"), [("property", 24), ("health", 249), ("other", 2499)])
def test_up_to_the_line_a_list_leaves_by_itself_and_the_next_person_stops_it(cast, kind, free):
    leave(cast.xiaochen, people(free), kind=kind)

    leave(cast.xiaochen, people(free), kind=kind)  # the same people once more: nobody new
    with pytest.raises(MustAsk) as stop:
        leave(cast.xiaochen, people(1, begin=free), kind=kind)
    assert stop.value.needed == 1
    assert Departure.objects.count() == 1


def test_many_small_lists_are_one_large_one_and_the_sum_ends_after_a_day(cast):
    for number in range(4):
        leave(cast.xiaochen, people(6, begin=6 * number), at=AT + number * HOUR)
    with pytest.raises(MustAsk):
        leave(cast.xiaochen, people(6, begin=24), at=AT + 5 * HOUR)

    leave(cast.xiaochen, people(6, begin=24), at=AT + 25 * HOUR)
    leave(cast.xiaoxie, people(24), at=AT)  # another person's sum is another sum


def test_kinds_are_added_up_in_proportion(cast):
    leave(cast.xiaochen, people(12), kind="property")
    leave(cast.xiaochen, people(100), kind="health")

    with pytest.raises(MustAsk):
        leave(cast.xiaochen, people(300), kind="other")


def test_with_a_reason_and_a_second_person_it_leaves_once(cast):
    request = ask(cast.xiaochen, 30)
    with pytest.raises(MustAsk):
        leave(cast.xiaochen, people(30))
    assert waiting_count(cast.laoliu, at=AT) == 1
    answer(cast.laoliu, request)
    assert waiting_count(cast.laoliu, at=AT) == 0

    leave(cast.xiaochen, people(30))

    assert [row.state for row in request_rows(cast.xiaochen, at=AT)] == ["used"]
    with pytest.raises(MustAsk):
        leave(cast.xiaochen, people(2, begin=30))


def test_from_the_second_line_two_others_must_agree(cast):
    with pytest.raises(MustAsk) as stop:
        leave(cast.xiaochen, people(50))
    assert stop.value.needed == 2
    request = ask(cast.xiaochen, 50, needed=2)
    answer(cast.laoliu, request)
    with pytest.raises(MustAsk):
        leave(cast.xiaochen, people(50))
    answer(cast.laofang, request)

    leave(cast.xiaochen, people(50))

    assert Departure.objects.get().needed == 2
    assert Entry.objects.get(act="release_export").details == {"people": 50, "kind": "property", "needed": 2}
    assert held_back(cast.xiaochen, at=AT) == 0  # only for who reads the ledger


def test_one_yes_twice_makes_no_two_people(cast):
    """30 and again 30 with one agreement each are 60: for the second list two others are needed."""
    answer(cast.laoliu, ask(cast.xiaochen, 30))
    leave(cast.xiaochen, people(30))
    answer(cast.laoliu, ask(cast.xiaochen, 30))

    with pytest.raises(MustAsk) as stop:
        leave(cast.xiaochen, people(30, begin=30))
    assert stop.value.needed == 2


@pytest.mark.parametrize("change", [{"page": "/clues/sheet.xlsx?"}, {"kind": "health"}, {"at": AT + 25 * HOUR}])
def test_a_yes_is_for_this_list_and_for_a_day(cast, change):
    answer(cast.laoliu, ask(cast.xiaochen, 300))

    with pytest.raises(MustAsk):
        leave(cast.xiaochen, people(300), **change)


def test_a_yes_covers_no_more_people_than_were_asked_for_and_nobody_else(cast):
    answer(cast.laoliu, ask(cast.xiaochen, 30))

    with pytest.raises(MustAsk):
        leave(cast.xiaochen, people(31))
    with pytest.raises(MustAsk):
        leave(cast.xiaoxie, people(30))


def test_no_ends_it_and_costs_the_same(cast):
    request = ask(cast.xiaochen, 50, needed=2)
    answer(cast.laoliu, request, agrees=False)

    assert [row.state for row in request_rows(cast.laofang, at=AT)] == ["refused"]
    with pytest.raises(Refusal):
        answer(cast.laofang, request)
    for agrees in (True, False):
        with pytest.raises(Refusal):
            answer_request(request_id=ask(cast.xiaochen, 30).pk, agrees=agrees, words=" ", actor=cast.laoliu, at=AT)


def test_nobody_agrees_to_ones_own(cast):
    request = ask(cast.laoliu, 30)
    by_hand = {"request": request, "answered_by": "laoliu", "answered_at": AT, "agrees": True, "words": "好"}

    with pytest.raises(Refusal):
        answer(cast.laoliu, request)
    for asked_by in ("laoliu", "xiaochen"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Answer.objects.create(**by_hand, asked_by=asked_by)


def test_who_may_not_answer_and_who_does_not_find_it(cast):
    with pytest.raises(NotAllowed):
        answer(cast.xiaozhou, ask(cast.xiaochen, 30))
    with pytest.raises(Refusal):
        answer(cast.laofang, ask(cast.xiaofeng, 30))


def test_a_reason_is_asked_for(cast):
    with pytest.raises(Refusal):
        ask(cast.xiaochen, 30, reason="要 ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.create(
            asked_by="xiaochen", place_number=cast.xiaochen.range_low, asked_at=AT, page=PAGE, title="名单",
            kind="property", people=30, needed=1, reason="要",
        )  # fmt: skip


def test_the_database_lets_no_list_out_that_nobody_agreed_to(cast):
    request = ask(cast.xiaochen, 30)
    row = {
        "left_by": "xiaochen",
        "place_number": cast.xiaochen.range_low,
        "left_at": AT,
        "page": PAGE,
        "kind": "property",
        "people": 30,
        "needed": 1,
    }

    def refused(**more):
        with pytest.raises(IntegrityError), transaction.atomic():
            Departure.objects.create(**row | more)

    refused()
    refused(request=request)
    answer(cast.laoliu, request)
    refused(request=request, people=31)
    refused(request=request, left_by="xiaoxie")
    Departure.objects.create(**row, request=request)
    refused(request=request)


@pytest.mark.parametrize(
    "act",
    [
        "DELETE FROM releases_request", "DELETE FROM releases_answer", "DELETE FROM releases_departure",
        "UPDATE releases_request SET people = 1", "UPDATE releases_answer SET agrees = true",
        "UPDATE releases_departure SET people = 1",
    ],
)  # fmt: skip
def test_what_was_asked_answered_and_taken_out_stays(cast, act):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


def test_a_full_number_that_was_looked_at_counts_and_is_not_held_back(cast):
    for number in range(3):
        seen = Leaving("other", "/reveal/", "完整证件号", [f"R{number}"])
        count_seen(leaving=seen, actor=cast.xiaochen, at=AT)
    leave(cast.xiaochen, people(2496), kind="other")

    with pytest.raises(MustAsk):
        leave(cast.xiaochen, people(2497), kind="other")


def test_nobody_is_named_in_what_is_kept(cast):
    leave(cast.xiaochen, ["李大山|三组|看病自付"])
    kept = str(list(Departure.objects.values())) + str(list(Entry.objects.values("subject", "details", "reason")))

    assert "李大山" not in kept
    assert all(0 <= mark < 2**60 for mark in Departure.objects.get().marks)


def test_no_sequence_of_lists_passes_a_line_without_others(cast):
    """Six hundred steps of asking, agreeing and taking out, held against a sum that knows nothing of the module."""
    by_chance, lines = Random(20261122), {"property": (25, 50), "health": (250, 500), "other": (2500, 5000)}
    left, stopped, at = [], 0, AT
    for step in range(600):
        at += timedelta(minutes=by_chance.choice([1, 20, 240]))
        kind, page = by_chance.choice(list(lines)), f"/list/{step}/"
        count = by_chance.randrange(1, lines[kind][0] * 2 // 3 + 2)
        told, agreed = people(count, begin=by_chance.randrange(0, 3 * count)), by_chance.choice([0, 0, 1, 2])
        if agreed:
            request = ask(cast.xiaochen, count, needed=agreed, kind=kind, page=page, at=at)
            said = by_chance.randrange(agreed + 1)
            for actor in (cast.laoliu, cast.laofang)[:said]:
                answer(actor, request, at=at)
            agreed = agreed if said == agreed else 0
        known = defaultdict(set)
        for when, one, who in left:
            if when > at - timedelta(hours=24):
                known[one] |= set(who)
        try:
            leave(cast.xiaochen, told, kind=kind, page=page, at=at)
        except MustAsk:
            stopped += 1
            continue
        if set(told) <= known[kind]:
            continue
        left.append((at, kind, told))
        known[kind] |= set(told)
        sums = [sum(Fraction(len(who), lines[one][line]) for one, who in known.items()) for line in (0, 1)]
        assert agreed >= (2 if sums[1] >= 1 else 1 if sums[0] >= 1 else 0), (step, sums)
    assert (stopped > 50, len(left) > 50) == (True, True), (stopped, len(left))
