"""Linking a list from the command line: people with names in Latin letters by a scheme of their own."""

import json

import pyarrow as pa
import pyarrow.parquet as pq

from shouwang.surfaces.cli.files import link
from tests.engine.test_linking_latin import PEOPLE

HEADER = "姓名,身份证号,出生日期,性别,所在村,结算编号,结算日期,总费用(元),个人自付(元)"


def test_spouses_from_over_the_border_are_found_among_those_who_write_as_they_do(tmp_path, capsys):
    names = [f"{person['surname']} {person['given_name']}" for person in PEOPLE]
    born = pa.array([person["birth_on"] for person in PEOPLE]).cast(pa.date32())
    told = {"sex": [person["sex"] for person in PEOPLE], "place_code": ["431003101202"] * len(PEOPLE)}
    people = pa.table({
        "resident_id": [f"R{at}" for at in range(61)], "household_id": [f"H{at}" for at in range(61)],
        "name": [*names, "李大山"], "birth_on": pa.chunked_array([born, born[:1]]),
        **{name: [*column, column[0]] for name, column in told.items()},
    })  # fmt: skip
    register = tmp_path / "register"
    register.mkdir()
    pq.write_table(people, register / "residents.parquet")
    pq.write_table(people.select(["household_id", "place_code"]), register / "households.parquet")
    rows = [f"{name.upper()},,{person['birth_on']},,,S{at},2026-05-04,900,100"
            for at, (name, person) in enumerate(zip(names, PEOPLE, strict=True))]  # fmt: skip
    rows[0] = rows[0].replace("NGUYEN THI HOA", "Nguyễn Thị Hoa")
    (tmp_path / "spouses.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")

    link(register=register, records=tmp_path / "spouses.csv", out=tmp_path / "out", foreign=True, as_json=True)

    report = json.loads(capsys.readouterr().out)
    found = pq.read_table(tmp_path / "out" / "links.parquet").to_pylist()
    assert (report["rows"], report["linked"]["3"]) == (60, len(found))
    assert found[0]["household_id"] == "H0"
    assert len(found) >= 55
    assert all(one["resident_id"] == f"R{one['row_no']}" for one in found)
