"""What can be compared (可比对的项目): each field knows how the register keeps it, what a sheet writes, and how to set it.

`ours` reads the kept text out of a household in clear; `corrections` says what must be set so that the field holds a
given text. A field that is not `takeable` is a sum or a consequence of others, one that is `decided` the outcome of a
procedure: both are shown, and settled by a visit or a case.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from shouwang.register.exchange.choices import Sensitivity
from shouwang.register.exchange.values import (
    Code,
    Codes,
    Conditions,
    Day,
    IdNumber,
    Kind,
    Number,
    Phone,
    Words,
    YesNo,
    joined,
)
from shouwang.register.households.actions import Correction, entries_as_json
from shouwang.register.households.choices import (
    ClearanceManner,
    DibaoKind,
    Education,
    HouseGrade,
    HouseholdKind,
    IdKind,
    IncomeKind,
    Labour,
    MeasureItem,
    MeasureKind,
    MonitoredClass,
    Relation,
    RiskKind,
    SchoolStage,
    Sex,
    TekunKind,
)
from shouwang.register.households.queries import Person, Record

CONDITIONS = {"serious_illness": "患有大病", "chronic_illness": "长期慢性病", "disabled": "残疾"}


class HealthWords(Conditions):
    """健康状况 over the register's three columns."""

    def __init__(self) -> None:
        self.titles = dict(CONDITIONS)
        self.codes = {label: code for code, label in CONDITIONS.items()}
        self.labels = (self.HEALTHY, *CONDITIONS.values())
        self.hint = "健康，或 患有大病、长期慢性病、残疾（可多选，用顿号隔开）"


@dataclass(frozen=True)
class Field:
    """A field of the register (项目) that is one column of it."""

    key: str
    of: Literal["household", "member"]
    title: str
    kind: Kind
    takeable: bool = True
    decided: bool = False
    """Whether it is the outcome of a procedure: then no sheet can set it, and people take it to a visit or a case."""
    secret: bool = False
    blank_says: bool = False
    """Whether an empty cell is a statement (not monitored) rather than silence."""
    sensitivity: str = Sensitivity.OTHER

    def ours(self, record: Record, person: Person | None) -> str | None:
        """The register's value as kept text, None when it is unknown."""
        owner: Any = person if self.secret and person else record if self.secret else _owner(record, person)
        return kept_text(getattr(owner, self.key), self.kind)

    def corrections(self, record: Record, person: Person | None, kept: str) -> list[Correction]:
        """What must be set so that the register holds this text."""
        who = person.resident.resident_id if person else ""
        return [Correction(record.household.household_id, who, self.key, kept)]


@dataclass(frozen=True)
class Health(Field):
    """健康状况: three columns of the register."""

    def ours(self, record: Record, person: Person | None) -> str | None:
        """The conditions that hold; unknown unless all three are known."""
        if person is None:
            return None
        flags = {name: getattr(person.resident, name) for name in CONDITIONS}
        return None if None in flags.values() else joined(CONDITIONS, {name for name, flag in flags.items() if flag})

    def corrections(self, record: Record, person: Person | None, kept: str) -> list[Correction]:
        """One correction for each condition."""
        held = set(kept.split(","))
        return [one for name in CONDITIONS for one in _set(record, person, name, str(name in held))]


@dataclass(frozen=True)
class Derived(Field):
    """A consequence of other columns (由别的项目得出): compared, never set."""

    takeable: bool = False

    def ours(self, record: Record, person: Person | None) -> str | None:
        """危房户 by the grade of the house, 风险是否消除 by the day of clearance, 人数 by the members."""
        household = record.household
        if self.key == "dangerous_house":
            return None if household.house_grade is None else str(household.house_grade in ("C", "D"))
        if self.key == "cleared":
            return str(household.cleared_on is not None) if household.monitored_class else None
        return str(len(record.members))


