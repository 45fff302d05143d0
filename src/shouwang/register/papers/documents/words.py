"""Names of WordprocessingML (Word 标记) that the rooms beside share, and what a placeholder looks like."""

import re
from collections.abc import Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
TEXT_PARTS = re.compile(r"word/(?:document|header[0-9]+|footer[0-9]+|footnotes|endnotes)\.xml")


def paragraphs(tree: etree._Element) -> Iterator[etree._Element]:
    """Every paragraph, those in tables included."""
    return tree.iter(f"{W}p")


def text_of(paragraph: etree._Element) -> str:
    """The text of a paragraph over all its runs, as a reader sees it."""
    return "".join(one.text or "" for one in paragraph.iter(f"{W}t"))


def placeholder_names(tree: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every placeholder with the paragraph that it stands in; blanks around the name do not count."""
    for paragraph in paragraphs(tree):
        for found in PLACEHOLDER.finditer(text_of(paragraph)):
            yield paragraph, found[1].strip()
