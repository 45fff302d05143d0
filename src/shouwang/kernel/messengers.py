"""Messengers (消息通道): what a plug-in must be to carry short messages to staff (DingTalk, WeCom, an SMS gateway).

A plug-in is a package of its own that names, under the entry point group ``shouwang.messengers``, something that is called
with the home folder and gives a `Messenger`. It knows by itself where an account is reached (a table of phone numbers of
its own, the unit's directory): no address of a person passes through here, and no text names a household.
Without one, messages are written to a file.
"""

import json
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from shouwang.kernel.errors import InputError

GROUP = "shouwang.messengers"
FILE = "file"


class NotCarried(Exception):
    """The gateway did not take the message (没有发出): it is tried again."""


class Messenger(Protocol):
    """A way to staff (消息通道)."""

    def carry(self, *, account: str, text: str, key: str) -> None:
        """Carry a text to the person of an account; the same `key` twice is the same message. Raises NotCarried."""


class FileMessenger:
    """Writes messages to a file (写入文件): for the demo, and until a gateway is there."""

    def __init__(self, home: Path) -> None:
        self.path = home / "messages.jsonl"

    def carry(self, *, account: str, text: str, key: str) -> None:
        """Add a line. Raises NotCarried when the disk is full."""
        line = json.dumps({"key": key, "account": account, "text": text}, ensure_ascii=False)
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as wrong:
            raise NotCarried(str(wrong)) from wrong


def messenger_named(name: str, home: Path) -> Messenger:
    """The messenger of this name. Raises InputError when no plug-in has it."""
    if name == FILE:
        return FileMessenger(home)
    found = {one.name: one for one in entry_points(group=GROUP)}
    if name not in found:
        known = "、".join(sorted({FILE, *found}))
        raise InputError(f"没有名为“{name}”的消息通道。", f"可用：{known}；其他通道请先安装它的插件。")
    make: Callable[[Path], Messenger] = found[name].load()
    return make(home)
