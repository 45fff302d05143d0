"""Field encryption: bound to its place, found by keyed hash, nothing without the key file."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from shouwang.kernel.errors import InputError
from shouwang.kernel.secrets import (
    IdentityFilter,
    KeyMissing,
    Keyring,
    Profile,
    Tampered,
    load_keyring,
    make_keyring,
    mask_name,
    mask_phone,
    save_keyring,
)

NUMBER = "991003195503124219"
PLACE = "households_resident.id_number"


@pytest.fixture(params=["intl", "gm"])
def ring(request: pytest.FixtureRequest) -> Keyring:
    profile: Profile = request.param
    return make_keyring(profile)


def test_value_comes_back_and_does_not_show(ring: Keyring) -> None:
    sealed = ring.encrypt(PLACE, "R1", NUMBER)

    assert ring.decrypt(PLACE, "R1", sealed) == NUMBER
    assert sealed.startswith("v1|k1|")
    assert sealed.count("|") == 4
    assert NUMBER not in sealed


def test_same_value_never_looks_the_same_twice(ring: Keyring) -> None:
    assert ring.encrypt(PLACE, "R1", NUMBER) != ring.encrypt(PLACE, "R1", NUMBER)


@pytest.mark.parametrize(("place", "row"), [(PLACE, "R2"), ("households_resident.phone", "R1")])
def test_value_copied_elsewhere_does_not_open(ring: Keyring, place: str, row: str) -> None:
    sealed = ring.encrypt(PLACE, "R1", NUMBER)

    with pytest.raises(Tampered):
        ring.decrypt(place, row, sealed)


def test_altered_value_does_not_open(ring: Keyring) -> None:
    head, name, nonce, body, tag = ring.encrypt(PLACE, "R1", NUMBER).split("|")
    altered = "|".join([head, name, nonce, ("B" if body[0] == "A" else "A") + body[1:], tag])

    with pytest.raises(Tampered):
        ring.decrypt(PLACE, "R1", altered)


def test_many_values_keep_their_places_and_their_gaps(ring: Keyring) -> None:
    sealed = ring.encrypt_all(PLACE, ["R1", "R2", "R3"], ["甲", None, "丙"])

    assert sealed[1] is None
    assert ring.decrypt_all(PLACE, ["R1", "R2", "R3"], sealed) == ["甲", None, "丙"]


def test_lookup_finds_the_value_again_and_needs_the_key(ring: Keyring) -> None:
    other = replace(ring, lookup_key=bytes(32))

    assert ring.lookup("id_number", NUMBER) == ring.lookup_all("id_number", [NUMBER])[0]
    assert ring.lookup("id_number", NUMBER) != other.lookup("id_number", NUMBER)


def test_lookup_of_another_purpose_is_another_hash(ring: Keyring) -> None:
    assert ring.lookup("id_number", NUMBER) != ring.lookup("feed", NUMBER)


def test_older_key_still_opens_after_a_new_one_is_active(ring: Keyring) -> None:
    sealed = ring.encrypt(PLACE, "R1", NUMBER)
    renewed = replace(ring, active="k2", keys={**ring.keys, "k2": bytes(reversed(ring.keys["k1"]))})

    assert renewed.decrypt(PLACE, "R1", sealed) == NUMBER
    assert renewed.encrypt(PLACE, "R1", NUMBER).startswith("v1|k2|")


def test_missing_key_is_named(ring: Keyring) -> None:
    sealed = ring.encrypt(PLACE, "R1", NUMBER).replace("|k1|", "|k9|")

    with pytest.raises(KeyMissing, match="k9"):
        ring.decrypt(PLACE, "R1", sealed)


def test_file_opens_only_under_its_name(ring: Keyring) -> None:
    sealed = ring.seal_file("originals/abc", "姓名,身份证号".encode())

    assert ring.open_file("originals/abc", sealed).decode() == "姓名,身份证号"
    with pytest.raises(Tampered):
        ring.open_file("originals/abd", sealed)


def test_key_file_is_private_and_never_overwritten(tmp_path: Path, ring: Keyring) -> None:
    path = tmp_path / "keys" / "fields.json"
    save_keyring(path, ring)

    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keyring(path) == ring
    with pytest.raises(FileExistsError):
        save_keyring(path, make_keyring("intl"))


def test_key_file_that_others_can_read_is_refused(tmp_path: Path, ring: Keyring) -> None:
    path = tmp_path / "fields.json"
    save_keyring(path, ring)
    path.chmod(0o644)

    with pytest.raises(InputError, match="chmod 600"):
        load_keyring(path)


def test_missing_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match=r"fields\.json"):
        load_keyring(tmp_path / "fields.json")


def test_fingerprints_tell_keys_apart_and_nothing_about_them(ring: Keyring) -> None:
    said = json.dumps(ring.fingerprints)

    assert ring.fingerprints != make_keyring(ring.profile).fingerprints
    assert ring.keys["k1"].hex() not in said


@pytest.mark.parametrize(("phone", "shown"), [("15400001111", "154****1111"), ("123", "****"), ("", ""), (None, "")])
def test_phone_is_masked(phone: str | None, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_name_is_masked_but_for_the_first_character() -> None:
    assert mask_name("李大山") == "李**"


def test_log_line_loses_identity_numbers_and_phones() -> None:
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "row %s phone %s", (NUMBER, "13912345678"), None)

    assert IdentityFilter().filter(record)
    assert record.getMessage() == "row ［已隐去］ phone ［已隐去］"


def test_log_of_an_exception_loses_identity_numbers() -> None:
    try:
        raise ValueError(NUMBER)
    except ValueError as wrong:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), (ValueError, wrong, wrong.__traceback__))

    IdentityFilter().filter(record)

    assert record.exc_text is not None
    assert NUMBER not in record.exc_text
