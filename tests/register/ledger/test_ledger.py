"""The ledger: rows are added inside the act they speak of, and never changed."""

from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.kernel.secrets import KeyMissing, make_keyring, save_keyring
from shouwang.register.ledger.actions import NoteOutsideTransaction, note
from shouwang.register.ledger.keys import open_keys
from shouwang.register.ledger.models import Entry, KeyRecord
from shouwang.register.ledger.queries import ledger_entries
from shouwang.register.staff.queries import SYSTEM
from tests.cast import AT, Cast

CHANGES = [
    "UPDATE ledger_entry SET reason = '改过'",
    "DELETE FROM ledger_entry",
    "TRUNCATE ledger_entry",
    "DELETE FROM ledger_key_record",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_database_refuses_to_change_what_was_noted_even_to_the_owner(cast: Cast, statement: str) -> None:
    with (
        rows_within(*EVERYWHERE, role="none"),
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("statement", CHANGES)
def test_the_run_time_role_has_not_even_the_right_to_try(cast: Cast, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_note_names_who_acted_for_which_place(cast: Cast) -> None:
    note(act="try", subject="thing:1", actor=cast.xiaochen, at=AT, reason="试一试", details={"rows": 3})

    entry = Entry.objects.get(subject="thing:1")
    assert (entry.actor, entry.role, entry.place_code) == ("xiaochen", "township_officer", "431003101")
    assert (entry.reason, entry.details, entry.at) == ("试一试", {"rows": 3}, AT)


def test_note_outside_a_transaction_is_refused(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), pytest.raises(NoteOutsideTransaction):
        note(act="try", subject="thing:1", actor=SYSTEM, at=AT)


def test_auditor_reads_the_ledger_and_nobody_else_does(cast: Cast) -> None:
    assert ledger_entries(cast.xiaowu).filter(act="import_register").exists()
    assert not ledger_entries(cast.xiaozhou).exists()


def test_keys_that_the_database_does_not_know_are_refused(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.KEY_FILE = tmp_path / "fields.json"
    save_keyring(settings.KEY_FILE, make_keyring("intl"))

    with pytest.raises(KeyMissing, match="k1"):
        open_keys(at=AT)


def test_lost_key_file_stops_the_start_and_makes_no_new_one(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.KEY_FILE = tmp_path / "fields.json"

    with pytest.raises(KeyMissing):
        open_keys(at=AT)
    assert not settings.KEY_FILE.exists()


def test_keys_are_recorded_by_fingerprint_only(cast: Cast) -> None:
    key = open_keys(at=AT).keys["k1"]

    assert KeyRecord.objects.count() == 2
    assert not KeyRecord.objects.filter(fingerprint=key.hex()).exists()
    assert settings.KEY_FILE.stat().st_mode & 0o077 == 0
