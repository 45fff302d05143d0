"""Phones three weeks late, twice, out of order, with a wrong clock, two versions old, while others go on working.

Some hundreds of histories in every run; all ten thousand with SHOUWANG_HISTORIES=10000.
"""

import os
import sys
import time

import pytest
from django.db import transaction

from shouwang.stream.fieldwork.forms import reading
from shouwang.stream.fieldwork.models import Entry
from tests.stream.fieldwork.carrying import Carried
from tests.stream.fieldwork.histories import VERSIONS, History

HISTORIES = int(os.environ.get("SHOUWANG_HISTORIES", "200"))
FIRST = int(os.environ.get("SHOUWANG_FIRST_HISTORY", "0"))


class Over(Exception):
    """The history is over; the database forgets it."""


def played(seed, cast, phones):
    """What one history found wrong, and how its forms ended."""
    faults, ends = [], []
    for phone in phones:
        phone.sequence = 0
    kept = [dict(phone.content) for phone in phones]
    try:
        with transaction.atomic():
            history = History(seed, cast, phones)
            faults = history.play()
            ends = list(Entry.objects.values_list("state", "cause"))
            raise Over
    except Over:
        pass
    for phone, content in zip(phones, kept, strict=True):
        phone.content = content
    return faults, ends


@pytest.fixture
def phones(cast, monkeypatch):
    monkeypatch.setattr(reading, "FORMS", VERSIONS)
    return [Carried(cast.xiaowang), Carried(cast.xiaowang), Carried(cast.laozhang)]


def test_nothing_is_lost_and_nothing_is_overwritten_in_any_history(cast, phones, record_property):
    begun, ends, faults = time.perf_counter(), {}, {}
    for seed in range(FIRST, FIRST + HISTORIES):
        wrong, found = played(seed, cast, phones)
        if wrong:
            faults[seed] = wrong
        for one in found:
            ends[one] = ends.get(one, 0) + 1
    told = f"{HISTORIES} histories in {time.perf_counter() - begun:.0f} s: {sum(ends.values())} forms, {ends}"
    record_property("histories", told)
    if "SHOUWANG_HISTORIES" in os.environ:
        sys.stderr.write(told + "\n")

    assert faults == {}
    causes = {cause for _, cause in ends}
    assert {"", "changed", "post_ended", "revoked", "unproven", "unfinished", "incomplete", "gone"} <= causes | (
        {"gone"} if HISTORIES < 100 else set()
    )


def test_the_histories_would_notice_a_form_that_is_written_over_others(cast, phones, monkeypatch):
    """The proof that the test above can fail: without the comparison with what stands there, faults are found."""
    from shouwang.stream.fieldwork.kinds.base import Standing

    really = Standing.__init__

    def blind(self, household_id, place_number, guarded, who="", when=None):
        really(self, household_id, place_number, {}, who, when)

    monkeypatch.setattr(Standing, "__init__", blind)
    assert any(played(seed, cast, phones)[0] for seed in range(60))


def test_the_histories_would_notice_a_form_that_is_dropped(cast, phones, monkeypatch):
    from shouwang.stream.fieldwork.actions import receive

    monkeypatch.setattr(receive, "work_off", lambda entry, envelope, at: Entry.objects.none())
    assert any(played(seed, cast, phones)[0] for seed in range(5))
