"""Matching of whole feeds: ids that came along, ids that are found, and what is left."""

import datetime
import json

import pyarrow as pa

from shouwang.engine.linking import Linkage, load_model
from shouwang.engine.model import Source
from shouwang.kernel.identity_numbers import check_digit
from shouwang.policy import load_pack
from shouwang.stream.linkage.matching import evidence_text, link_feed, link_records, train_model


def number(birth: str, serial: int) -> str:
    first17 = f"991003{birth.replace('-', '')}{serial:03d}"
    return first17 + check_digit(first17)


LI, MEI = number("1960-03-05", 11), number("1990-11-02", 22)
RESIDENTS = pa.table({
    "resident_id": ["R1", "R2"], "household_id": ["H1", "H2"], "name": ["李建国", "周小梅"], "id_number": [LI, MEI],
    "birth_on": [datetime.date(1960, 3, 5), datetime.date(1990, 11, 2)], "sex": ["male", "female"],
})  # fmt: skip
HOUSEHOLDS = pa.table({"household_id": ["H1", "H2"], "place_code": ["431003102201", "431003102202"]})


def source(name: str) -> Source:
    return load_pack("national").sources[name]


def test_a_feed_comes_back_in_its_order_with_ids_tiers_and_scores():
    feed = pa.table({
        "name": ["周小梅", "无此人", "李建国"], "id_number": [MEI, None, LI[:6] + LI[8:17]], "self_paid": [10, 20, 30],
    })  # fmt: skip
    done = link_feed(feed, source("medical_settlements"), RESIDENTS, HOUSEHOLDS)
    assert done.table["resident_id"].to_pylist() == ["R2", None, "R1"]
    assert done.table["household_id"].to_pylist() == ["H2", None, "H1"]
    assert done.table["link_tier"].to_pylist() == [1, None, 2]
    assert done.table["self_paid"].to_pylist() == [10, 20, 30]
    assert done.unlinked["name"].to_pylist() == ["无此人"]


def test_rows_that_came_with_an_id_keep_it_and_unknown_ids_are_linked_by_identity():
    feed = pa.table(
        {"resident_id": ["R1", "R404", None], "name": [None, "周小梅", "周小梅"], "id_number": [None, MEI, MEI]}
    )
    done = link_feed(feed, source("medical_settlements"), RESIDENTS, HOUSEHOLDS)
    assert done.table["resident_id"].to_pylist() == ["R1", "R2", "R2"]
    assert done.table["household_id"].to_pylist() == ["H1", "H2", "H2"]
    assert done.table["link_tier"].to_pylist() == [0, 1, 1]
    assert done.table["link_score"].to_pylist() == [None, 1.0, 1.0]


def test_a_household_feed_is_linked_through_any_member():
    feed = pa.table(
        {"name": ["李建国", "周小梅"], "id_number": [LI, None], "place_name": ["431003102201", "431003102202"]}
    )
    done = link_feed(feed, source("household_incomes"), RESIDENTS, HOUSEHOLDS)
    assert done.table["household_id"].to_pylist() == ["H1", "H2"]


def test_a_disability_card_number_stands_in_for_a_missing_identity_number():
    feed = pa.table({"name": ["李建国"], "card_number": [LI + "43"]})
    done = link_feed(feed, source("disabilities"), RESIDENTS, HOUSEHOLDS)
    assert done.table["resident_id"].to_pylist() == ["R1"]


def test_one_prepared_linkage_serves_many_feeds_and_counts_rows_of_each():
    given_and_doubtful = pa.table({"resident_id": ["R1", None], "name": ["李建国", "王二"], "id_number": [LI, MEI]})
    with Linkage(RESIDENTS, HOUSEHOLDS) as linkage:
        first = link_feed(given_and_doubtful, source("employment"), RESIDENTS, HOUSEHOLDS, linkage=linkage)
        second = link_feed(given_and_doubtful, source("employment"), RESIDENTS, HOUSEHOLDS, linkage=linkage)
    assert first.review["row_no"].to_pylist() == [1]
    assert first.table.equals(second.table)
    assert first.review.equals(second.review)


def test_an_empty_feed_gives_an_empty_feed():
    empty = pa.table({"name": pa.array([], pa.string()), "id_number": pa.array([], pa.string())})
    done = link_feed(empty, source("medical_settlements"), RESIDENTS, HOUSEHOLDS)
    assert done.table.num_rows == done.review.num_rows == done.unlinked.num_rows == 0
    assert {"resident_id", "household_id", "link_tier", "link_score"} <= set(done.table.column_names)


def test_evidence_reads_as_a_sentence():
    records = pa.table({"name": ["周晓梅"], "birth_on": ["1990-11-02"], "id_number": [MEI]})
    evidence = link_records(records, RESIDENTS, HOUSEHOLDS).links["evidence"].to_pylist()[0]
    assert evidence_text(evidence) == "姓名同音，出生日期相同，证件号码相同。"
    assert evidence_text(json.dumps({"tier": 3, "name": "same", "note": "household"})) == "姓名相同，只能确定到户。"
    assert evidence_text("{}") == "没有可比对的信息。"


def test_a_model_can_be_given_as_a_mapping(tmp_path):
    path = tmp_path / "model.json"
    path.write_text(json.dumps(load_model()), encoding="utf-8")
    records = pa.table({"name": ["周小梅"], "birth_on": ["1990-11-02"], "phone": ["x"]})
    by_path = link_records(records, RESIDENTS, HOUSEHOLDS, model=path)
    by_mapping = link_records(records, RESIDENTS, HOUSEHOLDS, model=load_model(path))
    assert by_path.links.equals(by_mapping.links)
    assert by_path.links["resident_id"].to_pylist() == ["R2"]


def test_a_model_can_be_learnt_from_a_county_s_own_file():
    records = pa.table({"name": ["周小梅", "李健国"], "birth_on": ["1990-11-02", "1960-03-05"], "id_number": [MEI, LI]})
    learnt = train_model(records, RESIDENTS, HOUSEHOLDS)
    assert {c["output_column_name"] for c in learnt["comparisons"]} == {"name", "birth", "id", "sex", "place", "phone"}
    levels = [
        level for c in learnt["comparisons"] for level in c["comparison_levels"] if not level.get("is_null_level")
    ]
    assert min(min(level["m_probability"], level["u_probability"]) for level in levels) > 0
    found = link_records(pa.table({"name": ["周小梅"]}), RESIDENTS, HOUSEHOLDS, model=learnt)
    assert found.links.num_rows + len(found.unlinked) + len(set(found.review["row_no"].to_pylist())) == 1
