"""Hostile files (恶意文件): refused whole, quickly, in little memory, with a sentence that says what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipInfo

import pytest

from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.archives import _check_entries
from shouwang.stream.feeds.reading import read_delivery
from tests.stream.feeds.hostile import GOOD, REFUSED
from tests.stream.feeds.making import HEADER, NATIONAL, ROWS, contract, pack_zip, parts, sheet_xml, write_bytes

CPU_SECONDS = 1.0
MEMORY_MIB = 300
MEASURE = """
import json, resource, sys, time
from pathlib import Path
from shouwang.kernel.errors import InputError
from shouwang.policy.sources import load_sources
from shouwang.stream.feeds.reading import read_delivery
source, found = load_sources(Path(sys.argv[2]))["medical_settlements"], {}
def spent():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
read_delivery(Path(sys.argv[3]), source)  # what a worker loads once is not the cost of a hostile file
for path in sorted(Path(sys.argv[1]).iterdir()):
    start, wall = spent(), time.perf_counter()
    try:
        read_delivery(path, source)
        verdict = "taken"
    except InputError:
        verdict = "refused"
    found[path.name] = [verdict, spent() - start, time.perf_counter() - wall]
# A process inherits the peak of the one that started it in ru_maxrss; VmHWM begins anew.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
peak = max(int(status["VmHWM"].split()[0]), children) / 1024
print(json.dumps({"files": found, "peak": peak}))
"""


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    make, phrase = REFUSED[name]
    path = write_bytes(tmp_path / "delivery.xlsx", make())

    with pytest.raises(InputError) as refused:
        read_delivery(path, contract(), isolated=False)

    assert phrase in str(refused.value)
    assert refused.value.remedy.endswith("。")


def test_corpus_is_refused_quickly_and_in_little_memory(tmp_path: Path) -> None:
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    for number, (make, _) in enumerate(REFUSED.values()):
        write_bytes(hostile / f"{number:03d}.xlsx", make())
    good = write_bytes(tmp_path / "good.xlsx", GOOD)

    command = [sys.executable, "-c", MEASURE, str(hostile), str(NATIONAL), str(good)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    measured = json.loads(done.stdout)
    assert {verdict for verdict, _, _ in measured["files"].values()} == {"refused"}
    assert max(cpu for _, cpu, _ in measured["files"].values()) <= CPU_SECONDS
    assert measured["peak"] <= MEMORY_MIB


def test_workbook_truncated_anywhere_is_never_partly_taken(tmp_path: Path) -> None:
    source = contract()
    for sixtyfourth in range(1, 64):
        path = write_bytes(tmp_path / "half.xlsx", GOOD[: len(GOOD) * sixtyfourth // 64])
        with pytest.raises(InputError):
            read_delivery(path, source)


def test_million_empty_formatted_rows_are_ignored(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{row}" s="1" customFormat="1"><c r="A{row}" s="1"/></row>' for row in range(5, 1_000_005))
    sheet = sheet_xml([HEADER, *ROWS]).replace(b"</sheetData>", empty.encode() + b"</sheetData>")
    path = write_bytes(tmp_path / "formatted.xlsx", pack_zip(parts(sheet)))

    delivery = read_delivery(path, contract())

    assert delivery.accepted == delivery.rows_in == len(ROWS)


def test_reading_lives_on_when_the_child_is_killed_by_its_memory_limit(tmp_path: Path, monkeypatch) -> None:
    path = write_bytes(tmp_path / "good.xlsx", GOOD)
    monkeypatch.setattr("shouwang.kernel.sheets.opening.START", "import os; os.kill(os.getpid(), 9)")

    with pytest.raises(InputError, match="超出限度"):
        read_delivery(path, contract())


def test_reading_lives_on_when_the_child_never_answers(tmp_path: Path, monkeypatch) -> None:
    path = write_bytes(tmp_path / "good.xlsx", GOOD)
    monkeypatch.setattr("shouwang.kernel.sheets.opening.START", "import time; time.sleep(60)")
    monkeypatch.setattr("shouwang.kernel.sheets.opening.SECONDS", 0.5)

    with pytest.raises(InputError, match="用时过长"):
        read_delivery(path, contract())


@pytest.mark.parametrize(("megabytes", "taken"), [(231, True), (301, False)])
def test_a_workbook_of_300_000_rows_is_no_bomb(megabytes: int, taken: bool, tmp_path: Path) -> None:
    """300,000 rows of a department's settlements are 231 MB of XML in a file of 35 MB."""
    sheet = ZipInfo("xl/worksheets/sheet1.xml")
    sheet.file_size, sheet.compress_size = megabytes * 1024**2, 35 * 1024**2
    if taken:
        _check_entries([sheet], tmp_path)
    else:
        with pytest.raises(InputError, match="压缩炸弹"):
            _check_entries([sheet], tmp_path)
