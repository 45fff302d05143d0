"""The page on writing packs is a pack: its YAML is taken out of the text, checked and run."""

import re
from pathlib import Path

import pytest

from shouwang.policy import load_pack
from shouwang.policy.checking import check_pack

PAGE = Path("docs/packs.md").read_text("utf-8")
BLOCK = re.compile(r"```yaml\n# (child: )?(\S+\.yaml)\n(.*?)```", re.DOTALL)


def written(folder: Path, *, child: bool) -> Path:
    for mark, name, text in BLOCK.findall(PAGE):
        if bool(mark) is child:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def pack_folder(tmp_path):
    return written(tmp_path / "my_county", child=False)


def test_the_pack_of_the_page_passes_its_check(pack_folder):
    report = check_pack(str(pack_folder))

    assert report.failures == []
    assert report.cases == 5


def test_the_page_shows_every_kind_of_file(pack_folder):
    kinds = {path.parent.name for path in pack_folder.glob("*/*.yaml")}

    rules = {"register", "feeds", "parameters", "facts", "rules", "checks", "benefits", "cases"}
    assert kinds == rules | {"units", "coverage", "indicators", "duties", "tasks", "tools"}


def test_a_changed_threshold_makes_a_case_of_the_page_fail(pack_folder):
    line = pack_folder / "parameters/base_line.yaml"
    line.write_text(line.read_text("utf-8").replace("value: 10000", "value: 9000"), "utf-8")

    failures = check_pack(str(pack_folder)).failures

    assert any("差一分不到线" in failure for failure in failures)


def test_an_unknown_key_is_refused_with_file_and_line(pack_folder):
    rule = pack_folder / "rules/heavy_bills.yaml"
    rule.write_text(rule.read_text("utf-8") + "colour: red\n", "utf-8")

    with pytest.raises(Exception, match=r"heavy_bills\.yaml:\d+: .*colour"):
        load_pack(pack_folder)


def test_the_county_of_the_page_inherits_the_national_pack(tmp_path):
    pack = load_pack(written(tmp_path / "child", child=True))

    assert pack.parent.name == "national"
    assert "county_bill_notice" in pack.rules
    assert set(pack.parent.rules) < set(pack.rules)
