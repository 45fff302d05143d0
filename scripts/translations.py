"""The English catalogue (英文词表): collect every Chinese text that a page can show, and say what has no English yet.

    python scripts/translations.py          add new texts to the .po, drop those no longer used, compile the .mo
    python scripts/translations.py --check  write nothing; the exit code says whether anything is missing or out of date

Texts come from the templates' own tags, and from the code that makes words and sentences for pages (see CODE and REFUSALS).
"""

import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "shouwang"
PO = SOURCE / "surfaces" / "locale" / "en" / "LC_MESSAGES" / "django.po"
TEMPLATES = ("surfaces/web/templates", "surfaces/portal/templates")
CODE = (
    "surfaces/web/**/*.py",
    "surfaces/portal/*.py",
    "register/*/choices.py",
    "stream/*/choices.py",
    "watch/flow/queries/*.py",
    "policy/book/*.py",
    "stream/clues/queries/todo.py",
    "stream/fieldwork/forms/definitions.py",
    "stream/fieldwork/kinds/base.py",
    "surfaces/field/exchange.py",
)
"""Code whose texts are shown on pages; what papers, tables and packs say stays Chinese on purpose."""
TITLES = ("指标任务", "周期职责", "任务分工")
"""Kinds of mandates in the rule book (policy/mandates.py), whose other texts are for who writes packs."""
SCRIPTS = ("surfaces/field/static/field/*.js", "surfaces/field/templates/field/*.html")
"""The phone's page, which says its words itself: texts in scripts, and what carries data-say."""
REFUSALS = ("register/**/*.py", "stream/**/*.py", "policy/*.py", "kernel/**/*.py")
"""Code of which only the refusals are shown."""
CHINESE = re.compile(r"[\u3400-\u9fff]+")
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n"Language: en\\n"\n'
TRANSLATE = re.compile(r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')|_\((?:"([^"]*)"|'([^']*)')\)""")
BLOCK = re.compile(r"\{%\s*blocktranslate\b([^%]*?(?:%(?!\})[^%]*?)*)%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
LISTED = re.compile(r"""(?:"([^"]*)"|'([^']*)')\|(split|pairs)""")
IN_SCRIPT = re.compile(r'"([^"\n]*[\u3400-\u9fff][^"\n]*)"')
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")

Catalogue = dict[str, set[str]]


def collect() -> Catalogue:
    """Every msgid and the files that hold it, in the order in which they are met."""
    found: Catalogue = {}
    for folder in TEMPLATES:
        for path in sorted((SOURCE / folder).rglob("*.html")):
            for text in template_texts(path.read_text("utf-8")):
                found.setdefault(text, set()).add(str(path.relative_to(SOURCE)))
    found |= {title: {"policy/mandates.py"} for title in TITLES}
    for path in sorted({path for glob in SCRIPTS for path in SOURCE.glob(glob)}):
        for text in IN_SCRIPT.findall(path.read_text("utf-8")):
            found.setdefault(text, set()).add(str(path.relative_to(SOURCE)))
    for globs, refusals in ((CODE, False), (REFUSALS, True)):
        for path in sorted({path for glob in globs for path in SOURCE.glob(glob)}):
            for text in code_texts(path.read_text("utf-8"), refusals):
                found.setdefault(text.replace("%", "%%"), set()).add(str(path.relative_to(SOURCE)))
    return found


