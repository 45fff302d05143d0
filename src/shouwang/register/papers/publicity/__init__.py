"""Publicity (公示名单): the one generator of everything that is published about households (SAFETY P-01, P-02).

What may be shown is listed (`rows.py`), what may never be shown is looked for once more (`scanning.py`), and a named
person signs exactly what he saw (`notice.py`). Page, PDF, Word and Excel are made of the same `Notice`.
"""

from shouwang.register.papers.publicity.notice import Notice, Preview, preview, refuse_changed
from shouwang.register.papers.publicity.rows import Listed, Row, Terms, Withheld, rows
from shouwang.register.papers.publicity.scanning import forbidden

__all__ = [
    "Listed",
    "Notice",
    "Preview",
    "Row",
    "Terms",
    "Withheld",
    "forbidden",
    "preview",
    "refuse_changed",
    "rows",
]
