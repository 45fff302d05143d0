"""Place names (地名) as people write them, brought to one form for comparison."""

import re
import unicodedata
from collections.abc import Iterable

COMMITTEE = re.compile("(村民委员会|居民委员会|村委会|居委会)$")
KIND = re.compile("(社区|村)$")
TOWNSHIP_KIND = re.compile("(街道办事处|街道|民族乡|乡|镇)$")
PEOPLES = re.compile("(土家|[回藏苗瑶彝侗壮满畲羌傣白水]|布依|蒙古|哈尼|仡佬|傈僳|拉祜|纳西)族")
BLANKS = re.compile(r"[\s·・]+")


def normalise_place_name(name: str) -> str:
    """The core of a village or community name: 光明村村委会, 光明村 and 光明社区居民委员会 all become 光明.

    A name that would shrink to one character keeps its last word (新村 stays 新村). Different villages may
    share a core; whoever looks a name up must do so inside a township and treat two hits as none.
    """
    text = BLANKS.sub("", unicodedata.normalize("NFKC", name))
    return without(KIND, without(COMMITTEE, text))


def normalise_township_name(name: str) -> str:
    """The core of a township name: 卓洛回族乡 and 卓洛乡 become 卓洛, 三江口瑶族镇 becomes 三江口."""
    text = BLANKS.sub("", unicodedata.normalize("NFKC", name))
    return without(PEOPLES, without(TOWNSHIP_KIND, text))


def normalise_place_names(names: Iterable[str | None]) -> list[str | None]:
    """Many names at once; a missing name stays missing."""
    return [None if name is None else normalise_place_name(name) for name in names]


def without(suffix: re.Pattern[str], text: str) -> str:
    shorter = suffix.sub("", text)
    return shorter if len(shorter) >= 2 else text