@dataclass(frozen=True)
class Entries(Field):
    """Risks, or measures of one kind (风险、措施): a set of codes beside the dates and notes of our own entries."""

    def ours(self, record: Record, person: Person | None) -> str | None:
        """The codes of our entries in the order of the vocabulary; without an entry nothing is said."""
        codes = {_code(entry) for entry in self.entries(record)}
        return joined(self.kind.titles, codes) if codes else None  # type: ignore[attr-defined]

    def entries(self, record: Record) -> list[Any]:
        """Our entries of this sort."""
        name, *kind = self.key.split(":")
        return [entry for entry in getattr(record, name) if not kind or entry.kind == kind[0]]

    def corrections(self, record: Record, person: Person | None, kept: str) -> list[Correction]:
        """Our entries stay, for what was delivered stays delivered; new ones of the sheet come without a date."""
        ours, wanted = self.entries(record), set(filter(None, kept.split(",")))
        staying = json.loads(entries_as_json(ours))
        there = {_code(entry) for entry in ours}
        kind = self.key.partition(":")[2]
        new = [
            {"kind": kind, "item": code} if kind else {"risk": code}
            for code in self.kind.titles  # type: ignore[attr-defined]
            if code in wanted - there
        ]
        rows = json.dumps([*staying, *new], ensure_ascii=False)
        return [Correction(record.household.household_id, "", self.key, rows)]


@dataclass(frozen=True)
class YearlySum(Field):
    """Income or cost of one kind in one year (年度收支): taken only where we have no entry; details outweigh a sum."""

    year: int = 0
    sensitivity: str = Sensitivity.PROPERTY

    def in_year(self, year: int) -> "YearlySum":
        """The same field for the year that a sheet speaks of."""
        return YearlySum(self.key, self.of, self.title, self.kind, year=year)

    def ours(self, record: Record, person: Person | None) -> str | None:
        """The sum of our entries that begin in the year, None without an entry."""
        kind = self.key.partition(":")[2]
        found = [one.amount for one in record.incomes if one.kind == kind and one.from_on.year == self.year]
        return f"{sum(found, Decimal(0)):.2f}" if found else None

    def corrections(self, record: Record, person: Person | None, kept: str) -> list[Correction]:
        """One declared entry over the year."""
        kind = self.key.partition(":")[2]
        row = {
            "kind": kind,
            "amount": kept,
            "from_on": f"{self.year}-01-01",
            "until_on": f"{self.year + 1}-01-01",
            "basis": "declared",
        }
        return [Correction(record.household.household_id, "", f"{self.key}:{self.year}-01-01", json.dumps([row]))]


def kept_text(value: Any, kind: Kind) -> str | None:
    """A value of the register as `kind` keeps it; a day is cut to its month where only that is compared."""
    if value is None or value == "":
        return None
    if isinstance(kind, Day):
        return f"{value:%Y-%m}-01" if kind.month else value.isoformat()
    if isinstance(kind, Number):
        return f"{Decimal(value):.{kind.decimals}f}"
    return str(value)


def _owner(record: Record, person: Person | None) -> Any:
    return person.resident if person else record.household


def _code(entry: Any) -> str:
    return getattr(entry, "risk", None) or getattr(entry, "item", None) or "other"


def _set(record: Record, person: Person | None, column: str, text: str) -> list[Correction]:
    who = person.resident.resident_id if person else ""
    return [Correction(record.household.household_id, who, column, text)]


def _household(key: str, title: str, kind: Kind, **more: Any) -> Field:
    return Field(key, "household", title, kind, **more)


def _member(key: str, title: str, kind: Kind, **more: Any) -> Field:
    return Field(key, "member", title, kind, **more)


