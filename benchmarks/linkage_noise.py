"""Records of departments about people of a register, with every kind of slip at a known place (the truth).

The noise is the benchmark's own and knows nothing of how the linker repairs it. Every record has one kind of identity
number and one kind of name, and independently a birth date, place and phone that may be wrong or missing.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pypinyin.pinyin_dict import pinyin_dict

from shouwang.kernel import identity_numbers
from shouwang.kernel.similar_shapes import CLASSES

NUMBER_KINDS = {
    "number right": 0.70,
    "lower x, blanks, full width, O": 0.05,
    "15 digits": 0.03,
    "disability card": 0.02,
    "one digit wrong": 0.03,
    "two neighbours swapped": 0.02,
    "one digit lost": 0.01,
    "number missing": 0.12,
    "relative's card": 0.02,
}
NAME_KINDS = {
    "name right": 0.90,
    "homophone": 0.04,
    "similar shape": 0.02,
    "dots, blanks, notes": 0.02,
    "one character lost": 0.01,
    "one character wrong": 0.01,
}
BIRTH_KINDS = {
    "birth right": 0.87,
    "birth missing": 0.08,
    "lunar birth date": 0.02,
    "birth year beside": 0.02,
    "birth digit wrong": 0.01,
}
PLACE_KINDS = {
    "place right": 0.84,
    "place missing": 0.08,
    "moved household": 0.05,
    "place with township and group": 0.03,
}
PHONE_KINDS = {"phone right": 0.50, "phone missing": 0.35, "other phone": 0.15}
STRANGERS = 0.05


@dataclass(frozen=True)
class Noisy:
    """Records, the resident each is about (null for people in no register), and the kinds of slip of each."""

    records: pa.Table
    truth: list[str | None]
    kinds: dict[str, npt.NDArray[np.str_]]


def noisy_records(residents: pa.Table, households: pa.Table, places: pa.Table, *, count: int, seed: int) -> Noisy:
    """Draw people and spoil what is written about them; strangers come on top of known people, as share STRANGERS."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(residents), count)
    people = _People(residents, households, places)
    kinds = {field: rng.choice(list(shares), count, p=list(shares.values())) for field, shares in _KINDS.items()}
    stranger = rng.random(count) < STRANGERS
    columns: dict[str, list[str | None]] = defaultdict(list)
    for at, who in enumerate(drawn):
        number = people.number[who] if not stranger[at] else people.stranger_number(rng, who)
        name = people.name[who] if not stranger[at] else people.stranger_name(rng, who)
        columns["name"].append(_spoilt_name(rng, name, str(kinds["name"][at])))
        kind, number = _spoilt_number(rng, people, who, number, str(kinds["number"][at]))
        kinds["number"][at] = kind
        columns["id_number"].append(number)
        birth = (
            people.birth[who]
            if not stranger[at]
            else people.birth[who] + np.timedelta64(int(rng.integers(90, 4000)), "D")
        )
        columns["birth_on"].append(_spoilt_birth(rng, birth, str(kinds["birth"][at])))
        columns["sex"].append(people.sex[who] if rng.random() < 0.97 else None)
        columns["place_name"].append(_spoilt_place(rng, people, who, str(kinds["place"][at])))
        columns["phone"].append(_spoilt_phone(rng, people.phone[who], str(kinds["phone"][at])))
    truth = [None if stranger[at] else people.resident_id[who] for at, who in enumerate(drawn)]
    days = pa.array(np.array(columns.pop("birth_on"), dtype="datetime64[D]"))
    return Noisy(pa.table({**columns, "birth_on": days}), truth, kinds)


class _People:
    """The register as plain lists, for drawing."""

    def __init__(self, residents: pa.Table, households: pa.Table, places: pa.Table) -> None:
        self.resident_id, self.name = residents["resident_id"].to_pylist(), residents["name"].to_pylist()
        self.number, self.sex = residents["id_number"].to_pylist(), residents["sex"].to_pylist()
        self.birth = residents["birth_on"].to_numpy().astype("datetime64[D]")
        home = {
            h: (p, f)
            for h, p, f in zip(
                *(households[c].to_pylist() for c in ("household_id", "place_code", "phone")), strict=True
            )
        }
        household = residents["household_id"].to_pylist()
        self.place = [home[h][0] for h in household]
        own = residents["phone"].to_pylist() if "phone" in residents.column_names else [None] * len(household)
        self.phone = [phone or home[h][1] for phone, h in zip(own, household, strict=True)]
        self.members: dict[str, list[int]] = defaultdict(list)
        for at, h in enumerate(household):
            self.members[h].append(at)
        self.household, self.village_name = (
            household,
            dict(zip(places["place_code"].to_pylist(), places["name"].to_pylist(), strict=True)),
        )
        self.villages = sorted(set(self.place))

    def stranger_number(self, rng: np.random.Generator, who: int) -> str:
        year, month, day = rng.integers(1940, 2020), rng.integers(1, 13), rng.integers(1, 29)
        first17 = f"{self.number[who][:6]}{year}{month:02d}{day:02d}{rng.integers(901, 999)}"
        return first17 + identity_numbers.check_digit(first17)

    def stranger_name(self, rng: np.random.Generator, who: int) -> str:
        return str(self.name[who][0] + self.name[int(rng.integers(0, len(self.name)))][1:])


