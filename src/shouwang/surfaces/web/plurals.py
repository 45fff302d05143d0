"""One household, two households (单复数): Chinese needs no plural, so the English catalogue writes both forms of a word.

`%(number)s ⟨household|households⟩` is decided when the page is drawn, by the number that stands before the word: the same
way for a sentence with its number inside and for a unit that follows a number in bold.
"""

import re

INLINE = r"(?:</?(?:a|b|small|span|strong)\b[^>]*>|&nbsp;|[\s\u00a0])"
FORMS = re.compile(
    rf"(?:(?<![\d.,:-])(?P<number>\d[\d,.]*)(?P<between>{INLINE}+(?:[a-z-]+{INLINE}+){{0,3}}))?"
    r"⟨(?P<one>[^|⟩]*)\|(?P<many>[^⟩]*)⟩"
)


def numbered(text: str) -> str:
    """The text with every such word in the form that its number asks for; without a number, the plural."""
    return FORMS.sub(_chosen, text) if "⟨" in text else text


def _chosen(found: re.Match[str]) -> str:
    word = found["one"] if found["number"] == "1" else found["many"]
    return f"{found['number'] or ''}{found['between'] or ''}{word}"
