"""Linkage stories: one damaged record at a time against a small register of two villages."""

import datetime
import json

import pyarrow as pa
import pytest

from shouwang.engine.linking import Linkage, nearby, numbers, scoring
from shouwang.kernel.identity_numbers import check_digit

PLACES = pa.table({
    "place_code": ["431003", "431003102", "431003103", "431003102201", "431003102202", "431003103205"],
    "name": ["苏仙区", "五里牌镇", "良田镇", "光明村", "石桥村委会", "光明村"],
})  # fmt: skip
HOUSEHOLDS = pa.table({
    "household_id": ["H1", "H2", "H3", "H4", "H5"],
    "place_code": ["431003102201", "431003102201", "431003102202", "431003103205", "431003102202"],
    "phone": ["15400000011", "15400000022", "15400000033", "15400000044", "15400000055"],
})  # fmt: skip


def number(birth: str, serial: int) -> str:
    first17 = f"991003{birth.replace('-', '')}{serial:03d}"
    return first17 + check_digit(first17)


PEOPLE = [  # resident, household, name, birth, sex, serial of the number
    ("R1", "H1", "李建国", "1960-03-05", "male", 11),
    ("R2", "H1", "王秀英", "1962-07-21", "female", 22),
    ("R3", "H1", "李小明", "1990-11-02", "male", 33),
    ("R4", "H1", "李晓红", "1994-01-15", "female", 44),
    ("R5", "H2", "张伟", "1978-05-09", "male", 55),
    ("R6", "H2", "单小芳", "1980-12-30", "female", 66),
    ("R7", "H3", "张伟", "1981-08-17", "male", 77),
    ("R8", "H3", "扎西才让", "1985-04-04", "male", 99),
    ("R9", "H4", "赵大海", "1955-09-09", "male", 101),
    ("R10", "H5", "赵大海", "1971-02-14", "male", 111),
    ("R11", "H5", "陈𠮷明", "2001-06-18", "male", 113),
    ("R12", "H5", "陈吉祥", "2001-06-18", "male", 115),
]
NUMBER = {resident: number(birth, serial) for resident, _, _, birth, _, serial in PEOPLE}
RESIDENTS = pa.table({
    "resident_id": [p[0] for p in PEOPLE], "household_id": [p[1] for p in PEOPLE], "name": [p[2] for p in PEOPLE],
    "id_number": [NUMBER[p[0]] for p in PEOPLE], "birth_on": [datetime.date.fromisoformat(p[3]) for p in PEOPLE],
    "sex": [p[4] for p in PEOPLE],
})  # fmt: skip


@pytest.fixture(scope="module", params=[0, 1000], ids=["among everyone", "among those nearby"])
def linkage(request):
    """Every story is told twice: as of a large file, and as of a small one that looks first whom it can be about."""
    with pytest.MonkeyPatch.context() as patch, Linkage(RESIDENTS, HOUSEHOLDS, places=PLACES) as prepared:
        patch.setattr(nearby, "SMALL_FILE", request.param)
        yield prepared


def records(*rows: dict[str, str | None]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names})


def link_one(linkage: Linkage, **row: str | None) -> tuple[str | None, int | None]:
    """Resident and tier that one record is linked to."""
    links = linkage.link(records(row)).links.to_pylist()
    return (links[0]["resident_id"], links[0]["tier"]) if links else (None, None)


def wrong_digit(text: str, at: int) -> str:
    return text[:at] + str((int(text[at]) + 3) % 10) + text[at + 1 :]


def test_a_right_number_and_name_is_tier_1(linkage):
    assert link_one(linkage, name="李建国", id_number=NUMBER["R1"]) == ("R1", 1)


@pytest.mark.parametrize("name", ["李健国", "李建 国", "李建国（户主）", "李律国"])
def test_a_right_number_with_a_slip_in_the_name_is_still_tier_1(linkage, name):
    assert link_one(linkage, name=name, id_number=NUMBER["R1"]) == ("R1", 1)


def test_a_number_alone_is_believed_when_no_name_was_delivered(linkage):
    assert link_one(linkage, id_number=NUMBER["R7"]) == ("R7", 1)


