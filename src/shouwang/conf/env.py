"""The environment (环境变量): this is the only file that reads it; every name has a type, a default and a meaning."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shouwang.kernel.errors import InputError

YES = {"yes", "true", "on", "1"}
NO = {"no", "false", "off", "0"}


def _flag(text: str) -> bool:
    if text.lower() not in YES | NO:
        raise ValueError("用 yes 或 no")
    return text.lower() in YES


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _served(text: str) -> str:
    if text not in {"requests", "system"}:
        raise ValueError("用 requests 或 system")
    return text


def _profile(text: str) -> str:
    if text not in {"intl", "gm"}:
        raise ValueError("用 intl 或 gm")
    return text


def _minutes(text: str) -> int:
    if not 1 <= int(text) <= 5:
        raise ValueError("用 1 到 5 的整数")
    return int(text)


@dataclass(frozen=True)
class Variable:
    """One variable: how its text becomes a value, what holds when it is absent, what it means."""

    read: Callable[[str], Any]
    default: str
    meaning: str


TABLE: dict[str, Variable] = {
    "SHOUWANG_HOME": Variable(_folder, "./.shouwang", "state: database, keys, stored files"),
    "DATABASE_URL": Variable(str, "", "PostgreSQL of the county; empty = our own embedded server"),
    "DATABASE_OWNER_URL": Variable(str, "", "login that owns the tables, for migrations; empty = DATABASE_URL"),
    "SHOUWANG_WORKS_FOR": Variable(_served, "requests", "system = a worker or command, which sees every place"),
    "DJANGO_SETTINGS_MODULE": Variable(str, "shouwang.conf.settings", "Django's own name for the settings"),
    "SHOUWANG_SECRET_KEY": Variable(str, "", "Django's signing key; empty = made once and kept in the home"),
    "SHOUWANG_CIPHER": Variable(_profile, "intl", "intl = AES-256-GCM and SHA-256; gm = SM4-GCM and SM3"),
    "SHOUWANG_ALLOWED_HOSTS": Variable(_words, "127.0.0.1,localhost", "host names the web server answers to"),
    "SHOUWANG_HTTPS": Variable(_flag, "yes", "cookies only over https, redirect http; no = loopback demo"),
    "SHOUWANG_DEBUG": Variable(_flag, "no", "Django's debug pages; never on a server that holds real data"),
    "SHOUWANG_FAULT_POINT": Variable(
        str, "", "name[:n], die at a fault point; only with SHOUWANG_DEBUG, without https"
    ),
    "SHOUWANG_UPLOAD_MB": Variable(int, "200", "largest delivered file that the web takes, in MB"),
    "JAVA_HOME": Variable(str, "", "where Java stands, for Spark; empty = looked for on the PATH"),
    "SHOUWANG_PACKS": Variable(str, "", "more folders with policy packs, separated as in PATH; searched first"),
    "SHOUWANG_PACK": Variable(str, "hunan/chenzhou", "policy pack that feeds and screening of this server follow"),
    "SHOUWANG_PUBLIC_ADDRESS": Variable(str, "http://127.0.0.1:8000", "address that stands on papers, to check them"),
    "SHOUWANG_WEBHOOK_HOSTS": Variable(_words, "", "hosts and networks (CIDR) of the own net that messages may go to"),
    "SHOUWANG_MESSENGER": Variable(str, "file", "plug-in that carries reminders to staff; file = a file in the home"),
    "SHOUWANG_DEMO": Variable(_flag, "no", "the demo's accounts stand on the sign-in page; only without https"),
    "SHOUWANG_TRAINING": Variable(_flag, "no", "every page says that its data are for practice; only without https"),
    "SHOUWANG_SECOND_FACTOR": Variable(_flag, "yes", "whoever decides signs in with a code as well; no = tests"),
    "SHOUWANG_CODE_MINUTES": Variable(
        _minutes, "5", "so long a code counts for decisions, 1 to 5; our choice, no rule says"
    ),
    "SHOUWANG_MAP_APPROVAL": Variable(str, "", "审图号 shown under maps; filled in by the deploying unit"),
    "SHOUWANG_BOUNDARIES": Variable(str, "", "GeoJSON file with county boundaries; empty = no map but areas by size"),
}


def value(name: str) -> Any:
    """The typed value of one variable of the table.

    Raises InputError when the text given does not fit its type, KeyError when the name is not in the table.
    """
    variable = TABLE[name]
    text = os.environ.get(name, variable.default)
    try:
        return variable.read(text)
    except ValueError as wrong:
        raise InputError(f"环境变量 {name} 的值“{text}”不对", f"{wrong}（{variable.meaning}）") from wrong


def provide(name: str, text: str) -> None:
    """Set a variable for this process and the ones it starts (the demo's own server, for example)."""
    if name not in TABLE:
        raise KeyError(name)
    os.environ[name] = text


def for_child(*, works_for: str = "requests") -> dict[str, str]:
    """The environment of a process that we start: whom it works for, and no owner's login."""
    return os.environ | {"SHOUWANG_WORKS_FOR": works_for, "DATABASE_OWNER_URL": ""}
