"""What the architecture tests look at: the files that git keeps, their syntax trees, the layers of the contracts."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/shouwang"


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file of the repository, new ones included, that .gitignore does not leave out."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for name in listing.stdout.splitlines() if (path := ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    """The Python files below the folders of the package, without migrations; all of them when none is named."""
    bases = [PACKAGE / folder for folder in folders] or [PACKAGE]
    return [
        path
        for path in kept_files()
        if path.suffix == ".py" and "migrations" not in path.parts and any(base in path.parents for base in bases)
    ]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call in a file with the dotted name of what is called."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


@cache
def contracts() -> list[dict]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]


@cache
def layer_order(container: str) -> dict[str, int]:
    """Room → floor, the lowest being 0, as the import contract of that container says."""
    layers = next(c["layers"] for c in contracts() if c["type"] == "layers" and c["containers"] == [container])
    return {
        room: floor
        for floor, line in enumerate(reversed(layers))
        for room in re.findall(r"[a-z_]+", line)
    }  # fmt: skip


def rank(module: str) -> tuple[int, int]:
    """How high a module stands: the floor of the house, then the place inside the stream or the register."""
    rooms = module.split(".")
    floor = layer_order("shouwang")[rooms[1]]
    inside = layer_order(f"shouwang.{rooms[1]}") if rooms[1] in {"stream", "register"} and len(rooms) > 2 else {}
    return floor, inside.get(rooms[2], 0) if inside else 0
