"""Load a pack and its ancestors (读取政策包) from YAML folders; the loader is the first reviewer."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from shouwang.conf import env
from shouwang.engine.model import FACTORS, LEVELS, BenefitDef, CheckDef, Dated, FactDef, Kind, Parameter, RuleDef
from shouwang.engine.program import Definitions
from shouwang.engine.values import ValueFault, scaled
from shouwang.kernel.errors import InputError
from shouwang.policy.mandates import load_mandates
from shouwang.policy.pack import Pack, WorkedCase
from shouwang.policy.reading import Document, Where, read_document
from shouwang.policy.sources import load_sources

PACK_KEYS = {"pack", "title", "parent", "place_code", "version", "documents", "description"}
PARAMETER_KEYS = {"parameter", "title", "type", "unit", "values", "places", "description"}
DATED_KEYS = {"from", "until", "value", "formula", "source", "clause", "verified", "note"}
FACT_KEYS = {"fact", "title", "entity", "type", "unit", "formula", "source", "clause", "description"}
COMMON = {"title", "entity", "evidence", "source", "clause", "verified", "note", "description"}
RULE_KEYS = COMMON | {"rule", "factor", "levels", "because", "owner", "clears_when"}
CHECK_KEYS = COMMON | {"check", "condition", "message", "fix"}
BENEFIT_KEYS = COMMON | {
    "benefit",
    "eligible",
    "receiving",
    "amount",
    "period",
    "payer",
    "approver",
    "because",
    "duration",
}
CASE_KEYS = {"case", "covers", "as_of", "household", "residents", "feeds", "feeds_delivered", "expect", "parameters"}
EXPECT_KEYS = {"facts", "warnings", "none", "undecided", "doubts", "no_doubts", "benefits"}
FIX_KEYS = {"screen", "do"}


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
    return _load(find_pack(name), ())


def _load(folder: Path, path: tuple[Path, ...]) -> Pack:
    document = read_document(folder / "pack.yaml")
    document.allow(PACK_KEYS)
    document.require("pack", "title")
    if folder in path:
        raise document.fault("parent", "政策包互相继承成环")
    parent_name = document.get("parent")
    parent = _load(find_pack(parent_name), (*path, folder)) if parent_name else None
    own = _definitions(folder)
    code = document.get("place_code")
    return Pack(
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
    )


def _inherit(parent: Definitions, own: Definitions) -> Definitions:
    def merged(kind: str) -> Any:
        return {**getattr(parent, kind), **getattr(own, kind)}

    return Definitions(*(merged(k) for k in ("sources", "parameters", "facts", "rules", "checks", "benefits")))


def _definitions(folder: Path) -> Definitions:
    return Definitions(
        sources=load_sources(folder),
        parameters=_each(folder / "parameters", "parameter", PARAMETER_KEYS, _parameter),
        facts=_each(folder / "facts", "fact", FACT_KEYS, _fact),
        rules=_each(folder / "rules", "rule", RULE_KEYS, _rule),
        checks=_each(folder / "checks", "check", CHECK_KEYS, _check),
        benefits=_each(folder / "benefits", "benefit", BENEFIT_KEYS, _benefit),
    )


def _each(folder: Path, kind: str, keys: set[str], make: Callable[[Document], Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("**/*.yaml")):
        document = read_document(path)
        document.allow(keys)
        document.require(kind, "title")
        if document[kind] != path.stem:
            raise document.fault(kind, f"文件名“{path.stem}”与{kind}“{document[kind]}”不一致")
        if document[kind] in found:
            raise document.fault(kind, f"“{document[kind]}”在别的文件里已有定义")
        found[document[kind]] = make(document)
    return found


def _lines(document: Document) -> dict[str, int]:
    return {str(key[0]) if key else "": line for key, line in document.lines.items() if len(key) <= 1}


def _kind(document: Document, allowed: tuple[Kind, ...]) -> Kind:
    names = {k.value: k for k in allowed} | ({"text": Kind.CHOICE} if Kind.CHOICE in allowed else {})
    if document.get("type") not in names:
        raise document.fault("type", f"type 要是 {'、'.join(names)} 之一")
    return names[document["type"]]


def _parameter(document: Document) -> Parameter:
    document.require("type", "values")
    kind = _kind(document, (Kind.MONEY, Kind.INTEGER, Kind.RATIO, Kind.QUANTITY))
    places = document.get("places", {})
    return Parameter(
        name=document["parameter"],
        title=document["title"],
        kind=kind,
        unit=document.get("unit", ""),
        values=_dated_values(document, ("values",), document["values"], kind),
        places={str(p): _dated_values(document, ("places", p), v, kind) for p, v in places.items()},
    )


def _dated_values(document: Document, where: tuple[str | int, ...], values: Any, kind: Kind) -> tuple[Dated, ...]:
    if not isinstance(values, list) or not values:
        raise document.fault(where, "要列出按日期先后排列的取值")
    dated = tuple(_dated(document, (*where, i), spec, kind) for i, spec in enumerate(values))
    for index in range(1, len(dated)):
        if dated[index].valid_from <= dated[index - 1].valid_from:
            raise document.fault((*where, index), "取值要按 from 从早到晚排列")
    return dated


def _dated(document: Document, where: Where, spec: Any, kind: Kind) -> Dated:
    if not isinstance(spec, dict):
        raise document.fault(where, "每个取值要写明 from、value、source")
    unknown = set(spec) - DATED_KEYS
    if unknown:
        raise document.fault(where, f"不认识的键 {'、'.join(sorted(unknown))}，可用：{'、'.join(sorted(DATED_KEYS))}")
    if not isinstance(spec.get("from"), date) or not spec.get("source"):
        raise document.fault(where, "每个取值都要有 from 日期和 source 出处")
    if spec.get("verified") not in ("yes", "no", "lost"):
        raise document.fault(where, "verified 要是 yes、no 或 lost")
    if spec.get("value") is None and not spec.get("formula") and spec["verified"] != "lost":
        raise document.fault(where, "没有 value 也没有 formula；数值缺失请写 verified: lost")
    try:
        value = scaled(spec.get("value"), kind)
    except ValueFault as error:
        raise document.fault(where, str(error)) from None
    return Dated(
        valid_from=spec["from"],
        valid_until=spec.get("until"),
        value=value,
        formula=spec.get("formula"),
        source=str(spec["source"]),
        clause=str(spec.get("clause", "")),
        verified=spec["verified"],
        note=str(spec.get("note", "")),
    )


def _entity(document: Document) -> str:
    if document.get("entity") not in ("resident", "household"):
        raise document.fault("entity", "entity 要是 resident 或 household")
    return str(document["entity"])


def _fact(document: Document) -> FactDef:
    document.require("entity", "type", "formula")
    kinds = tuple(k for k in Kind if k not in (Kind.UNKNOWN, Kind.TEXT))
    return FactDef(
        name=document["fact"],
        title=document["title"],
        entity=_entity(document),
        kind=_kind(document, kinds),
        formula=str(document["formula"]),
        unit=document.get("unit", ""),
        source=str(document.get("source", "")),
        clause=str(document.get("clause", "")),
        file=str(document.path),
        lines=_lines(document),
    )


def _shared(document: Document, kind: str) -> dict[str, Any]:
    if document.get("verified", "no") not in ("yes", "no", "lost"):
        raise document.fault("verified", "verified 要是 yes、no 或 lost")
    return {
        "name": document[kind],
        "title": document["title"],
        "entity": _entity(document),
        "evidence": tuple(document.get("evidence", ())),
        "source": str(document.get("source", "")),
        "clause": str(document.get("clause", "")),
        "verified": document.get("verified", "no"),
        "file": str(document.path),
        "lines": _lines(document),
    }


def _rule(document: Document) -> RuleDef:
    document.require("factor", "levels", "because", "source")
    factor, levels = document["factor"], document["levels"]
    if factor not in FACTORS:
        raise document.fault("factor", f"factor 要是 {'、'.join(FACTORS)} 之一")
    if not isinstance(levels, dict) or not levels or set(levels) - set(LEVELS):
        raise document.fault("levels", "levels 要写明 red、orange、yellow 中的至少一级条件")
    if (factor == "negative.review" or "review" in levels) and (factor, [*levels]) != ("negative.review", ["review"]):
        raise document.fault("levels", "负面因子只能作为人工复核提示（review），不能作为红橙黄预警")
    return RuleDef(
        **_shared(document, "rule"),
        factor=factor,
        levels={level: str(levels[level]) for level in LEVELS if level in levels},
        because=str(document["because"]),
        owner=document.get("owner", ""),
        clears_when=document.get("clears_when", ""),
    )


def _check(document: Document) -> CheckDef:
    document.require("condition", "message", "source")
    fix = document.get("fix", {})
    if not isinstance(fix, dict) or set(fix) - FIX_KEYS:
        raise document.fault("fix", f"fix 只能有 {'、'.join(sorted(FIX_KEYS))}")
    return CheckDef(
        **_shared(document, "check"),
        condition=str(document["condition"]),
        message=str(document["message"]),
        fix={k: str(v) for k, v in fix.items()},
    )


def _benefit(document: Document) -> BenefitDef:
    document.require("eligible", "source")
    amount, receiving = document.get("amount"), document.get("receiving")
    return BenefitDef(
        **_shared(document, "benefit"),
        eligible=str(document["eligible"]),
        amount=str(amount) if amount is not None else None,
        receiving=str(receiving) if receiving is not None else None,
        period=document.get("period", ""),
        because=str(document.get("because", "")),
        payer=document.get("payer", ""),
        approver=document.get("approver", ""),
    )


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
