"""From the statistics bureau's codes to those of civil affairs, by name."""

from collections import Counter

from shouwang.register.places.crosswalk import crosswalk


def test_every_township_appears_exactly_once_on_either_side():
    rows = crosswalk().to_pylist()

    ours = [row["nbs_code"] for row in rows if row["nbs_code"]]
    theirs = [row["mca_code"] for row in rows if row["mca_code"]]
    assert (len(ours), len(set(ours))) == (439, 439)
    assert len(theirs) == len(set(theirs))


def test_townships_of_xuzhou_keep_their_names_and_change_their_codes():
    rows = crosswalk(["511504"]).to_pylist()

    same_code = [row["name"] for row in rows if row["nbs_code"] == row["mca_code"]]
    assert len(rows) == 17
    assert {row["how"] for row in rows} == {"name"}
    assert len(same_code) == 1


def test_renamed_townships_are_found_by_their_core():
    rows = crosswalk(["4310", "6230"]).to_pylist()

    assert {row["name"] for row in rows if row["how"] == "core"} == {"三江口瑶族镇", "卓洛乡", "长川乡"}


def test_farms_and_zones_have_no_counterpart():
    rows = crosswalk().to_pylist()

    assert Counter(row["how"] for row in rows)["nbs_only"] == 7
    assert all(row["mca_code"] is None for row in rows if row["how"] == "nbs_only")