def test_a_renamed_person_is_found_by_number_birth_date_and_surname(linkage):
    assert link_one(linkage, name="李国庆", id_number=NUMBER["R1"], birth_on="1960-03-05") == ("R1", 1)


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER["R1"].lower() + " ",
        NUMBER["R1"].translate({n: n + 0xFEE0 for n in range(48, 58)}),
        NUMBER["R1"].replace("0", "O"),
        f"{NUMBER['R1'][:6]} {NUMBER['R1'][6:14]} {NUMBER['R1'][14:]}",
        NUMBER["R1"][:6] + NUMBER["R1"][8:17],
        NUMBER["R1"] + "43",
    ],
    ids=["blank", "full width", "letter O", "groups", "15 digits", "disability card"],
)
def test_a_number_in_another_form_is_tier_2(linkage, typed):
    expected = 1 if typed == NUMBER["R1"] else 2
    resident, tier = link_one(linkage, name="李建国", id_number=typed)
    assert resident == "R1"
    assert tier == (expected if typed.strip() != NUMBER["R1"] else 1)


def test_a_repaired_number_that_neither_name_nor_birth_date_bears_out_goes_to_review(linkage):
    found = linkage.link(records({"name": "周福", "id_number": NUMBER["R1"] + "43"}))
    assert found.links.num_rows == 0
    assert found.review["resident_id"].to_pylist()[0] == "R1"


@pytest.mark.parametrize("at", [2, 9, 12, 15])
def test_one_wrong_digit_is_repaired_when_name_and_sex_agree(linkage, at):
    assert link_one(linkage, name="王秀英", sex="female", id_number=wrong_digit(NUMBER["R2"], at)) == ("R2", 2)


def test_two_swapped_digits_are_repaired_when_name_and_village_agree(linkage):
    swapped = NUMBER["R2"][:8] + NUMBER["R2"][9] + NUMBER["R2"][8] + NUMBER["R2"][10:]
    assert link_one(linkage, name="王秀英", place_name="光明村", id_number=swapped) == ("R2", 2)


def test_a_wrong_digit_is_not_repaired_towards_another_name(linkage):
    assert link_one(linkage, name="周福", sex="female", id_number=wrong_digit(NUMBER["R2"], 15)) == (None, None)


def test_a_relatives_card_is_never_accepted_for_the_relative(linkage):
    found = linkage.link(
        records({"name": "周福", "birth_on": "1999-09-09", "id_number": NUMBER["R1"], "place_name": "光明村"})
    )
    assert found.links.num_rows == 0
    review = found.review.to_pylist()[0]
    assert review["resident_id"] == "R1"
    assert "亲属" in review["reason"]


def test_a_childs_bill_on_the_fathers_card_is_the_childs(linkage):
    row = {"name": "李小明", "birth_on": "1990-11-02", "id_number": NUMBER["R1"], "place_name": "光明村"}
    link = linkage.link(records(row)).links.to_pylist()[0]
    assert (link["resident_id"], link["tier"]) == ("R3", 3)
    assert json.loads(link["evidence"])["note"] == "relative_card"


def test_a_childs_name_on_the_fathers_card_with_the_fathers_birth_date_goes_to_review(linkage):
    found = linkage.link(records({"name": "李小明", "birth_on": "1960-03-05", "id_number": NUMBER["R1"]}))
    assert found.links.num_rows == 0
    assert set(found.review["resident_id"].to_pylist()) >= {"R1"}


def test_a_card_of_another_household_is_not_linked_by_name_and_birth_date(linkage):
    row = {"name": "单小芳", "birth_on": "1980-12-30", "id_number": NUMBER["R1"], "place_name": "光明村"}
    assert link_one(linkage, **row) == (None, None)


@pytest.mark.parametrize(
    "row",
    [
        {"name": "单小芳", "birth_on": "1980-12-30"},
        {"name": "单晓方", "birth_on": "1980-12-30", "place_name": "光明村"},
        {"name": "单小芳", "birth_on": "1980-12-03", "place_name": "五里牌镇光明村3组"},
        {"name": "单小芳", "birth_on": "1980-11-23", "place_name": "五里牌镇光明村"},
        {"name": "单小芬", "birth_on": "1980-12-30", "place_name": "五里牌镇光明村", "sex": "female"},
        {"name": "单小芳", "phone": "154-0000-0022", "place_name": "光明村"},
    ],
    ids=["name and birth", "homophones", "swapped day", "lunar date", "one character", "phone"],
)
def test_without_a_number_several_agreeing_things_make_tier_3(linkage, row):
    assert link_one(linkage, **row) == ("R6", 3)


def test_same_named_neighbours_are_left_to_a_person(linkage):
    found = linkage.link(records({"name": "张伟", "sex": "male"}))
    assert found.links.num_rows == 0


def test_same_named_men_of_two_villages_are_told_apart_by_birth_date(linkage):
    assert link_one(linkage, name="张伟", birth_on="1981-08-17", place_name="石桥村") == ("R7", 3)


