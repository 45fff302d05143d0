"""Department files: what people send in is read back as it was made, and only the spoilt rows are rejected."""

from pathlib import Path

import pytest

from shouwang.stream.feeds.reading import read_delivery
from shouwang.synth import write_department_files
from shouwang.synth.departments import sources
from tests.synth.conftest import AS_OF, Prefecture, made


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Prefecture:
    """One county with a few villages."""
    return made(tmp_path_factory.mktemp("small"), residents=1_500, places=["431003"], linked=False)


def feeds_of(prefecture: Prefecture) -> dict[str, Path]:
    return {path.stem: path for path in sorted((prefecture.out / "feeds").glob("*.parquet"))}


def test_spoilt_rows_are_rejected_and_no_others(small: Prefecture, tmp_path: Path) -> None:
    contracts = sources()
    for entry in write_department_files(tmp_path, feeds_of(small), AS_OF, spoilt=0.01):
        delivery = read_delivery(tmp_path / entry["file"], contracts[entry["feed"]], isolated=False)
        assert delivery.rows_in == entry["rows"]
        assert len({reject.row_no for reject in delivery.rejects}) == entry["spoilt_rows"], entry["file"]


def test_good_rows_come_back_as_they_were(small: Prefecture, tmp_path: Path) -> None:
    contracts = sources()
    for entry in write_department_files(tmp_path, feeds_of(small), AS_OF, spoilt=0):
        sent = small.table(f"feeds/{entry['feed']}")
        delivery = read_delivery(tmp_path / entry["file"], contracts[entry["feed"]], isolated=False)
        for name in set(sent.column_names) - {"name", "id_number", "place_name"}:
            assert delivery.table[name].to_pylist() == sent[name].to_pylist(), (entry["feed"], name)


def test_files_are_named_and_written_as_departments_do(small: Prefecture, tmp_path: Path) -> None:
    entries = {entry["feed"]: entry for entry in write_department_files(tmp_path, feeds_of(small), AS_OF)}
    assert set(entries) == {feed for feed in feeds_of(small) if len(small.table(f"feeds/{feed}"))}
    assert entries["medical_settlements"]["file"] == "医保局_医保结算_202611.csv"
    assert entries["house_safety"]["file"] == "住建局_房屋安全_202611.xlsx"
    header = (tmp_path / "医保局_医保结算_202611.csv").read_bytes().split(b"\n")[0].decode("gb18030")
    assert header.startswith('"姓名","身份证号","出生日期"')
    assert "个人自付(元)" in header


def test_same_feeds_give_the_same_files(small: Prefecture, tmp_path: Path) -> None:
    write_department_files(tmp_path / "one", feeds_of(small), AS_OF)
    write_department_files(tmp_path / "two", feeds_of(small), AS_OF)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


@pytest.mark.parametrize("formats", ["csv", "xlsx"])
def test_whole_prefecture_in_sheets_reads_back_without_rejects(tmp_path: Path, formats: str) -> None:
    plain = made(tmp_path / "plain", residents=400)
    made(tmp_path / "sheets", residents=400, formats=formats)
    for name, source in sources().items():
        folder = "feeds" if source.kind == "feed" else "register"
        if not len(plain.table(f"{folder}/{name}")):
            assert (tmp_path / "sheets" / folder / f"{name}.parquet").exists()
            continue
        delivery = read_delivery(tmp_path / "sheets" / folder / f"{name}.{formats}", source, isolated=False)
        assert delivery.rejects == [], name
        assert delivery.rows_in == len(plain.table(f"{folder}/{name}"))
