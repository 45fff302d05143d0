"""Fault points (断点): named places between two steps where a test can make this process die as a power cut would.

They cost one comparison while none is armed. One is armed when the process starts, by the environment, and only on a
server without https that runs in debug mode: a process that could serve a county refuses to start with one.
"""

import os
import signal

from shouwang.kernel.errors import InputError

_armed: str | None = None
_passings = 0


def fault_point(name: str) -> None:
    """Die here when this point is armed, at the passing that was asked for; otherwise nothing."""
    if _armed is not None and name == _armed:
        _pass()


def arm(wish: str, *, allowed: bool) -> None:
    """Arm the point "name", or "name:3" for its third passing; an empty wish arms none.

    Raises InputError where it is not allowed, and for a passing that is no number.
    """
    global _armed, _passings  # noqa: PLW0603 - one process has one fate
    if not wish:
        _armed = None
        return
    if not allowed:
        raise InputError("断点只能在调试时使用，正式运行不能带断点启动。", "请去掉环境变量 SHOUWANG_FAULT_POINT。")
    name, _, passing = wish.partition(":")
    if passing and not (passing.isdigit() and int(passing) > 0):
        raise InputError(f"断点“{wish}”写得不对。", "请写成 名称 或 名称:次数。")
    _armed, _passings = name, int(passing or 1)


def _pass() -> None:
    global _passings  # noqa: PLW0603 - as above
    _passings -= 1
    if _passings == 0:
        os.kill(os.getpid(), signal.SIGKILL)
        signal.pause()  # killed between two instructions: not one more is carried out
