"""The two lines for lists of people (名单导出界线), and where somebody stands to them.

依据: 法释〔2017〕10号第五条；数目写在 conf/settings/exports.py. What counts is the sum of one account over twenty-four hours,
each person once, and kinds are added up in proportion: many small lists, or several kinds, are one large list.
"""

from collections.abc import Mapping
from fractions import Fraction

from django.conf import settings

FREE, SECOND_PERSON, TWO_PEOPLE = 0, 1, 2
"""How many others must agree."""


def needed(counts: Mapping[str, int]) -> int:
    """How many others must agree when so many people of each kind have left."""
    first, second = (
        sum((Fraction(count, settings.EXPORT_LINES[kind][line]) for kind, count in counts.items()), Fraction(0))
        for line in (0, 1)
    )
    return TWO_PEOPLE if second >= 1 else SECOND_PERSON if first >= 1 else FREE
