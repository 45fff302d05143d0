"""The page on writing packs is a pack: its YAML is taken out of the text, checked and run."""

import re
import shutil
from pathlib import Path

import pytest

from shouwang.policy import load_pack
from shouwang.policy.boundaries import boundaries
from shouwang.policy.checking import check_pack
from shouwang.policy.comparing import compare_packs
from shouwang.policy.describing import describe

PAGE = Path("docs/packs.md").read_text("utf-8")
BLOCK = re.compile(r"```yaml\n(# .*?)```", re.DOTALL)
FILE = re.compile(r"^# (child: )?(\S+\.yaml)\n", re.MULTILINE)


def files():
    """(child or not, path, text) of every file of the page; a block may hold several."""
    for block in BLOCK.findall(PAGE):
        _, *parts = FILE.split(block)
        yield from zip(parts[::3], parts[1::3], parts[2::3], strict=True)


def written(folder: Path, *, child: bool) -> Path:
    for mark, name, text in files():
        if bool(mark) is child:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return folder


def said_otherwise(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def differences(old: Path | str, new: Path) -> list[str]:
    return [change["text"] for change in compare_packs(describe(load_pack(old)), describe(load_pack(new)))]


@pytest.fixture
def pack_folder(tmp_path):
    return written(tmp_path / "my_county", child=False)


@pytest.fixture
def child_folder(tmp_path):
    return written(tmp_path / "child", child=True)


def test_the_pack_of_the_page_passes_its_check(pack_folder):
    report = check_pack(str(pack_folder))

    assert report.failures == []
    assert report.cases == 20


def test_the_page_shows_every_kind_of_file(pack_folder):
    kinds = {path.parent.name for path in pack_folder.glob("*/*.yaml")}

    rules = {"register", "feeds", "parameters", "facts", "rules", "checks", "benefits", "cases"}
    ways = {"gates", "procedures", "lists", "tariffs", "toolbox"}
    assert kinds == rules | ways | {"units", "coverage", "indicators", "duties", "tasks", "tools"}


def test_every_threshold_of_the_page_is_guarded_by_its_cases(pack_folder):
    assert [one for one in boundaries(load_pack(pack_folder)) if one.missing] == []


def test_the_unguarded_thresholds_are_named_as_the_page_shows_them(pack_folder):
    cases = pack_folder / "cases/heavy_bills.yaml"
    cases.write_text(re.sub(r"  - case: 刚好到线\n(    .*\n)+", "", cases.read_text("utf-8")), "utf-8")
    pack = load_pack(pack_folder)

    named = [
        f"{pack.name} {one.kind}/{one.name}：{one.text}，缺少{'、'.join(one.missing)}的算例"
        for one in boundaries(pack)
        if one.missing
    ]

    assert "\n".join([*named, f"{len(named)} 个边界缺少算例"]) in PAGE


def test_a_changed_threshold_makes_a_case_of_the_page_fail(pack_folder):
    said_otherwise(pack_folder / "parameters/base_line.yaml", "value: 10000", "value: 9000")

    failures = check_pack(str(pack_folder)).failures

    assert any("差一分不到线" in failure for failure in failures)


def test_an_unknown_key_is_refused_with_file_and_line(pack_folder):
    rule = pack_folder / "rules/heavy_bills.yaml"
    rule.write_text(rule.read_text("utf-8") + "colour: red\n", "utf-8")

    with pytest.raises(Exception, match=r"heavy_bills\.yaml:\d+: .*colour"):
        load_pack(pack_folder)


def test_a_gate_without_its_procedure_is_refused(pack_folder):
    (pack_folder / "procedures/clearance.yaml").unlink()

    with pytest.raises(Exception, match="bills_below_line"):
        load_pack(pack_folder)


def test_a_procedure_without_a_step_that_protects_people_is_refused(pack_folder):
    clearance = pack_folder / "procedures/clearance.yaml"
    clearance.write_text(re.sub(r"  - \{step: notice.*\n", "", clearance.read_text("utf-8")), "utf-8")

    with pytest.raises(Exception, match="不能省"):
        load_pack(pack_folder)


def test_the_county_of_the_page_inherits_the_national_pack(child_folder):
    pack = load_pack(child_folder)

    assert pack.parent.name == "national"
    assert "county_bill_notice" in pack.rules
    assert set(pack.parent.rules) < set(pack.rules)
    assert check_pack(str(child_folder)).failures == []


def test_the_county_of_the_page_adds_to_what_a_notice_may_never_show(child_folder):
    pack = load_pack(child_folder)

    added = set(pack.lists["publicity_deny"].items) - set(pack.parent.lists["publicity_deny"].items)
    assert added == {"school_name"}


def test_the_differences_are_those_of_the_page(child_folder, pack_folder, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(pack_folder, changed)
    said_otherwise(changed / "parameters/base_line.yaml", "value: 10000", "value: 9000")
    said_otherwise(
        changed / "rules/heavy_bills.yaml", "yellow: household_bills_12m >=", "yellow: household_bills_12m >"
    )

    own = differences(pack_folder, changed)

    assert len(own) == 2
    assert "\n".join(own) in PAGE
    assert "\n".join(differences("national", child_folder)[:3]) in PAGE