def template_texts(source: str) -> Iterator[str]:
    """The texts of one template, where they stand."""
    texts = [(m.start(), next(filter(None, m.groups()), "").replace("%", "%%")) for m in TRANSLATE.finditer(source)]
    for m in BLOCK.finditer(source):
        body = " ".join(m[2].split()) if "trimmed" in m[1] else m[2]
        texts.append((m.start(), re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", body.replace("%", "%%"))))
    for m in LISTED.finditer(source):
        words = (m[1] or m[2]).split("|") if m[3] == "pairs" or "|" in (m[1] or m[2]) else [m[1] or m[2]]
        texts += [
            (m.start(), word.split(":", 1)[1] if m[3] == "pairs" else word) for word in words if CHINESE.search(word)
        ]
    yield from (text for _, text in sorted(texts, key=lambda one: one[0]) if text)


def code_texts(source: str, refusals: bool) -> Iterator[str]:
    """The Chinese texts of one module that are not docstrings; of refusals only, where that is asked."""
    tree = ast.parse(source)
    roots = (
        [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) in ("Refusal", "refuse")]
        if refusals
        else [tree]
    )
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for root in roots:
        for node in ast.walk(root):
            if isinstance(node, ast.JoinedStr):
                silent |= {id(part) for part in node.values}
        for node in ast.walk(root):
            text = _text(node) if id(node) not in silent else None
            if text and CHINESE.search(text):
                yield text


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    text, names = "", list[str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            base = _name(part.value) or "part"
            names.append(base if base not in names else f"{base}_{len(names) + 1}")
            text += f"{{{names[-1]}}}"
    return text


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _name(node.args[0]) if node.args else _name(node.func)
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def read_po(path: Path) -> dict[str, str]:
    """The texts of a catalogue and their English."""
    pairs, key, value = {}, "", ""
    for line in [*path.read_text("utf-8").splitlines(), ""] if path.exists() else []:
        if line.startswith("msgid "):
            key = _unquoted(line[6:])
        elif line.startswith("msgstr "):
            value = _unquoted(line[7:])
        elif not line.strip() and key:
            pairs[key], key = value, ""
    return pairs


def written_po(found: Catalogue, english: dict[str, str]) -> str:
    """The catalogue as a file."""
    entries = []
    for text, files in found.items():
        kind = "python-format" if "%" in text else "python-brace-format" if "{" in text else ""
        marks = "".join(f"#: {name}\n" for name in sorted(files)) + (f"#, {kind}\n" if kind else "")
        entries.append(f"{marks}msgid {_quoted(text)}\nmsgstr {_quoted(english.get(text, ''))}\n")
    return "\n".join([HEAD, *entries])


def compiled(pairs: dict[str, str]) -> bytes:
    """The catalogue as gettext reads it (.mo): sorted, so that the same texts give the same bytes."""
    head = "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nLanguage: en\n"
    rows = sorted((key.encode(), value.encode()) for key, value in {"": head, **pairs}.items() if value)
    start = 28 + 16 * len(rows)
    tables: tuple[list[int], list[int]] = ([], [])
    blob = b""
    for column, table in enumerate(tables):
        for row in rows:
            table += [len(row[column]), start + len(blob)]
            blob += row[column] + b"\0"
    return (
        struct.pack(
            f"<7I{4 * len(rows)}I", 0x950412DE, 0, len(rows), 28, 28 + 8 * len(rows), 0, start, *tables[0], *tables[1]
        )
        + blob
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), text.strip()[1:-1])


def problems(found: Catalogue, english: dict[str, str]) -> Iterator[str]:
    """What is missing, and English whose places differ from the Chinese."""
    for text, files in found.items():
        new = english.get(text, "")
        if not new:
            yield f"no English: {text}    ({', '.join(sorted(files))})"
        elif sorted(set(PLACES.findall(text))) != sorted(set(PLACES.findall(new))):
            yield f"other places: {text}    {new}"
        elif any(run not in text for run in CHINESE.findall(new)):
            yield f"Chinese that the original has not: {new}"


def main(arguments: list[str]) -> int:
    """Write or check."""
    found, english = collect(), read_po(PO)
    text = written_po(found, english)
    code = compiled({key: english.get(key, "") for key in found})
    wrong = list(problems(found, english))
    if "--check" in arguments:
        stale = not PO.exists() or text != PO.read_text("utf-8") or code != PO.with_suffix(".mo").read_bytes()
        wrong += [f"{PO.name} or its .mo is out of date: run python scripts/translations.py"] if stale else []
    else:
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_text(text, "utf-8")
        PO.with_suffix(".mo").write_bytes(code)
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
