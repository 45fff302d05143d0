"""Slips: every kind of identity error occurs, does what it says, and the truth knows whom each row means."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from shouwang.kernel.identity_numbers import canonical, is_valid, normalise
from shouwang.synth import slips
from shouwang.synth.identities import ERRORS
from shouwang.synth.lexicon import code_points, homophones, rows, similar_shapes
from shouwang.synth.slips import ErrorRates
from tests.synth.conftest import Prefecture, made

RNG = np.random.default_rng(20261101)


@pytest.fixture(scope="module")
def pairs(unlinked: Prefecture) -> dict[str, list[tuple[dict[str, Any], dict[str, Any]]]]:
    """Slip → pairs of a feed row and the register's resident whom it means."""
    register = {row["resident_id"]: row for row in unlinked.rows("register/residents")}
    feed = {"insurance_enrolments": unlinked.rows("feeds/insurance_enrolments"),
            "medical_settlements": unlinked.rows("feeds/medical_settlements"),
            "disabilities": unlinked.rows("feeds/disabilities")}  # fmt: skip
    found: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = defaultdict(list)
    for link in unlinked.rows("truth/links"):
        if link["feed"] in feed and link["resident_id"]:
            for kind in link["error_kinds"].split("+"):
                found[kind].append((feed[link["feed"]][link["row_no"]], register[link["resident_id"]]))
    return found


def spelled(points: np.ndarray) -> list[str]:
    return ["".join(chr(point) for point in row if point) for row in points]


def test_every_kind_of_slip_occurs(unlinked: Prefecture) -> None:
    kinds = Counter(kind for row in unlinked.rows("truth/links") for kind in row["error_kinds"].split("+"))
    assert set(kinds) == {*ERRORS, "clean"}


def test_slips_occur_at_their_rates(unlinked: Prefecture) -> None:
    links = unlinked.rows("truth/links")
    kinds = Counter(kind for row in links for kind in row["error_kinds"].split("+"))
    share = {kind: count / len(links) for kind, count in kinds.items()}
    rates = ErrorRates()
    for kind in ("stranger", "missing_id", "homophone", "wrong_digit", "wrong_village", "lunar_birth"):
        assert share[kind] == pytest.approx(getattr(rates, kind), rel=0.25), kind
    assert 0.6 < share["clean"] < 0.8


def test_truth_names_a_row_of_every_feed_once(unlinked: Prefecture) -> None:
    links = unlinked.rows("truth/links")
    assert len({(row["feed"], row["row_no"]) for row in links}) == len(links)
    assert {row["feed"] for row in links} == {
        name[6:] for name in unlinked.summary["rows"] if name.startswith("feeds/")
    }


def test_clean_rows_are_what_the_register_says(pairs: dict[str, list[Any]]) -> None:
    for row, resident in pairs["clean"]:
        assert (row["name"], row["id_number"]) == (resident["name"], resident["id_number"])
        assert (row["birth_on"], row["sex"]) == (resident["birth_on"], resident["sex"])


def test_strangers_are_in_no_register(unlinked: Prefecture) -> None:
    known = set(unlinked.table("register/residents")["id_number"].to_pylist())
    feed = unlinked.rows("feeds/insurance_enrolments")
    strangers = [row for row in unlinked.rows("truth/links")
                 if row["feed"] == "insurance_enrolments" and row["error_kind"] == "stranger"]  # fmt: skip
    assert strangers
    for link in strangers:
        assert (link["resident_id"], link["household_id"]) == (None, None)
        assert is_valid(feed[link["row_no"]]["id_number"])
        assert feed[link["row_no"]]["id_number"] not in known


@pytest.mark.parametrize("kind", ["lower_x", "star", "full_width", "blanks", "disability_card"])
def test_odd_typing_still_means_the_same_number(pairs: dict[str, list[Any]], kind: str) -> None:
    assert pairs[kind]
    for row, resident in pairs[kind]:
        assert row["id_number"] != resident["id_number"]
        assert canonical(row["id_number"]) == resident["id_number"]


def test_old_number_has_fifteen_digits_and_comes_back(pairs: dict[str, list[Any]]) -> None:
    for row, resident in pairs["fifteen_digits"]:
        assert len(row["id_number"]) == 15
        assert canonical(row["id_number"]) == resident["id_number"]


@pytest.mark.parametrize(("kind", "changed"), [("wrong_digit", 1), ("swapped_digits", 2)])
def test_digits_went_wrong(pairs: dict[str, list[Any]], kind: str, changed: int) -> None:
    for row, resident in pairs[kind]:
        differ = [i for i in range(18) if row["id_number"][i] != resident["id_number"][i]]
        assert len(differ) == changed
        assert changed == 1 or differ[1] == differ[0] + 1