def test_a_village_name_borne_twice_is_resolved_by_the_township(linkage):
    assert link_one(linkage, name="赵大海", place_name="良田镇光明村5组", birth_on="1955-09-09") == ("R9", 3)


def test_a_tibetan_name_without_surname_is_linked_with_and_without_dot(linkage):
    assert link_one(linkage, name="扎西·才让", birth_on="1985-04-04", place_name="石桥村") == ("R8", 3)
    assert link_one(linkage, name="扎西才让", id_number=NUMBER["R8"]) == ("R8", 1)


def test_twins_are_told_apart_by_their_rare_character(linkage):
    assert link_one(linkage, name="陈𠮷明", birth_on="2001-06-18", place_name="石桥村") == ("R11", 3)


def test_a_stranger_with_a_valid_number_of_his_own_is_not_a_namesake(linkage):
    own = number("1980-12-30", 901)
    found = linkage.link(
        records({"name": "单小芳", "birth_on": "1980-12-30", "place_name": "光明村", "id_number": own})
    )
    assert found.links.num_rows == 0
    assert found.review["reason"].to_pylist() == ["证件号码有效但与候选人的不同"]


def test_a_sister_who_is_not_in_the_register_is_not_her_brother(linkage):
    row = {"name": "李小芳", "birth_on": "1992-02-02", "place_name": "五里牌镇光明村", "phone": "15400000011"}
    assert link_one(linkage, **row) == (None, None)


def test_evidence_says_what_agreed_and_holds_no_number_or_name(linkage):
    row = {"name": "单晓方", "birth_on": "1980-12-30", "place_name": "五里牌镇光明村", "phone": "15400000022"}
    link = linkage.link(records(row)).links.to_pylist()[0]
    unknown = {"id": "unknown", "sex": "unknown"}
    agreed = {"name": "sound", "birth": "same", "place": "village", "phone": "same"}
    assert json.loads(link["evidence"]) == {"tier": 3, **agreed, **unknown}
    assert 0.99 <= link["score"] <= 1
    assert "单" not in link["evidence"]


def test_a_household_is_found_through_its_head_or_any_member(linkage):
    by_head = {"name": "李建国", "id_number": NUMBER["R1"]}
    mixed = {"name": "李建国", "id_number": NUMBER["R2"]}
    found = linkage.link(records(by_head, mixed), entity="household").links.to_pylist()
    assert [link["household_id"] for link in found] == ["H1", "H1"]
    assert found[1]["resident_id"] is None


def test_rows_with_the_same_identity_get_the_same_link(linkage):
    row = {"name": "单小芳", "birth_on": "1980-12-30"}
    found = linkage.link(records(row, {"name": "无名"}, row)).links
    assert found["row_no"].to_pylist() == [0, 2]
    assert found["resident_id"].to_pylist() == ["R6", "R6"]


def test_the_order_of_rows_changes_nothing(linkage):
    people = [
        ("李小明", "1990-11-02", NUMBER["R1"]),
        ("张伟", "1978-05-09", None),
        ("张伟", None, None),
        ("周福", None, NUMBER["R1"]),
        ("王秀英", "1962-07-22", wrong_digit(NUMBER["R2"], 9)),
        ("赵大海", None, None),
    ]
    rows = [{"name": n, "birth_on": b, "place_name": "光明村", "id_number": i} for n, b, i in people]
    forth, back = linkage.link(records(*rows)), linkage.link(records(*rows[::-1]))
    turned = [{**link, "row_no": 5 - link["row_no"]} for link in back.links.to_pylist()]
    assert sorted(turned, key=lambda link: link["row_no"]) == forth.links.to_pylist()
    assert sorted(5 - at for at in back.unlinked.to_pylist()) == forth.unlinked.to_pylist()


def test_every_row_is_linked_or_in_review_or_unlinked(linkage):
    garbage = [
        ("", ""), ("💥", "\x00"), ("A" * 9000, "9" * 500), ("张伟", "0000-00-00"), (None, None),
        ("'; DROP TABLE residents; --", "9.91E+17"), ("·", "1990-02-30"), ("\n张\n", "＊" * 18),
    ]  # fmt: skip
    rows = [
        {"name": name, "id_number": text, "birth_on": text, "place_name": name, "phone": text, "sex": name}
        for name, text in garbage
    ]
    found = linkage.link(records(*rows))
    seen = {*found.links["row_no"].to_pylist(), *found.review["row_no"].to_pylist(), *found.unlinked.to_pylist()}
    assert seen == set(range(len(rows)))
    assert found.links.num_rows == 0


