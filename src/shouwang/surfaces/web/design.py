"""The design system (设计规范): what pages are put together from, shown by the very parts and style sheets in use."""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.kernel.errors import Refusal
from shouwang.register.households.choices import MonitoredClass, RiskKind
from shouwang.stream.determination.choices import Ground
from shouwang.surfaces.web.access import StaffRequest, own_page
from shouwang.surfaces.web.area_chart import areas
from shouwang.surfaces.web.trend import trend
from shouwang.watch.flow.queries import Month

SHEETS = ("base", "components", "pages", "print", "screen")
STATIC = Path(__file__).parent / "static" / "web"
TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
PAIRS = (
    ("ink", "surface"), ("ink-soft", "surface"), ("ink-faint", "paper"), ("brand", "surface"), ("brand", "brand-wash"),
    ("surface", "brand"), ("surface", "brand-deep"), ("red", "red-wash"), ("orange", "orange-wash"),
    ("yellow", "yellow-wash"), ("green", "green-wash"), ("ink-soft", "grey-wash"), ("red", "surface"),
)  # fmt: skip
"""Words on grounds, as the style sheets combine them."""
TOWNSHIPS = (
    ("甲镇", 900, 31.0), ("乙镇", 640, 26.0), ("丙镇", 520, 20.0), ("丁镇", 420, 16.0), ("戊镇", 340, 11.0), ("己镇", 300, 5.0),
)  # fmt: skip
ENOUGH = 4.5
"""依据: WCAG 2.1 1.4.3 (AA), for words of ordinary size."""
LAYOUT: dict[str, str] = {
    "登录": "gate gate-form gate-word gate-language cast plain alone alone-card alone-status",
    "部门数据": "drop drop-face over upload evidence",
    "对接表格": "candidate template-upload paper-form",
    "公示管理": "board notice-sheet notice-title notice-period notice-foot field-images",
    "村二维码": "qr-sheet qr-pair qr-one",
    "文书": "verify-form verify-pairs",
    "规则手册": (
        "book-chapter book-contents book-entry rule-pairs rule-table rule-table-title short before-after amendment-form "
        "field-row trial-bar trial-levels fill-before steps-done done benefit step-true step-false step-none "
        "rule-source"
    ),
    "工作日历": "months month free today day-mark legend-line load-year",
    "监测总览": "county-map map-name feed-dots name figures-four",
    "办理件": "case-beside case-form case-history case-skip case-step-not_needed",
    "大屏": "screen screen-bars screen-grid screen-head screen-hold screen-spans",
    "帮助": (
        "chapter-title day guide guide-done guide-foot guide-steps guide-tick help-list manual-page shot-desk shot-phone shots "
        "word-list training-sign"
    ),
    "证据": "fingerprint receipt-figures",
    "界面框架": "open htmx-request prose large-type chart shape-review place-fields",
}
"""Classes that a single page needs, and which one: everything else is shown. Written by hand, held to the sheets by a test."""


@own_page
@require_GET
def design(request: StaffRequest) -> HttpResponse:
    """Tokens, components with their states, patterns, modes, and every class with where it is at home."""
    colours = [(name, value) for name, value in tokens().items() if value.startswith("#")]
    context = {
        "crumbs": [{"title": "设计规范"}],
        "colours": colours,
        "pairs": [contrast_of(front, back) for front, back in PAIRS],
        "sizes": [(name, tokens()[name]) for name in ("text-small", "text", "text-large", "text-title")],
        "spaces": [(name, tokens()[name]) for name in tokens() if re.fullmatch(r"s\d", name)],
        "refusal": str(Refusal("没有写理由。", "请写一句，让农户和别的同事看得懂。")),
        "sheets": [(f"{name}.css", sorted(classes(name))) for name in SHEETS],
        "layout": [(place, words.split()) for place, words in LAYOUT.items()],
        "now": timezone.now(),
        **_samples(),
    }
    return render(request, "web/design.html", context)


def _samples() -> dict[str, Any]:
    """Invented figures for the parts; nobody's data."""
    page = Paginator(range(900), 20).page(9)
    here = reverse("design")
    bar = {"red": 20, "orange_from": 20, "orange": 25, "yellow_from": 45, "yellow": 35}
    months = [
        Month(date(2026, number, 1), 10 + number % 5, number % 2, number % 4, number % 2, number % 3, 0)
        for number in range(1, 13)
    ]
    return {
        "page": page,
        "page_numbers": list(page.paginator.get_elided_page_range(9)),
        "bar": bar,
        "trend": trend(months),
        "areas": areas([
            {"name": name, "households": size, "density": density, "warned": size // 50, "address": here}
            for name, size, density in TOWNSHIPS
        ]),
        "choice_yes": {"value": "included", "label": "纳入监测"},
        "choice_no": {"value": "refused", "label": "不予纳入"},
        "decision": {"including": Ground.choices[:4], "refusing": Ground.choices[4:8]},
        "classes": MonitoredClass.choices,
        "risk_choices": RiskKind.choices[:4],
        "day": date(2026, 11, 22),
        "steps": [
            ("done", "good", "入户核实"), ("now", "next", "民主评议"), ("later", "none", "公示"),
        ],
    }  # fmt: skip


@cache
def tokens() -> dict[str, str]:
    """The tokens of base.css with their values."""
    return dict(TOKEN.findall((STATIC / "base.css").read_text("utf-8")))


@cache
def classes(sheet: str) -> frozenset[str]:
    """The classes that a style sheet speaks of."""
    text = re.sub(r"/\*.*?\*/", "", (STATIC / f"{sheet}.css").read_text("utf-8"), flags=re.DOTALL)
    selectors = re.sub(r"\{[^{}]*\}", " ", re.sub(r'"[^"]*"', "", text))
    return frozenset(CLASS.findall(selectors))


def contrast_of(front: str, back: str) -> dict[str, Any]:
    """Two tokens and how far apart they are (对比度)."""
    ratio = contrast(tokens()[front], tokens()[back])
    values = {"fore": tokens()[front], "ground": tokens()[back]}
    return {"front": front, "back": back, "ratio": f"{ratio:.1f}", "enough": ratio >= ENOUGH, **values}


def contrast(first: str, second: str) -> float:
    """The ratio of luminances of two colours, as WCAG defines it."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
