"""Place names (所在村) of records, resolved to village codes; a name that several villages bear stays a name."""

import re
import unicodedata
from collections import defaultdict

import pyarrow as pa

from shouwang.engine.linking.columns import text_column

_DROPPED = re.compile(r"[\s·・,,;;、。()\[\]-]+")
_GROUP = re.compile(r"(第?[0-9一二三四五六七八九十]{1,3}(村民)?(小组|组|队)|[0-9]+号).*$")
_COMMITTEE = re.compile("(村民委员会|居民委员会|村委会|居委会|村委|居委)$")
_KIND = re.compile("(社区|村|嘎查|居)$")
_TOWN_KIND = re.compile("(街道办事处|街道|民族乡|族乡|乡|镇|苏木|办事处)$")
_BEFORE_VILLAGE = re.compile("^.*(省|自治区|自治州|地区|盟|市|县|区|旗|乡|镇|街道|办事处|苏木)")
_CODE = re.compile("[0-9]{9}([0-9]{3})?")


class Gazetteer:
    """Villages and townships by the core of their names; built from rows of place_code and name of any level."""

    def __init__(self, places: pa.Table | None) -> None:
        self.village_of: dict[str, str] = {}
        self._villages: dict[str, list[str]] = defaultdict(list)
        self._above: dict[str, str] = {}
        for code, name in _rows(places):
            if len(code) == 12:
                self.village_of[code] = village_core(name)
                self._villages[village_core(name)].append(code)
            else:
                self._above[code] = _TOWN_KIND.sub("", name) if len(name) > 2 else name

    def resolve(self, text: str) -> tuple[str | None, str | None]:
        """Village code and village core name of a written place; each None when the text does not say."""
        plain = _DROPPED.sub("", unicodedata.normalize("NFKC", text))
        if _CODE.fullmatch(plain):
            return (plain, self.village_of.get(plain)) if len(plain) == 12 else (None, None)
        for core in dict.fromkeys((village_core(plain), village_core(_BEFORE_VILLAGE.sub("", plain)))):
            codes = self._villages.get(core, [])
            if codes:
                chosen = codes if len(codes) == 1 else self._inside_named(codes, plain)
                return (chosen[0] if len(chosen) == 1 else None), core
        return None, None

    def _inside_named(self, codes: list[str], text: str) -> list[str]:
        """Of several villages of one name, those whose township and then county the text names."""
        for digits in (9, 6):
            named = [code for code in codes if self._above.get(code[:digits], "\n") in text]
            if len(named) == 1:
                return named
            codes = named or codes
        return codes


def village_core(text: str) -> str:
    """The bare name of a village: 光明村村委会3组, 光明社区 and 光明村 all give 光明."""
    core = _GROUP.sub("", _DROPPED.sub("", unicodedata.normalize("NFKC", text)))
    core = _COMMITTEE.sub("", core)
    shorter = _KIND.sub("", core)
    return shorter if len(shorter) >= 2 else core


def place_columns(raw: pa.Array, gazetteer: Gazetteer) -> dict[str, pa.Array]:
    """place_code and village (core name) of records, and place_text, under which unknown spellings can be learnt."""
    distinct = raw.dictionary_encode()
    texts = distinct.dictionary.to_pylist()
    found = [gazetteer.resolve(text) for text in texts]
    spread = {
        "place_code": [code for code, _ in found],
        "village": [village for _, village in found],
        "place_text": [village_core(text) or None for text in texts],
    }
    return {key: pa.array(values, pa.string()).take(distinct.indices) for key, values in spread.items()}


def village_column(codes: pa.Array, gazetteer: Gazetteer) -> pa.Array:
    """The village core names of residents' place codes."""
    distinct = codes.dictionary_encode()
    cores = [gazetteer.village_of.get(code) for code in distinct.dictionary.to_pylist()]
    return pa.array(cores, pa.string()).take(distinct.indices)


def _rows(places: pa.Table | None) -> list[tuple[str, str]]:
    if places is None:
        return []
    codes = text_column(places, "place_code" if "place_code" in places.column_names else "code").to_pylist()
    rows = [(c, n) for c, n in zip(codes, text_column(places, "name").to_pylist(), strict=True) if c and n]
    return sorted({(_shortened(code), name) for code, name in rows})


def _shortened(code: str) -> str:
    """A 12-digit code of a township or county ends in zeros; its own level is what stands before them."""
    if len(code) == 12 and code.endswith("000"):
        return code[:6] if code.endswith("000000") else code[:9]
    return code
