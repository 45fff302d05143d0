"""Reading an xlsx of 20 columns with row-level errors, against openpyxl's bare read-only pass over the same file.

    python benchmarks/reading_xlsx.py --rows 100000 --runs 5

Runs are interleaved; medians are printed as JSON: ours_s, openpyxl_s, ratio. Ours opens in a child process, checks the
container, types and checks all cells; openpyxl only iterates over values.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter

import shouwang
from shouwang.policy.sources import Source, load_sources
from shouwang.stream.feeds.reading import read_delivery

HEADER = [
    "人编号", "户编号", "姓名", "身份证号", "出生日期", "性别", "所在村", "联系电话", "结算编号", "医疗机构",
    "就诊类型", "结算日期", "总费用（元）", "医保范围内费用(元)", "基本医保报销(元)", "大病保险报销(元)",
    "医疗救助(元)", "个人自付(元)", "备注", "经办人",
]  # fmt: skip
BAD_SHARE = 0.01


def write_settlements(path: Path, rows: int, seed: int) -> None:
    """Write synthetic settlements; one row in a hundred has an impossible date."""
    chance = random.Random(seed)
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("结算")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADER)
        for number in range(1, rows + 1):
            words, cost = _person(chance, number), chance.randrange(100, 3_000_000)
            sheet.write_row(number, 0, words)
            if chance.random() < BAD_SHARE:
                sheet.write_string(number, 11, "2026-02-30")
            else:
                sheet.write_number(number, 11, 46_000 + chance.randrange(300), day)
            paid = [cost * 90 // 10_000, cost * 50 // 10_000, 0, f"{cost / 1000:,.2f}", cost * 40 // 10_000]
            sheet.write_row(number, 12, [cost / 100, *paid, "无", f"经办{number % 50}"])


def _person(chance: random.Random, number: int) -> list[str]:
    born = f"19{chance.randrange(40, 99)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
    name = chance.choice("李王张刘陈") + chance.choice("大小明华") + chance.choice("娘军英")
    return [
        f"R{number:07d}", f"H{number // 4:07d}", name,
        f"991003{born.replace('-', '')}{chance.randrange(10_000):04d}", born,
        chance.choice("男女"), chance.choice(["光明村", "白石渡村", "保和村"]), f"1{chance.randrange(10**10):010d}",
        f"S{number:09d}", chance.choice(["县人民医院", "市一医院"]), chance.choice(["住院", "门诊"]),
    ]  # fmt: skip


def measure(work: Callable[[], object]) -> float:
    """Seconds of wall time."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def read_bare(path: Path) -> int:
    """Iterate over all values with openpyxl in read-only mode."""
    book = openpyxl.load_workbook(path, read_only=True)
    count = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return count


def contract() -> Source:
    """The contract of settlements from the national pack."""
    root = Path(shouwang.__file__).resolve().parents[2]
    return load_sources(root / "packs" / "national")["medical_settlements"]


def main() -> None:
    """Run the comparison and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    source = contract()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settlements.xlsx"
        write_settlements(path, options.rows, seed=7)
        ours, theirs = [], []
        for _ in range(options.runs):
            ours.append(measure(lambda: read_delivery(path, source)))
            theirs.append(measure(lambda: read_bare(path)))
        delivery = read_delivery(path, source)
    ours_s, openpyxl_s = statistics.median(ours), statistics.median(theirs)
    figures = {"ours_s": round(ours_s, 3), "openpyxl_s": round(openpyxl_s, 3), "ratio": round(openpyxl_s / ours_s, 2)}
    print(json.dumps(figures | {"rows": options.rows, "runs": options.runs, "rejected": delivery.rejected}))


if __name__ == "__main__":
    main()