def _spoilt_number(
    rng: np.random.Generator, people: _People, who: int, number: str, kind: str
) -> tuple[str, str | None]:
    at = int(rng.integers(0, 17))
    match kind:
        case "lower x, blanks, full width, O":
            full_width = number.translate({n: n + 0xFEE0 for n in range(48, 58)})
            odd = (f"{number[:6]} {number[6:14]} {number[14:]}", full_width,
                   number.replace("0", "O"), number.replace("X", "＊") + "\u3000", number.lower() + " ")  # fmt: skip
            return kind, str(odd[int(rng.integers(0, len(odd)))])
        case "15 digits":
            return (kind, number[:6] + number[8:17]) if number[6:8] == "19" else ("number right", number)
        case "disability card":
            return kind, f"{number}{rng.integers(1, 8)}{rng.integers(1, 5)}"
        case "one digit wrong":
            return kind, number[:at] + str((int(number[at]) + int(rng.integers(1, 10))) % 10) + number[at + 1 :]
        case "two neighbours swapped":
            swappable = [n for n in range(16) if number[n] != number[n + 1]]
            at = swappable[int(rng.integers(0, len(swappable)))]
            return kind, number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        case "one digit lost":
            return kind, number[:at] + number[at + 1 :]
        case "number missing":
            return kind, None
        case "relative's card":
            others = [m for m in people.members[people.household[who]] if m != who]
            return (
                (kind, people.number[others[int(rng.integers(0, len(others)))]]) if others else ("number right", number)
            )
    return kind, number


def _spoilt_name(rng: np.random.Generator, name: str, kind: str) -> str:
    at = int(rng.integers(0, len(name)))
    match kind:
        case "homophone":
            return _swapped(rng, name, at, _HOMOPHONES)
        case "similar shape":
            return _swapped(rng, name, at, _SHAPES)
        case "dots, blanks, notes":
            return (f"{name[0]} {name[1:]}", f"{name}（户主）", f"\u3000{name}", f"{name[:2]}·{name[2:]}")[
                int(rng.integers(0, 4))
            ]
        case "one character lost":
            return name[:at] + name[at + 1 :] if len(name) > 2 else name
        case "one character wrong":
            return name[:at] + _COMMON[int(rng.integers(0, len(_COMMON)))] + name[at + 1 :]
    return name


def _spoilt_birth(rng: np.random.Generator, birth: np.datetime64, kind: str) -> np.datetime64:
    match kind:
        case "birth missing":
            return np.datetime64("NaT")
        case "lunar birth date":
            return birth - np.timedelta64(int(rng.integers(18, 52)), "D")
        case "birth year beside":
            return birth + np.timedelta64(365 if rng.random() < 0.5 else -365, "D")
        case "birth digit wrong":
            month, day = birth.astype("datetime64[M]"), birth
            return (
                month.astype("datetime64[D]") + np.timedelta64(int(rng.integers(0, 28)), "D") if day != month else day
            )
    return birth


def _spoilt_place(rng: np.random.Generator, people: _People, who: int, kind: str) -> str | None:
    code = people.place[who]
    match kind:
        case "place missing":
            return None
        case "moved household":
            code = people.villages[int(rng.integers(0, len(people.villages)))]
        case "place with township and group":
            return f"{people.village_name.get(code[:9], '')}{people.village_name[code]}{int(rng.integers(1, 12))}组"
    return str(people.village_name[code])


def _spoilt_phone(rng: np.random.Generator, phone: str | None, kind: str) -> str | None:
    if kind == "phone missing" or phone is None:
        return None
    return phone if kind == "phone right" else f"156{int(rng.integers(0, 10**8)):08d}"


def _swapped(rng: np.random.Generator, name: str, at: int, table: dict[str, str]) -> str:
    choices = table.get(name[at], "").replace(name[at], "")
    return name[:at] + choices[int(rng.integers(0, len(choices)))] + name[at + 1 :] if choices else name


def _homophones() -> dict[str, str]:
    """Same first reading, tone included, another character of GB 2312."""
    sounding: dict[str, str] = defaultdict(str)
    for code in range(0x4E00, 0x9FA6):
        if code in pinyin_dict and chr(code).encode("gb2312", "ignore"):
            sounding[pinyin_dict[code].split(",")[0]] += chr(code)
    return {character: alike for alike in sounding.values() for character in alike}


_HOMOPHONES = _homophones()
_SHAPES = {character: word for word in CLASSES.split() for character in word}
_COMMON = "华明文建军海国志红玉春英秀兰芳丽霞敏平强"
_KINDS = {"number": NUMBER_KINDS, "name": NAME_KINDS, "birth": BIRTH_KINDS, "place": PLACE_KINDS, "phone": PHONE_KINDS}