def test_relative_lent_the_card(unlinked: Prefecture, pairs: dict[str, list[Any]]) -> None:
    owner = {row["id_number"]: row for row in unlinked.rows("register/residents")}
    for row, resident in pairs["relative_id"]:
        assert owner[row["id_number"]]["household_id"] == resident["household_id"]
        assert owner[row["id_number"]]["resident_id"] != resident["resident_id"]


def test_missing_number_is_null(pairs: dict[str, list[Any]]) -> None:
    assert pairs["missing_id"]
    assert all(row["id_number"] is None for row, _ in pairs["missing_id"])


def test_dates_of_birth_went_wrong(pairs: dict[str, list[Any]]) -> None:
    for row, resident in pairs["lunar_birth"]:
        assert timedelta(days=19) <= resident["birth_on"] - row["birth_on"] <= timedelta(days=51)
    for row, resident in pairs["year_off"]:
        assert abs((resident["birth_on"] - row["birth_on"]).days) <= 365
        assert resident["birth_on"] != row["birth_on"]


@pytest.mark.parametrize("kind", ["homophone", "similar_shape", "dropped_character", "changed_name", "dot_variant"])
def test_names_went_wrong(pairs: dict[str, list[Any]], kind: str) -> None:
    assert pairs[kind]
    assert all(row["name"] != resident["name"] for row, resident in pairs[kind])


def test_person_with_a_new_name_has_it_everywhere(unlinked: Prefecture) -> None:
    names = defaultdict(set)
    feeds = {feed: unlinked.rows(f"feeds/{feed}") for feed in ("insurance_enrolments", "medical_settlements")}
    for link in unlinked.rows("truth/links"):
        if link["feed"] in feeds and "changed_name" in link["error_kinds"]:
            names[link["resident_id"]].add(feeds[link["feed"]][link["row_no"]]["name"])
    assert names
    assert all(len(found) == 1 for found in names.values())


def test_household_that_moved_still_has_its_old_village(unlinked: Prefecture) -> None:
    feed = unlinked.rows("feeds/household_incomes")
    written = defaultdict(list)
    for link in unlinked.rows("truth/links"):
        if link["feed"] == "household_incomes" and "moved_household" in link["error_kinds"]:
            written[link["household_id"]].append(feed[link["row_no"]]["place_name"])
    assert any(len(places) == 4 for places in written.values())


def test_homophone_sounds_the_same() -> None:
    sound = {row["char"]: row["pinyin"] for row in rows("characters.csv")}
    names = ["王志强", "李秀英", "陈明", "张建国"] * 50
    changed = spelled(slips.homophone(RNG, code_points(names, 9)))
    for before, after in zip(names, changed, strict=True):
        assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
        assert all(sound[a] == sound[b] for a, b in zip(before, after, strict=True) if a != b)


def test_similar_shape_comes_from_the_table() -> None:
    table = {(row["written"], row["mistaken_for"]) for row in rows("similar_shapes.csv")}
    names = ["晴晴", "王海梅", "杨佳"] * 30
    changed = spelled(slips.similar_shape(RNG, code_points(names, 9)))
    for before, after in zip(names, changed, strict=True):
        (pair,) = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert pair in table


def test_similar_shape_table_is_large_enough() -> None:
    assert len({frozenset(row.values()) for row in rows("similar_shapes.csv")}) >= 150
    assert homophones()[2].max() > 10
    assert similar_shapes()[1][ord("晴")] >= 1


def test_dropped_character_is_the_middle_one() -> None:
    changed = slips.dropped_character(RNG, code_points(["王小明", "李明", "欧阳小明"], 9))
    assert spelled(changed) == ["王明", "李明", "欧阳明"]


def test_full_width_number_reads_as_the_same() -> None:
    number = code_points(["99100319600101123X"], slips.NUMBER_WIDTH)
    (wide,) = spelled(slips.full_width(RNG, number))
    assert wide != "99100319600101123X"
    assert normalise(wide) == "99100319600101123X"


def test_rates_can_be_set_to_nothing(tmp_path: Any) -> None:
    never = ErrorRates(**dict.fromkeys(ErrorRates.__dataclass_fields__, 0.0))
    found = made(tmp_path, residents=600, linked=False, rates=never)
    assert {row["error_kinds"] for row in found.rows("truth/links")} == {"clean"}
