"""The page on file mode shows what really comes out."""

import json
import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from examples.jiangxi_rice.prepare import inputs
from shouwang.policy import load_pack
from shouwang.policy.computing import compute
from shouwang.policy.drafts import with_parameters
from shouwang.stream.screening.running import screen
from shouwang.stream.screening.simulation import simulate

PAGE = Path("docs/file-mode.md").read_text("utf-8")
RICE = "examples/jiangxi_rice/pack"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def missing_from(actual, shown, path=""):
    """Where the shown JSON says something that the actual one does not."""
    if isinstance(shown, dict) and isinstance(actual, dict):
        return [fault for key in shown for fault in missing_from(actual.get(key), shown[key], f"{path}.{key}")]
    if isinstance(shown, list) and isinstance(actual, list) and len(shown) == len(actual):
        return [fault for n, one in enumerate(shown) for fault in missing_from(actual[n], one, f"{path}[{n}]")]
    return [] if shown == actual else [f"{path}: the page shows {shown!r}, it is {actual!r}"]


@pytest.fixture(scope="module")
def run():
    return screen(pack=load_pack(RICE), as_of=date(2010, 12, 31), **inputs())


def test_the_summary_of_the_page_is_the_one_of_the_run(run):
    assert missing_from(run.summary, json.loads(blocks("json")[0])) == []


@pytest.mark.parametrize("table", ["warnings", "gaps", "doubts"])
def test_the_columns_of_the_page_are_those_of_the_tables(run, table):
    listed = re.search(rf"\| `{table}\.parquet` \|[^|]*\| ([^|]*) \|", PAGE)[1].split(", ")

    assert getattr(run, table).column_names == listed


def test_facts_have_a_column_per_household_fact(run):
    facts = sorted(run.facts.column_names[2:])

    assert run.facts.column_names[:2] == ["household_id", "place_code"]
    assert facts == sorted(load_pack(RICE).facts)


def test_the_keys_of_a_simulation_are_those_of_the_page():
    pack = load_pack(RICE)
    draft = with_parameters(pack, {"heavy_loss_line": "300"})
    decisions = pa.table({"household_id": ["none"], "decided_on": [date(2011, 6, 1)], "confirmed": [True]})
    told = PAGE[PAGE.index("| key of `simulation.json` |") : PAGE.index("**Back-test.**")]

    found = simulate(baseline=pack, draft=draft, as_of=date(2010, 12, 31), decisions=decisions, **inputs())

    listed = [re.findall(r"`(\w+)`", line.split("|")[1]) for line in told.splitlines()[2:] if line.startswith("|")]
    assert {name for names in listed for name in names} == set(found.summary)
    assert set(found.summary["back_test"]["after"]) <= set(re.findall(r"`(\w+)`", PAGE))


def test_the_case_of_the_page_computes_to_what_it_shows():
    case = yaml.safe_load(blocks("yaml")[0])

    result = compute(load_pack(RICE), case)

    assert missing_from(result, json.loads(blocks("json")[1])) == []


def test_the_ten_lines_of_the_library_warn_of_the_household(capsys):
    (program,) = blocks("python")

    exec(compile(program, "docs/file-mode.md", "exec"), {})

    assert "uninsured_harvest" in capsys.readouterr().out
