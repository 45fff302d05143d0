"""Stories of spouses from over the border: Latin letters, numbers without a check digit, weights learnt from the files."""

import pyarrow as pa
import pytest

from shouwang.engine.linking import LATIN, link_unlabelled
from shouwang.engine.linking.latin import latin_columns, letters
from shouwang.stream.linkage.matching import evidence_text, link_foreign

SURNAMES = ("Nguyen", "Tran", "Pham", "Hoang", "Vongsa", "Sisoulith", "Aung", "Ly", "Vu", "Bui")
GIVEN = ("Thi Hoa", "Van Minh", "Thi Lan", "Bounmy", "Khin Su", "Duc Anh")
VILLAGES = ("Hekou", "Malipo", "Ruili", "Dongxing", "Jinghong")


def person(at: int) -> dict[str, str | None]:
    surname, given = SURNAMES[at % 10], GIVEN[at // 10]
    return {
        "given_name": given, "surname": surname, "id_number": f"C{(at * 7919 + 1234567) % 9999991:07d}",
        "birth_on": f"{1970 + at * 7 % 30}-{at * 5 % 12 + 1:02d}-{at * 11 % 28 + 1:02d}",
        "place_name": VILLAGES[at % 5], "postcode": f"66{at % 5}00{at % 3}", "address": f"{at * 13 % 90 + 1} {surname} Lu",
        "sex": "female" if at % 3 else "male",
    }  # fmt: skip


PEOPLE = [person(at) for at in range(60)]


def table(rows: list[dict[str, str | None]], **ids: list[str]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names} | ids)


REGISTER = table(PEOPLE, resident_id=[f"R{at}" for at in range(60)], household_id=[f"H{at}" for at in range(60)])


def told(*, same_people: bool = False, **changed: str | None) -> tuple[str | None, list[str]]:
    """A file of all sixty in which Hoa's row says something else: whom that row is linked to, and who is proposed."""
    rows = [{**PEOPLE[0], **changed}, *PEOPLE[1:]]
    found = link_unlabelled(table(rows), REGISTER, scheme=LATIN, same_people=same_people)
    linked = dict(zip(found.links["row_no"].to_pylist(), found.links["resident_id"].to_pylist(), strict=True))
    review = found.review.to_pylist()
    return linked.get(0), [candidate["resident_id"] for candidate in review if candidate["row_no"] == 0]


@pytest.mark.parametrize(
    "changed",
    [
        {"surname": "Nguyễn", "given_name": "Thị Hoa"},
        {"surname": "NGUYN"},
        {"given_name": "Nguyen", "surname": "Thi Hoa"},
        {"given_name": None, "surname": None, "name": "NGUYEN THI HOA"},
        {"id_number": "C1234561"},
        {"id_number": "C7654321"},
        {"birth_on": "1970-01-11"},
        {"birth_on": "1970-02-30"},
        {"place_name": "Malipo", "postcode": "661001"},
        {"birth_on": None, "postcode": None},
    ],
    ids=[
        "marks", "letter dropped", "names changed places", "one piece", "digit of the number", "another passport",
        "digit of the day", "a day no calendar has", "moved", "no day",
    ],
)  # fmt: skip
def test_hoa_is_found_in_spite_of_a_slip(changed):
    assert told(**changed) == ("R0", [])


def test_her_twin_whom_the_register_does_not_know_is_put_before_a_person():
    twin = {"given_name": "Kim Ngan", "id_number": "C1234568"}
    assert told(**twin) == (None, ["R0"])


def test_a_son_who_bears_his_fathers_name_at_home_is_put_before_a_person():
    son = {"birth_on": "1999-12-30", "id_number": "C9023417"}
    assert told(**son) == (None, ["R0"])


def test_in_two_lists_of_the_same_people_a_new_given_name_is_hers_since_nobody_else_asks_for_her():
    assert told(same_people=True, given_name="Kim Ngan", id_number="C1234568") == ("R0", [])


def test_two_rows_that_ask_for_one_person_are_left_to_a_person_where_each_stands_once():
    doubled = table([PEOPLE[0], *PEOPLE])
    once = link_unlabelled(doubled, REGISTER, scheme=LATIN, same_people=True)
    assert not {0, 1} & set(once.links["row_no"].to_pylist())
    often = link_unlabelled(doubled, REGISTER, scheme=LATIN)
    assert often.links["resident_id"].to_pylist()[:2] == ["R0", "R0"]


def test_a_stranger_is_nobody_here():
    stranger = {
        "given_name": "Somchai", "surname": "Rattana", "id_number": "P5550001", "birth_on": "1955-08-19",
        "place_name": "Mengla", "postcode": "999999", "address": "1 Nowhere", "sex": "male",
    }  # fmt: skip
    found = link_unlabelled(table([*PEOPLE, stranger]), REGISTER, scheme=LATIN)
    assert found.unlinked.to_pylist() == [60]
    assert found.links["household_id"].to_pylist() == [f"H{at}" for at in range(60)]


def test_the_same_files_always_learn_the_same():
    first, second = (link_unlabelled(table(PEOPLE), REGISTER, scheme=LATIN) for _ in range(2))
    assert first.links.equals(second.links)
    assert first.review.equals(second.review)


@pytest.mark.parametrize(("rows", "people"), [([], PEOPLE), (PEOPLE[:3], [])], ids=["no rows", "no people"])
def test_an_empty_list_links_nobody(rows, people):
    known = table(people, resident_id=[f"R{at}" for at in range(len(people))]) if people else REGISTER.slice(0, 0)
    found = link_unlabelled(table(rows) if rows else REGISTER.slice(0, 0), known, scheme=LATIN)
    assert found.links.num_rows == found.review.num_rows == 0
    assert len(found.unlinked) == len(rows)


def test_what_is_missing_or_no_text_is_unknown():
    made = latin_columns(pa.table({"name": [None, "  ", "李"], "birth_on": ["1970", None, "x"], "other": [1, 2, 3]}))
    assert made["surname"].to_pylist() == made["born"].to_pylist() == [None, None, None]
    assert letters("Đặng Thị Ngọc-Ánh") == "DANG THI NGOC ANH"


def test_evidence_reads_as_a_sentence():
    found = link_foreign(table(PEOPLE), REGISTER)
    assert evidence_text(found.links["evidence"].to_pylist()[0]) == (
        "名相同，姓相同，出生日期相同，证件号码相同，性别相同，所在地相同，住址相同。"
    )