YES_NO, TEXT, AMOUNT, WHOLE, MONTH = YesNo(), Words(), Number(2, 10**7), Number(0, 10**4), Day(month=True)
HEALTHY = Sensitivity.HEALTH
KINDS = Code(HouseholdKind, {"已脱贫户": "exited_poverty", "脱贫享受政策户": "exited_poverty"})
SCHOOL = Code(SchoolStage, {f"高职高专{year}年级": "college" for year in "一二三"})
NONE_TOO = {"不享受": "none", "未享受": "none"}
_FIELDS: Iterable[Field] = (
    _household("group_name", "村民小组", TEXT),
    _household("kind", "户类型", KINDS),
    _household("phone", "户联系电话", Phone(), secret=True),
    _household("house_grade", "房屋等级", Code(HouseGrade)),
    _household("house_area", "住房面积(㎡)", AMOUNT),
    _household("water_safe", "是否解决安全饮用水", YES_NO),
    _household("has_electricity", "是否通生活用电", YES_NO),
    _household("has_toilet", "是否有卫生厕所", YES_NO),
    _household("toilet_works", "卫生厕所是否能正常使用", YES_NO),
    _household("road_hardened", "入户道路是否硬化", YES_NO),
    _household("road_distance_km", "与村主干路距离(公里)", AMOUNT),
    _household("farmland_mu", "耕地面积(亩)", AMOUNT, sensitivity=Sensitivity.PROPERTY),
    _household("forest_mu", "林地面积(亩)", AMOUNT, sensitivity=Sensitivity.PROPERTY),
    _household("grain_to_green_mu", "退耕还林面积(亩)", AMOUNT, sensitivity=Sensitivity.PROPERTY),
    _household("orchard_mu", "林果面积(亩)", AMOUNT, sensitivity=Sensitivity.PROPERTY),
    _household("pasture_mu", "牧草地面积(亩)", AMOUNT, sensitivity=Sensitivity.PROPERTY),
    _household("water_surface_mu", "水面面积(亩)", AMOUNT, sensitivity=Sensitivity.PROPERTY),
    _household("relocated", "易地搬迁户", YES_NO),
    _household("no_labour_flag", "整户无劳动能力兜底保障户", YES_NO),
    _household("monitored_class", "监测对象类别", Code(MonitoredClass), decided=True, blank_says=True),
    _household("monitored_on", "识别监测时间", MONTH, decided=True),
    _household("cleared_on", "消除监测时间", MONTH, decided=True),
    _household("clearance_manner", "风险消除方式", Code(ClearanceManner), decided=True),
    _household("collector_name", "信息采集人", TEXT),
    _household("collector_phone", "信息采集人联系电话", Phone(), secret=True),
    Derived("dangerous_house", "household", "是否危房户", YES_NO),
    Derived("cleared", "household", "风险是否已消除", YES_NO),
    Derived("members", "household", "人数", Number(0, 100)),
    Entries("risks", "household", "致贫返贫风险", Codes(RiskKind), decided=True),
    *(
        Entries(f"measures:{kind}", "household", str(kind.label), Codes(MeasureItem, {"特困人员救助供养金": "tekun"}))
        for kind in MeasureKind
    ),
    *(YearlySum(f"incomes:{kind}", "household", str(kind.label), Number(2)) for kind in IncomeKind),
    _member("name", "姓名", TEXT),
    _member("sex", "性别", Code(Sex)),
    _member("id_kind", "证件类型", Code(IdKind, {"身份证": "id_card", "残疾证": "disability_card"})),
    _member("id_number", "证件号码", IdNumber(), secret=True),
    _member("birth_on", "出生日期", Day()),
    _member("relation", "与户主关系", Code(Relation)),
    _member("living_here", "是否共同生活", YES_NO),
    _member("education", "文化程度", Code(Education)),
    _member("school_stage", "在校生状况", SCHOOL),
    _member("dropout_reason", "义务教育阶段未上学原因", Words(200)),
    Health("health", "member", "健康状况", HealthWords(), sensitivity=HEALTHY),
    _member("labour", "劳动技能", Code(Labour)),
    _member("phone", "联系电话", Phone(), secret=True),
    _member("resident_insured", "是否参加城乡居民基本医疗保险", YES_NO),
    _member("employee_insured", "是否参加城镇职工基本医疗保险", YES_NO),
    _member("critical_insured", "是否参加大病保险", YES_NO),
    _member("resident_pension", "是否参加城乡居民基本养老保险", YES_NO),
    _member("employee_pension", "是否参加城镇职工基本养老保险", YES_NO),
    _member("dibao_kind", "享受低保政策情况", Code(DibaoKind, NONE_TOO)),
    _member("tekun_kind", "享受特困供养政策情况", Code(TekunKind, NONE_TOO)),
    _member("working_away", "是否已务工", YES_NO),
    _member("work_place", "务工所在县", TEXT),
    _member("work_months", "务工时间(月)", Number(0, 13)),
    _member("monthly_wage", "务工月收入(元)", Number(2), sensitivity=Sensitivity.PROPERTY),
    _member("employer", "务工企业名称", Words(120)),
    _member("work_channel", "就业渠道", TEXT),
    _member("work_started_on", "开始时间", MONTH),
    _member("work_ended_on", "结束时间", MONTH),
    _member("public_post", "公益性岗位", YES_NO),
    _member("public_post_months", "公益性岗位(月数)", WHOLE),
)
FIELDS: dict[tuple[str, str], Field] = {(field.of, field.key): field for field in _FIELDS}


def field_of(of: str, key: str, year: int | None = None) -> Field:
    """The field of a household or member by its key; sums get the year that the sheet speaks of."""
    field = FIELDS[of, key]
    return field.in_year(year or 0) if isinstance(field, YearlySum) else field
