"""What the other linkers need that cannot live beside us: a Python of their own with recordlinkage and pseudopeople.

Both are BSD-3 and want an older pandas; they are no part of what we install. `python_of` makes that Python once under a
folder; this file is also what runs in it:

    <that python> benchmarks/linkage_peers.py link job.json       recordlinkage's pairs for two csv files
    <that python> benchmarks/linkage_peers.py people folder       two noisy lists of pseudopeople with their truth
"""

import json
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

PACKAGES = ("recordlinkage==0.16", "pseudopeople==1.3.1", "pandas<3")


def python_of(folder: Path) -> Path:
    """The Python that has the peers, made where it is missing."""
    python = folder / "peers" / "bin" / "python"
    done = folder / "peers" / "complete"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder / "peers")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        done.touch()
    return python


def called(folder: Path, *words: str) -> Any:
    """What this file prints when the peers' Python runs it."""
    command = [str(python_of(folder)), __file__, *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def linked(job: dict[str, Any]) -> dict[str, Any]:
    """recordlinkage as its documentation introduces it: blocks, comparisons, expectation maximisation, best candidate."""
    peer, pandas = import_module("recordlinkage"), import_module("pandas")
    left, right = (pandas.read_csv(job[side], dtype=str, keep_default_na=False) for side in ("left", "right"))
    left, right = (side.replace("", None) for side in (left, right))
    started = time.perf_counter()
    index = peer.Index()
    for block in job["blocks"]:
        index.block(block)
    candidates = index.index(left, right)
    compare = peer.Compare()
    for name in job["names"]:
        compare.string(name, name, method="jarowinkler", threshold=0.85, label=name)
    for name in job["exact"]:
        compare.exact(name, name, label=name)
    vectors = compare.compute(candidates, left, right)
    classifier = peer.ECMClassifier()
    classifier.fit_predict(vectors)
    scores = classifier.prob(vectors)
    scores = scores[scores > job["above"]].sort_values(ascending=False).reset_index()
    best = scores.drop_duplicates("level_0")
    seconds = time.perf_counter() - started
    pairs = list(zip(best["level_0"].tolist(), best["level_1"].tolist(), strict=True))
    return {"seconds": seconds, "pairs": pairs}


def people(folder: Path) -> dict[str, int]:
    """The census of 2020 and the social security list of the same invented people, both with their usual noise."""
    psp, pandas = import_module("pseudopeople"), import_module("pandas")
    census = psp.generate_decennial_census(year=2020, seed=1, verbose=False)
    security = psp.generate_social_security(year=2020, seed=1, verbose=False)
    security = security[security["event_type"] == "creation"].drop_duplicates("simulant_id")
    days = census["date_of_birth"].astype(str).str.replace(r"^(..)/(..)/(....)$", r"\3\1\2", regex=True)
    told = {"census": (census, days), "security": (security, security["date_of_birth"].astype(str))}
    for name, (table, born) in told.items():
        columns = {column: table[column] for column in ("simulant_id", "first_name", "last_name", "sex")}
        listed = pandas.DataFrame(columns | {"date_of_birth": born}).astype(object).where(lambda one: one.notna(), "")
        listed.replace({"nan": "", "<NA>": ""}).to_csv(folder / f"{name}.csv", index=False)
    return {name: len(table) for name, (table, _) in told.items()}


if __name__ == "__main__":
    if sys.argv[1] == "link":
        print(json.dumps(linked(json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))))
    else:
        print(json.dumps(people(Path(sys.argv[2]))))
