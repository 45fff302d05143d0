"""What the database keeps of self-service, and what the actions refuse."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.row_security import rows_within
from shouwang.register.staff.queries import NotAllowed, villager
from shouwang.stream.self_service.actions import (
    Door,
    Knock,
    Wish,
    answer_correction,
    apply_for_help,
    ask_for_correction,
    forget_counts,
    knock,
)
from shouwang.stream.self_service.models import Application, CorrectionRequest, Count, Sending
from tests.cast import AT, NEXT_VILLAGE, VILLAGE

HERE = int(VILLAGE)


def wish(**other) -> Wish:
    given = {
        "place_number": HERE, "name": "王桂花", "identity": "李大山", "phone": "15400007788", "what": "老伴住院了",
        "on_behalf": False, "trouble": "illness", "heard": True, **other,
    }  # fmt: skip
    return Wish(**given)


def apply(form_key="k" * 22, actor=None, **other):
    return apply_for_help(
        wish=wish(**other), form_key=form_key, address="10.0.0.1", actor=actor or villager(HERE), at=AT
    )


def test_a_villager_applies_in_the_village_that_the_address_names_and_nowhere_else(cast):
    with pytest.raises(Refusal, match="不在您的辖区"):
        apply(actor=villager(int(NEXT_VILLAGE)))
    assert Sending.objects.count() == 0
    with pytest.raises(NotAllowed):
        apply(actor=cast.xiaowu)


def test_no_account_can_hold_the_role_of_the_portal(cast):
    from shouwang.register.staff.choices import GRANTABLE, Role

    assert Role.HOUSEHOLD not in GRANTABLE
    assert villager(HERE).row_range == (0, 0)


def test_one_form_is_one_sending_even_where_the_code_forgets(cast):
    apply()
    kept = Sending.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Sending.objects.create(key_lookup=kept.key_lookup, kind=kept.kind, content_hash="x", sent_at=AT)


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["self_service_application", "self_service_sending", "self_service_correction"])
def test_nothing_that_a_household_sent_is_deleted(cast, table, statement):
    apply()

    with (
        pytest.raises(Exception, match="stays|append-only|denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert Application.objects.count() == 1


def test_the_database_shows_an_application_to_its_own_village_only(cast):
    apply()

    with rows_within(int(NEXT_VILLAGE), int(NEXT_VILLAGE) + 1):
        assert Application.objects.count() == 0
    with rows_within(HERE, HERE + 1):
        assert Application.objects.count() == 1


def test_a_code_opens_its_own_application_and_counts_nothing(cast):
    made = apply()

    door, found = knock(given=Knock(made.code, "7788", "10.0.0.9"), at=AT)

    assert (door, found.pk) == (Door.OPEN, made.application.pk)
    assert not Count.objects.filter(kind__startswith="miss").exists()


def test_counts_are_forgotten_after_a_day(cast):
    apply()
    knock(given=Knock("1", "2", "10.0.0.9"), at=AT)
    assert Count.objects.count() == 5

    assert forget_counts(at=AT + timedelta(hours=25)) == 5
    assert Count.objects.count() == 0


def test_a_correction_needs_somebody_who_was_met(cast):
    made = apply()

    with pytest.raises(Refusal, match="当面核对"):
        ask_for_correction(
            application=made.application, household_id="H1", about="names", words="名字写错了", form_key="c" * 22,
            actor=villager(HERE), at=AT,
        )  # fmt: skip


def test_an_answer_has_a_reason_and_stays(cast):
    made = apply().application
    made.confirmed_by, made.confirmed_at = "xiaowang", AT
    made.save()
    asked = ask_for_correction(
        application=made, household_id="H1", about="names", words="名字写错了", form_key="c" * 22, actor=villager(HERE), at=AT
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.filter(pk=asked.pk).update(state="made", answered_by="xiaowang", answered_at=AT)
    for who in (cast.xiaozhao, cast.xiaoqian):
        with pytest.raises(Refusal, match="没有找到"):
            answer_correction(correction_id=asked.pk, made=True, reason="已经改过来了", actor=who, at=AT)

    answer_correction(correction_id=asked.pk, made=False, reason="和户口本一致", actor=cast.xiaowang, at=AT)

    with pytest.raises(Refusal, match="已经答复过"):
        answer_correction(correction_id=asked.pk, made=True, reason="已经改过来了", actor=cast.xiaowang, at=AT)
    with pytest.raises(Exception, match="an answer stays"), transaction.atomic():
        CorrectionRequest.objects.filter(pk=asked.pk).update(reason="另一句话")
