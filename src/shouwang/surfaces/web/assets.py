"""Static files of the pages (静态文件): collected, hashed and compressed once, again only when one has changed.

Everything that a page loads is ours and lies in this repository or in a locked Python package; nothing is fetched.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders

from shouwang.conf import env

SETTINGS = "shouwang.conf.settings"
STAMP = "static.txt"
PATIENCE_SECONDS = 600


def publish_static(home: Path) -> None:
    """Collect all static files into `home`/static, unless nothing changed since the last time."""
    stamp = Path(home) / STAMP
    wanted = _state()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--no-input", "--clear", "-v0", f"--settings={SETTINGS}"],
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    beside = stamp.with_name(f"{STAMP}.part")  # an interrupted set-up leaves no half stamp
    beside.write_text(wanted)
    beside.replace(stamp)


def _state() -> str:
    """A fingerprint of every static file of every installed part, by name and content."""
    found = sorted((name, storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    marks = (f"{name}{hashlib.sha256(Path(path).read_bytes()).hexdigest()}" for name, path in found)
    return hashlib.sha256("".join(marks).encode()).hexdigest()


def main() -> int:
    """What set-up calls."""
    import django

    env.provide("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    publish_static(env.value("SHOUWANG_HOME"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
