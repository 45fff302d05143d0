"""Load a pack and its ancestors (读取政策包) from YAML folders; the loader is the first reviewer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shouwang.conf import env
from shouwang.engine.program import Definitions
from shouwang.kernel.errors import InputError
from shouwang.policy.definitions import load_definitions
from shouwang.policy.lists import load_lists, merged_lists
from shouwang.policy.mandates import load_mandates
from shouwang.policy.pack import Pack, WorkedCase
from shouwang.policy.procedures import load_procedures, refuse_unsound
from shouwang.policy.reading import Document, read_document
from shouwang.policy.tariffs import load_tariffs
from shouwang.policy.toolbox import load_toolbox, refuse_odd_tools

PACK_KEYS = {"pack", "title", "parent", "place_code", "version", "documents", "description"}
CASE_KEYS = {"case", "covers", "as_of", "household", "residents", "feeds", "feeds_delivered", "expect", "parameters"}
EXPECT_KEYS = {"facts", "warnings", "none", "undecided", "doubts", "no_doubts", "benefits", "gates", "tools"}


def pack_roots() -> tuple[Path, ...]:
    """Folders in which packs are looked for by name: $SHOUWANG_PACKS, ./packs, the project's own."""
    here = Path(__file__).resolve()
    named = [Path(p) for p in env.value("SHOUWANG_PACKS").split(os.pathsep) if p]
    return (*named, Path("packs"), here.parents[3] / "packs", here.parents[1] / "packs")


def pack_names() -> tuple[str, ...]:
    """Names of all packs that can be found."""
    found = {str(f.parent.relative_to(root)) for root in pack_roots() for f in sorted(root.glob("**/pack.yaml"))}
    return tuple(sorted(found))


def find_pack(name: str | Path) -> Path:
    """Folder of a pack given by name or path. Raises InputError naming what there is."""
    for folder in (*(root / str(name) for root in pack_roots()), Path(name)):
        if (folder / "pack.yaml").is_file():
            return folder.resolve()
    raise InputError(
        f"没有名为“{name}”的政策包。", f"可用：{'、'.join(pack_names()) or '（无）'}；或给出政策包文件夹的路径。"
    )


def load_pack(name: str | Path) -> Pack:
    """Load a pack with everything it inherits (依据 DESIGN §3). Raises InputError with file and line."""
    return _load(find_pack(name), (), {})


def load_packs(names: Iterable[str | Path]) -> list[Pack]:
    """Several packs; what they inherit is read once."""
    known: dict[Path, Pack] = {}
    return [_load(find_pack(name), (), known) for name in names]


def _load(folder: Path, path: tuple[Path, ...], known: dict[Path, Pack]) -> Pack:
    if folder not in known:
        known[folder] = _read(folder, path, known)
    return known[folder]


def _read(folder: Path, path: tuple[Path, ...], known: dict[Path, Pack]) -> Pack:
    document = read_document(folder / "pack.yaml")
    document.allow(PACK_KEYS)
    document.require("pack", "title")
    if folder in path:
        raise document.fault("parent", "政策包互相继承成环")
    parent_name = document.get("parent")
    parent = _load(find_pack(parent_name), (*path, folder), known) if parent_name else None
    own, tariffs, procedures = load_definitions(folder), load_tariffs(folder), load_procedures(folder)
    code = document.get("place_code")
    pack = Pack(
        name=document["pack"],
        title=document["title"],
        place_code=str(code) if code is not None else None,
        version=str(document.get("version", "0")),
        documents=tuple(document.get("documents", ())),
        folder=folder,
        parent=parent,
        definitions=_inherit(parent.definitions, own) if parent else own,
        cases=_cases(folder),
        mandates=load_mandates(folder, document.get("documents", ())),
        tariffs=(parent.tariffs if parent else {}) | tariffs,
        procedures=(parent.procedures if parent else {}) | procedures,
        lists=merged_lists(parent.lists if parent else {}, load_lists(folder)),
        toolbox=(parent.toolbox if parent else {}) | load_toolbox(folder),
    )
    refuse_unsound(pack.procedures, pack.gates.values(), pack.parameters)
    refuse_odd_tools(pack.toolbox, pack.definitions, pack.lists)
    return pack


def _inherit(parent: Definitions, own: Definitions) -> Definitions:
    kinds = ("sources", "parameters", "facts", "rules", "checks", "benefits", "gates")
    return Definitions(*({**getattr(parent, kind), **getattr(own, kind)} for kind in kinds))


def _cases(folder: Path) -> tuple[WorkedCase, ...]:
    found: list[WorkedCase] = []
    for path in sorted((folder / "cases").glob("**/*.yaml")):
        document = read_document(path)
        document.allow({"cases"})
        document.require("cases")
        for index, spec in enumerate(document["cases"]):
            found.append(_case(document, ("cases", index), spec))
    return tuple(found)


def _case(document: Document, where: tuple[str | int, ...], spec: Any) -> WorkedCase:
    tables = set(spec) - CASE_KEYS - {"incomes", "statuses", "risks", "measures"} if isinstance(spec, dict) else None
    if tables is None or "case" not in spec or "as_of" not in spec or "expect" not in spec:
        raise document.fault(where, "算例要写明 case、as_of 和 expect")
    if tables:
        raise document.fault(where, f"不认识的键 {'、'.join(sorted(tables))}")
    unknown = set(spec["expect"]) - EXPECT_KEYS
    if unknown:
        raise document.fault((*where, "expect"), f"不认识的键 {'、'.join(sorted(unknown))}")
    return WorkedCase(
        name=str(spec["case"]),
        covers=tuple(spec.get("covers", ())),
        data={k: v for k, v in spec.items() if k not in ("case", "covers", "expect")},
        expect=spec["expect"],
        file=str(document.path),
        line=document.line(where),
    )
