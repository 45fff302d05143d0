"""Layouts of the national system's sheets (全国系统表样): which 中文 header holds which field.

依据: 已脱贫人口名单, 监测对象信息 and 务工月监测 as the counties export them; their headers lie on the first to the third row,
all cells are text. Columns that the register keeps nothing of (民族, 人均纯收入 …) are named, so that a sheet that goes up has its full
shape, and are never read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shouwang.kernel.sheets.raw import normalise_header
from shouwang.register.exchange.fields import FIELDS, Field
from shouwang.register.households.choices import IncomeKind, MeasureKind

IDENTITY = {
    "household_id": ("户编号", "户号", "家庭编号"),
    "resident_id": ("人编号", "人员编号"),
}
PLACES = {
    "county": ("县", "县(市、区、旗)", "县(市、区)", "县市区", "县级"),
    "township": ("乡", "乡(镇)", "乡镇", "乡(镇、街道)", "乡级"),
    "village": ("村", "行政村", "村(社区)", "村级"),
}


ALSO = {
    "work_place": ("务工所在地",),
    "road_hardened": ("入户路是否硬化",),
    "risks": ("致贫返贫风险",),
    "monitored_class": ("监测对象类型",),
}
"""Further headers that were seen for a field."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its header, further headers that mean the same, and what it holds."""

    title: str
    holds: str
    of: str = ""
    also: tuple[str, ...] = ()

    @property
    def field(self) -> Field | None:
        """The field that it holds; None for identity, places and what we do not keep."""
        return FIELDS.get((self.of, self.holds))

    @property
    def names(self) -> set[str]:
        """All its headers in one form."""
        return {normalise_header(text) for text in (self.title, *self.also)}


@dataclass(frozen=True)
class Layout:
    """A layout (表样): its columns in order, and the headers that only it has."""

    name: str
    title: str
    columns: tuple[Column, ...]
    marks: frozenset[str] = field(default=frozenset())
    header_row: int = 0

    def places(self) -> dict[str, Column]:
        """Normalised header → column."""
        return {name: column for column in self.columns for name in column.names}


def identity_columns(*names: str) -> Iterable[Column]:
    """Columns that say whose row it is and where."""
    titles = {**IDENTITY, **PLACES}
    return (Column(titles[name][0], name, "", titles[name][1:]) for name in names)


def value_columns(of: str, *keys: str, **titles: str) -> Iterable[Column]:
    """Columns that hold fields under their own titles, then those that this sheet calls otherwise."""
    for key in (*keys, *titles):
        own = FIELDS[of, key].title
        title = titles.get(key, own)
        yield Column(title, key, of, tuple(sorted({own, _bare(own), _bare(title), *ALSO.get(key, ())} - {title})))


def _bare(title: str) -> str:
    return title.partition("(")[0]


def _kept_elsewhere(*titles: str) -> Iterable[Column]:
    return (Column(title, "") for title in titles)


def _layout(name: str, title: str, *parts: Iterable[Column], marks: tuple[str, ...], header_row: int) -> Layout:
    columns = tuple(column for part in parts for column in part)
    return Layout(name, title, columns, frozenset(map(normalise_header, marks)), header_row)


EXITED = _layout(
    "exited",
    "已脱贫人口名单",
    (
        Column("县(市、区、旗)", "county", "", PLACES["county"]),
        Column("乡(镇)", "township", "", PLACES["township"]),
        Column("行政村", "village", "", PLACES["village"]),
        Column("自然村", "group_name", "household", ("村民小组", "组")),
    ),
    identity_columns("household_id", "resident_id"),
    value_columns("member", "name", "id_number"),
    value_columns("household", "members"),
    value_columns("member", "relation"),
    _kept_elsewhere("民族"),
    value_columns("member", "education", "school_stage", "health", "labour", "work_months", "critical_insured"),
    _kept_elsewhere("致贫原因1"),
    value_columns("household", "water_safe", dangerous_house="危房户"),
    _kept_elsewhere("人均纯收入"),
    value_columns("household", "phone"),
    value_columns("member", phone="人联系电话"),
    _kept_elsewhere("首次识别时间", "人员识别时间"),
    value_columns(
        "household",
        "kind",
        monitored_class="易返贫致贫户(监测对象)类型",
        cleared="风险是否消除",
        monitored_on="风险识别时间",
        cleared_on="风险消除时间",
    ),
    marks=("致贫原因1", "人员识别时间", "首次识别时间", "易返贫致贫户(监测对象)类型", "危房户", "自然村"),
    header_row=0,
)
RISKS = tuple(
    Column(f"致贫/返贫风险{number}", "risks", "household", (f"返贫致贫风险{number}", f"风险{number}"))
    for number in range(1, 6)
)
MONITORED = _layout(
    "monitored",
    "监测对象信息",
    identity_columns("county", "township", "village"),
    value_columns("household", "group_name"),
    identity_columns("household_id", "resident_id"),
    value_columns("household", "kind", "monitored_class", "phone"),
    value_columns("member", "name", "sex"),
    _kept_elsewhere("民族"),
    value_columns(
        "member", "id_kind", "id_number", "birth_on", "relation", "education", "school_stage", "dropout_reason"
    ),
    value_columns("member", "health", "labour", phone="家庭成员联系电话"),
    value_columns("member", "resident_insured", "employee_insured", "critical_insured"),
    value_columns("member", "resident_pension", "employee_pension", "dibao_kind", "tekun_kind"),
    _kept_elsewhere("人均纯收入(元)"),
    value_columns(
        "household", *(f"incomes:{kind}" for kind in IncomeKind if kind not in ("education_cost", "other_rigid_cost"))
    ),
    value_columns(
        "household", "dangerous_house", "house_area", "water_safe", "has_electricity", "has_toilet", "toilet_works"
    ),
    value_columns("household", "road_hardened", "road_distance_km", "farmland_mu", "forest_mu", "grain_to_green_mu"),
    value_columns("household", "orchard_mu", "pasture_mu", "water_surface_mu", "no_labour_flag"),
    RISKS,
    value_columns("household", "monitored_on", "cleared", "clearance_manner", "cleared_on"),
    value_columns("household", *(f"measures:{kind}" for kind in MeasureKind)),
    value_columns("household", "collector_name", "collector_phone"),
    marks=("监测对象类别", "致贫/返贫风险1", "识别监测时间", "消除监测时间", "整户无劳动能力兜底保障户", "信息采集人"),
    header_row=2,
)
WORK = _layout(
    "work",
    "务工月监测",
    identity_columns("county", "township", "village", "household_id", "resident_id"),
    value_columns("member", "name", "id_number", "working_away", "work_place", "work_started_on", "work_ended_on"),
    value_columns("member", "work_months", "monthly_wage", "employer"),
    _kept_elsewhere("所属行业", "是否点对点输送"),
    value_columns("member", "work_channel", "public_post", "public_post_months"),
    marks=("是否已务工", "务工月收入(元)", "务工月收入", "务工企业名称", "就业渠道", "务工所在县", "务工所在地"),
    header_row=2,
)
LAYOUTS = {layout.name: layout for layout in (EXITED, MONITORED, WORK)}
VILLAGE_MARKS = frozenset(
    map(
        normalise_header,
        ("村级集体经济收入(万元)", "总户数", "是否出列", "行政村卫生室个数", "到乡镇是否通沥青(水泥)路"),
    )
)
