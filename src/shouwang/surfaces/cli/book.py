"""``shouwang pack book`` (规则手册): everything a pack says as one page, to search, to read and to print."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

from shouwang.policy import Pack
from shouwang.policy.book import KINDS, Entry, Table, rule_book

STYLE = """
body { font: 15px/1.6 "PingFang SC", "Microsoft YaHei", "Source Han Sans SC", "Noto Sans CJK SC", sans-serif; color: #1b2733;
  max-width: 60em; margin: 0 auto; padding: 24px; }
h1 { margin: 0; } h2 { border-bottom: 2px solid #17508f; padding-bottom: 4px; margin-top: 40px; }
article { border-bottom: 1px solid #c5cfdb; padding: 10px 0 14px; } article h3 { margin: 0 0 4px; }
.faint { color: #5f6c7b; font-size: 13px; font-weight: normal; }
dl { margin: 0; } dl div { display: grid; grid-template-columns: 8em 1fr; gap: 0 12px; } dd { margin: 0; overflow-wrap: anywhere; }
dt { color: #4a5868; }
table { border-collapse: collapse; width: 100%; margin-top: 8px; font-size: 13px; } caption { text-align: left; font-weight: 600; }
th, td { border: 1px solid #e2e8f0; padding: 3px 8px; text-align: left; vertical-align: top; overflow-wrap: anywhere; min-width: 3em; }
#search { width: 100%; font: inherit; padding: 8px 12px; margin: 16px 0 4px; box-sizing: border-box; }
nav ol { columns: 2; }
@page { size: A4; margin: 16mm 14mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; } }
@media print { #search, #said, nav { display: none; } body { font-size: 11px; padding: 0; max-width: none; }
  h2 { break-before: page; } h3, caption { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; } }
"""
SCRIPT = """
var search = document.getElementById("search"), said = document.getElementById("said");
search.addEventListener("input", function () {
  var words = search.value.toLowerCase().split(/\\s+/).filter(Boolean), shown = 0;
  document.querySelectorAll("article").forEach(function (one) {
    var text = one.textContent.toLowerCase();
    one.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
    if (!one.hidden) { shown += 1; }
  });
  document.querySelectorAll("section").forEach(function (part) { part.hidden = !part.querySelector("article:not([hidden])"); });
  said.textContent = words.length ? "找到 " + shown + " 条" : "";
});
"""


def book_page(pack: Pack, on: date, place_code: str | None) -> str:
    """One HTML page with its own style and search; prints on A4 with page numbers."""
    return "\n".join(_page(pack, on, rule_book(pack, on, place_code), place_code))


def _page(pack: Pack, on: date, entries: list[Entry], place_code: str | None) -> Iterator[str]:
    chapters = {kind: [entry for entry in entries if entry.kind == kind] for kind in KINDS}
    where = f"，数值按 {escape(place_code)} 显示" if place_code else ""
    yield '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>规则手册：{escape(pack.title)}</title><style>{STYLE}</style></head><body>"
    named = f"{escape(pack.name)} {escape(pack.version)}"
    yield f'<h1>规则手册：{escape(pack.title)}</h1><p class="faint">{named}，{on} 起作用的内容{where}</p>'
    yield '<input type="search" id="search" aria-label="查找" placeholder="查找，例如：监测线 低保">'
    yield '<p id="said" role="status"></p><nav><ol>'
    yield from (
        f'<li><a href="#{kind}">{KINDS[kind]}</a> {len(held)} 条</li>' for kind, held in chapters.items() if held
    )
    yield "</ol></nav>"
    for kind, held in chapters.items():
        if held:
            yield f'<section><h2 id="{kind}">{KINDS[kind]}</h2>'
            for entry in held:
                yield from _entry(entry)
            yield "</section>"
    yield f"<script>{SCRIPT}</script></body></html>"


def _entry(entry: Entry) -> Iterator[str]:
    yield f'<article><h3>{escape(entry.title)} <span class="faint">{escape(entry.group)}</span></h3><dl>'
    lines = [*entry.lines, ("核对", entry.verified), ("标识", entry.name)]
    yield from (f"<div><dt>{escape(label)}</dt><dd>{escape(text)}</dd></div>" for label, text in lines if text)
    yield "</dl>"
    for table in entry.tables:
        yield from _table(table) if table.rows else ()
    yield "</article>"


def _table(table: Table) -> Iterator[str]:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.header)
    yield f"<table><caption>{escape(table.title)}</caption><thead><tr>{head}</tr></thead><tbody>"
    yield from ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    yield "</tbody></table>"
