"""Text as a notice may carry it (公示文字): what a name or a group may look like, and what gives somebody away."""

import re
import unicodedata

HAN = "〇一-鿿㐀-䶿\U00020000-\U000323af"
DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅᛫．.", "·"))
# A name without a dot has two to six characters; with dots, as many peoples write theirs, up to twenty.
NAME = re.compile(rf"[{HAN}]{{2,6}}|(?=.{{3,20}}$)[{HAN}]{{1,10}}(?:·[{HAN}]{{1,10}}){{1,4}}")
GROUP = re.compile(rf"(?:第?[0-9]{{1,2}}|[{HAN}]{{1,6}})(?:村民小组|小组|组|队|社|屯|寨|院)")
# Numbers written out in characters are numbers all the same.
NUMERALS = re.compile("[〇零一二三四五六七八九十壹贰叁肆伍陆柒捌玖幺两]{4,}")
HEALTH_SIGNS = frozenset("病癌瘤残瘫疾症痨疯聋哑盲瘸癫痫孕胎肝肾肺疗")
HEALTH_WORDS = (
    "残疾", "麻风", "精神病", "精神障碍", "智力障碍", "弱智", "智障", "艾滋", "糖尿", "高血压", "白血", "透析", "化疗", "放疗",
    "住院", "手术", "卧床", "肿瘤", "尘肺", "结核", "中风", "偏瘫", "失明", "失聪", "流产", "怀孕", "吸毒", "戒毒", "抑郁", "HIV", "AIDS",
)  # fmt: skip


def plain(text: str | None) -> str:
    """Half width, without blanks, controls, direction marks or invisible characters; never raises."""
    folded = unicodedata.normalize("NFKC", text or "").translate(DOTS)
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] not in "CZ")


def tells_health(text: str) -> bool:
    """Whether a text speaks of illness or disability."""
    return bool(HEALTH_SIGNS & set(text)) or any(word in text.upper() for word in HEALTH_WORDS)