def test_columns_of_any_type_and_number_are_taken(linkage):
    odd = pa.table(
        {"id_number": pa.array([int(NUMBER["R1"][:17]), None]), "name": pa.array([1.5, None]), "sex": pa.nulls(2)}
    )
    assert linkage.link(odd).links.num_rows == 0
    assert linkage.link(pa.table({"other": [1, 2]})).unlinked.to_pylist() == [0, 1]
    assert linkage.link(records({"name": "张伟"}).slice(1)).unlinked.to_pylist() == []


def test_unknown_spellings_of_a_village_are_learnt_from_rows_that_are_linked():
    known = [{"name": p[2], "id_number": NUMBER[p[0]], "place_name": "老石桥"} for p in PEOPLE if p[1] in ("H3", "H5")]
    wanted = {"name": "赵大海", "birth_on": "1971-02-24", "place_name": "老石桥"}
    with Linkage(RESIDENTS, HOUSEHOLDS) as nameless:
        found = nameless.link(records(*known, wanted)).links.to_pylist()
    assert found[-1]["resident_id"] == "R10"
    assert json.loads(found[-1]["evidence"])["place"] == "village"


def test_two_residents_with_one_number_and_name_are_left_to_a_person():
    doubled = pa.concat_tables([RESIDENTS, RESIDENTS.slice(0, 1).set_column(0, "resident_id", pa.array(["R99"]))])
    with Linkage(doubled, HOUSEHOLDS) as linkage:
        found = linkage.link(records({"name": "李建国", "id_number": NUMBER["R1"]}))
    assert found.links.num_rows == 0
    assert sorted(found.review["resident_id"].to_pylist()) == ["R1", "R99"]


def test_a_file_in_parts_gives_what_it_gives_at_once(linkage, monkeypatch):
    rows = [
        {"name": p[2], "birth_on": p[3], "id_number": NUMBER[p[0]] if at % 2 else None} for at, p in enumerate(PEOPLE)
    ]
    at_once = linkage.link(records(*rows))
    monkeypatch.setattr(numbers, "PEOPLE_AT_A_TIME", 2)
    monkeypatch.setattr(scoring, "PAIRS_AT_A_TIME", 2)
    in_parts = linkage.link(records(*rows))
    assert in_parts.links.equals(at_once.links)
    assert in_parts.review.equals(at_once.review)


def test_swapped_neighbours_are_repaired_wherever_they_stand(linkage):
    right = NUMBER["R6"]
    swapped = {right[:at] + right[at + 1] + right[at] + right[at + 2 :] for at in range(16)} - {right}
    rows = [{"name": "单小芳", "sex": "female", "id_number": text} for text in sorted(swapped)]
    links = linkage.link(records(*rows)).links
    assert links["resident_id"].to_pylist() == ["R6"] * len(rows)
    assert links["tier"].to_pylist() == [2] * len(rows)


def test_in_a_household_file_the_head_is_meant_rather_than_a_namesake():
    heads = RESIDENTS.append_column(
        "relation", pa.array(["head" if p[0] in ("R1", "R5", "R9") else "son" for p in PEOPLE])
    )
    with Linkage(heads, HOUSEHOLDS, places=PLACES) as linkage:
        found = linkage.link(records({"name": "张伟", "phone": "15400000022"}), entity="household")
    assert found.links["household_id"].to_pylist() == ["H2"]


def test_a_household_is_not_taken_from_a_number_whose_owner_has_another_name_and_phone(linkage):
    found = linkage.link(
        records({"name": "李国庆", "id_number": NUMBER["R1"], "place_name": "光明村"}), entity="household"
    )
    assert found.links.num_rows == 0
    same_phone = {"name": "李国庆", "id_number": NUMBER["R1"], "phone": "15400000011"}
    assert linkage.link(records(same_phone), entity="household").links["household_id"].to_pylist() == ["H1"]


def test_siblings_of_one_name_are_told_apart_by_birth_date_even_on_each_others_card():
    younger = pa.table({
        "resident_id": ["R100"], "household_id": ["H1"], "name": ["李晓红"], "id_number": [number("1999-05-05", 46)],
        "birth_on": [datetime.date(1999, 5, 5)], "sex": ["female"],
    })  # fmt: skip
    row = {"name": "李晓红", "birth_on": "1999-05-05", "id_number": NUMBER["R4"], "place_name": "五里牌镇光明村"}
    with Linkage(pa.concat_tables([RESIDENTS, younger]), HOUSEHOLDS, places=PLACES) as linkage:
        found = linkage.link(records(row)).links.to_pylist()
    assert [(link["resident_id"], link["tier"]) for link in found] == [("R100", 3)]
