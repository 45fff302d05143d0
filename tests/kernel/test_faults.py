"""Fault points: one that is armed kills its own process, and none can be armed where people work."""

import os
import signal
import subprocess
import sys

import pytest

from shouwang.kernel.errors import InputError
from shouwang.kernel.faults import arm, fault_point

PASS_THREE = """
from shouwang.kernel.faults import arm, fault_point
arm("second:2", allowed=True)
for name in ("first", "second", "second", "third"):
    fault_point(name)
    print(name, flush=True)
"""


def started(program: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | more
    return subprocess.run([sys.executable, "-c", program], env=environment, text=True, capture_output=True, check=False)


def test_a_process_dies_at_the_passing_that_was_named_and_not_before() -> None:
    done = started(PASS_THREE)

    assert (done.returncode, done.stdout.split()) == (-signal.SIGKILL, ["first", "second"])


def test_a_point_that_is_not_armed_does_nothing() -> None:
    arm("", allowed=False)

    fault_point("anything")


@pytest.mark.parametrize(
    "environment",
    [
        {"SHOUWANG_HTTPS": "yes", "SHOUWANG_DEBUG": "yes"},
        {"SHOUWANG_HTTPS": "no", "SHOUWANG_DEBUG": "no"},
        {"SHOUWANG_HTTPS": "yes", "SHOUWANG_DEBUG": "no"},
    ],
)
def test_a_process_that_could_serve_a_county_refuses_to_start_with_one(environment: dict[str, str]) -> None:
    done = started("import django; django.setup(); print('serving')", SHOUWANG_FAULT_POINT="form.done", **environment)

    assert done.returncode == 1
    assert "断点只能在调试时使用" in done.stderr
    assert "serving" not in done.stdout


@pytest.mark.parametrize("wish", ["form.done:0", "form.done:x", "form.done:-1"])
def test_a_passing_that_is_no_number_is_named(wish: str) -> None:
    with pytest.raises(InputError, match="写得不对"):
        arm(wish, allowed=True)
