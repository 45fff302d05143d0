"""Filling-in templates (填报模板): layouts of our own, one for each sort of thing that a village writes down."""

from dataclasses import dataclass

from shouwang.kernel.sheets.raw import normalise_header
from shouwang.register.exchange.layouts import Column, Layout, identity_columns, value_columns
from shouwang.register.exchange.values import Code, Day, Kind, Number, Words
from shouwang.register.households.choices import IncomeBasis, IncomeItem, IncomeKind, MeasureItem, MeasureKind, RiskKind


@dataclass(frozen=True)
class Slot:
    """A column of an entry (收支、风险、措施的一列): which column of the register's table it fills, and how it is read."""

    column: str
    title: str
    kind: Kind
    needed: bool = False
    example: str = ""


ENTRY_SLOTS: dict[str, tuple[Slot, ...]] = {
    "incomes": (
        Slot("kind", "收支类别", Code(IncomeKind), True, "工资性收入"),
        Slot("item", "收支明细", Code(IncomeItem)),
        Slot("amount", "金额(元)", Number(2), True, "12000"),
        Slot("from_on", "所属期起", Day(), True, "2026-01-01"),
        Slot("until_on", "所属期止", Day(), False, "2027-01-01"),
        Slot("basis", "数据来源性质", Code(IncomeBasis), True, "申报"),
    ),
    "risks": (
        Slot("risk", "风险类别", Code(RiskKind), True, "因病"),
        Slot("since_on", "识别时间", Day(month=True), False, "202603"),
        Slot("note", "风险备注", Words(200)),
    ),
    "measures": (
        Slot("kind", "措施类别", Code(MeasureKind), True, "就业帮扶"),
        Slot("item", "措施明细", Code(MeasureItem), False, "技能培训"),
        Slot("since_on", "落实时间", Day(), True, "2026-05-01"),
        Slot("until_on", "结束时间", Day()),
        Slot("amount", "措施金额(元)", Number(2)),
    ),
}
HEAD_NAME, HEAD_NUMBER = "head_name", "head_id_number"
EXAMPLES = {
    "county": "苏仙区",
    "township": "白露塘镇",
    "village": "金田村",
    "household_id": "登记里的户编号；新户留空",
    "resident_id": "登记里的人编号；新增的人留空",
    HEAD_NAME: "张三",
    HEAD_NUMBER: "新户必填，18 位",
    "name": "张三",
}
NEEDED = {"households": ("household_id",), "members": ("household_id", "name"), "incomes": ("household_id",)}


def _template(name: str, title: str, columns: list[Column], *marks: str) -> Layout:
    return Layout(name, title, tuple(columns), frozenset(map(normalise_header, marks)), header_row=1)


def _slots(name: str) -> list[Column]:
    return [Column(slot.title, slot.column, "entry") for slot in ENTRY_SLOTS[name]]


HOUSEHOLDS = _template(
    "households",
    "农户生活条件",
    [
        *identity_columns("county", "township", "village"),
        *value_columns("household", "group_name"),
        *identity_columns("household_id"),
        Column("户主姓名", HEAD_NAME),
        Column("户主证件号码", HEAD_NUMBER),
        *value_columns("household", "kind", "phone", "house_grade", "house_area", "water_safe", "has_electricity"),
        *value_columns("household", "has_toilet", "toilet_works", "road_hardened", "road_distance_km", "farmland_mu"),
        *value_columns("household", "forest_mu", "grain_to_green_mu", "orchard_mu", "pasture_mu", "water_surface_mu"),
        *value_columns("household", "relocated", "no_labour_flag", "collector_name", "collector_phone"),
    ],
    "户主姓名",
    "户主证件号码",
)
MEMBERS = _template(
    "members",
    "家庭成员",
    [
        *identity_columns("household_id", "resident_id"),
        *value_columns("member", "name", "id_kind", "id_number", "relation", "sex", "birth_on", "living_here"),
        *value_columns("member", "education", "school_stage", "dropout_reason", "health", "labour", "phone"),
        *value_columns("member", "working_away", "work_place", "work_months", "monthly_wage", "employer"),
        *value_columns("member", "work_channel", "public_post", "public_post_months"),
        *value_columns("member", "resident_insured", "employee_insured", "critical_insured"),
        *value_columns("member", "resident_pension", "employee_pension", "dibao_kind", "tekun_kind"),
    ],
    "是否共同生活",
)
INCOMES = _template(
    "incomes",
    "收入和支出",
    [*identity_columns("household_id", "resident_id"), *_slots("incomes")],
    "收支类别",
    "收支明细",
)
RISKS = _template(
    "risks", "致贫返贫风险", [*identity_columns("household_id", "resident_id"), *_slots("risks")], "风险类别"
)
MEASURES = _template(
    "measures",
    "帮扶措施",
    [*identity_columns("household_id", "resident_id"), *_slots("measures")],
    "措施类别",
    "措施明细",
)
TEMPLATES = {one.name: one for one in (HOUSEHOLDS, MEMBERS, INCOMES, RISKS, MEASURES)}


def kind_of(template: Layout, column: Column) -> Kind | None:
    """How a column of a template is read; None for identity and places."""
    if column.of == "entry":
        return next(slot.kind for slot in ENTRY_SLOTS[template.name] if slot.column == column.holds)
    return column.field.kind if column.field else None


def is_needed(template: Layout, column: Column) -> bool:
    """Whether a row without this column is given back."""
    if column.of == "entry":
        return next(slot.needed for slot in ENTRY_SLOTS[template.name] if slot.column == column.holds)
    return column.holds in NEEDED.get(template.name, ("household_id",))


def example_of(template: Layout, column: Column) -> str:
    """What might stand there."""
    if column.of == "entry":
        slot = next(slot for slot in ENTRY_SLOTS[template.name] if slot.column == column.holds)
        return slot.example or (slot.kind.labels[0] if slot.kind.labels else "")
    kind = kind_of(template, column)
    return EXAMPLES.get(column.holds, kind.labels[0] if kind and kind.labels else "")
