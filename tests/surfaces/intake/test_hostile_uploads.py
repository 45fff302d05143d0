"""Hostile files at the door of the interface: refused at once, in little memory, with nothing of them kept.

The whole way is measured in a process of its own: signature, spooling, judging, refusal; and for what only the reading
notices, the reading of the job.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.opening import refuse_hostile
from shouwang.stream.feeds.models import Delivery
from tests.stream.feeds.hostile import GOOD, REFUSED
from tests.surfaces.intake.speaking import System

CPU_SECONDS = 1.0
MEMORY_MIB = 300
AT_THE_DOOR = 25
"""So many of the corpus are refused at the door at the least; the others by the reading, as test_hostile_files tells."""
MEASURE = """
import json, resource, sys, time
from io import BytesIO
from hashlib import sha256
from pathlib import Path
import django
django.setup()
from django.test import RequestFactory
from django.conf import settings
from shouwang.surfaces.intake.problems import Problem
from shouwang.surfaces.intake.uploads import received
from shouwang.kernel.errors import InputError
from shouwang.policy.sources import load_sources
from shouwang.stream.feeds.reading import read_delivery
source, found = load_sources(Path(sys.argv[2]))["medical_settlements"], {}
def spent():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
read_delivery(Path(sys.argv[3]), source)  # what a worker loads once is not the cost of a hostile file
for path in sorted(Path(sys.argv[1]).iterdir()):
    content = path.read_bytes()
    request = RequestFactory().post("/", content, content_type="application/octet-stream")
    digest = sha256(content).hexdigest()
    del content
    start = spent()
    try:
        with received(request, digest) as given:
            read_delivery(Path(given.file.name), source)
        verdict = "taken"
    except Problem:
        verdict = "door"
    except InputError:
        verdict = "reading"
    found[path.name] = [verdict, spent() - start]
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
peak = max(int(status["VmHWM"].split()[0]), children) / 1024
print(json.dumps({"files": found, "peak": peak, "left": len(list((settings.HOME / "tmp").iterdir()))}))
"""
BIG = """
from hashlib import sha256
import django
django.setup()
from django.conf import settings
from django.test import RequestFactory
from shouwang.kernel import filestore
from shouwang.kernel.sealed_streams import opened_pieces, pieces_of, sealed_pieces
from shouwang.kernel.secrets import make_keyring
from shouwang.surfaces.intake.uploads import received
class Endless:
    def __init__(self, size): self.left = size
    def read(self, size=-1):
        take = min(size if size > 0 else self.left, self.left); self.left -= take
        return b"a,b\\n" * (take // 4) + b"a"[: take % 4]
def memory(name):
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return int(status[name].split()[0]) / 1024
size, keyring = 150 * 1024 * 1024, make_keyring("intl")
digest, one = sha256(), Endless(size)
while piece := one.read(262144): digest.update(piece)
request = RequestFactory().generic("POST", "/", b"x", content_type="application/octet-stream")
request._stream, request.META["CONTENT_LENGTH"] = Endless(size), str(size)
before = memory("VmRSS")
with received(request, digest.hexdigest()) as given:
    assert given.size == size
    inside, _ = filestore.put_pieces(settings.STORE, "x", sealed_pieces(keyring, "x", pieces_of(given.file)), ".sealed")
again = sha256()
with (settings.STORE / inside).open("rb") as kept:
    for piece in opened_pieces(keyring, "x", kept): again.update(piece)
assert again.digest() == digest.digest()
print(memory("VmHWM") - before)
"""


def environment(tmp_path: Path) -> dict[str, str]:
    import os

    return os.environ | {"SHOUWANG_HOME": str(tmp_path / "home"), "PYTHONPATH": os.pathsep.join(sys.path)}


def test_the_corpus_is_refused_quickly_and_in_little_memory(tmp_path: Path) -> None:
    from tests.stream.feeds.making import NATIONAL

    folder = tmp_path / "corpus"
    folder.mkdir()
    for number, (make, _) in enumerate(REFUSED.values()):
        (folder / f"{number:03d}.xlsx").write_bytes(make() or b" ")

    (tmp_path / "good.xlsx").write_bytes(GOOD)

    command = [sys.executable, "-c", MEASURE, str(folder), str(NATIONAL), str(tmp_path / "good.xlsx")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(tmp_path))

    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    verdicts = [verdict for verdict, _ in measured["files"].values()]
    assert set(verdicts) == {"door", "reading"}
    assert verdicts.count("door") >= AT_THE_DOOR
    assert max(cpu for _, cpu in measured["files"].values()) <= CPU_SECONDS
    assert measured["peak"] <= MEMORY_MIB
    assert measured["left"] == 0


def test_a_large_file_is_never_whole_in_memory(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", BIG], capture_output=True, text=True, env=environment(tmp_path))

    assert done.returncode == 0, done.stderr
    assert float(done.stdout) <= 30  # MiB on top of the process as it was; the file has 150


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(REFUSED)[::6])
def test_a_hostile_file_leaves_nothing_behind_at_the_door(yibao: System, name: str, tmp_path: Path) -> None:
    from django.conf import settings

    content = REFUSED[name][0]() or b" "
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(content)
    try:
        refuse_hostile(path)
    except InputError:
        pass
    else:
        pytest.skip("only the reading can tell")
    kept = {one for one in settings.STORE.rglob("*") if one.is_file()} if settings.STORE.exists() else set()

    answer: Any = yibao.push(content, file_name="表.xlsx", rows=1)

    assert answer.status_code == 422
    assert answer.json()["next"]
    assert not Delivery.objects.exists()
    assert ({one for one in settings.STORE.rglob("*") if one.is_file()} if settings.STORE.exists() else set()) == kept
