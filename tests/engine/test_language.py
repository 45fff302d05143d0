"""What the expression language refuses, and how it says so."""

from datetime import date

import pytest

from shouwang.engine.language import ExpressionError, Scope, Vocabulary, parse, parse_condition
from shouwang.engine.model import Column, FactDef, Kind
from tests.spec.drawn import parameter
from tests.spec.vocabulary import SOURCES, source

FACTS = {
    "net_income": FactDef("net_income", "纯收入", "household", Kind.MONEY, "savings"),
    "age": FactDef("age", "年龄", "resident", Kind.INTEGER, "months"),
}
PARAMETERS = {"monitoring_line": parameter("monitoring_line", "money", 7000)}
WORDS = Vocabulary(SOURCES, FACTS, PARAMETERS, date(2026, 11, 15))
HOUSEHOLD, RESIDENT = Scope(WORDS, "household"), Scope(WORDS, "resident")


def refusal(text, scope=HOUSEHOLD):
    with pytest.raises(ExpressionError) as refused:
        parse(text, scope)
    return str(refused.value)


def test_an_unknown_name_suggests_the_nearest():
    assert "是不是“savings”" in refusal("saving > 5")
    assert "是不是“net_income”" in refusal("netincome > 5")
    assert "是不是“monitoring_line”" in refusal("savings < monitoring_lin")


@pytest.mark.parametrize("name", ["nationality", "ethnic_group", "religion", "political_status", "民族", "政治面貌"])
def test_ethnicity_religion_and_political_status_are_no_inputs(name):
    assert "不得读取" in refusal(f"{name} = 'x'")


def test_a_harmless_name_with_a_forbidden_title_is_no_input_either():
    households = source("households", "register", "household", None, group_code="text")
    households.columns["group_code"] = Column("group_code", "choice", "民族成份")
    scope = Scope(Vocabulary({"households": households}, {}, {}, date(2026, 1, 1)), "household")

    assert "不得读取“民族成份”" in refusal("group_code = 'x'", scope)


@pytest.mark.parametrize(
    "text",
    [
        "note = '骨折'",
        "note <> 'x'",
        "note IN ('x', 'y')",
        "CASE WHEN note = 'x' THEN 1 END",
        "COALESCE(note, 'x') = 'x'",
        "count_if(bills, note = 'x')",
        "count_if(residents, name)",
        "min_if(residents, name, TRUE)",
        "note",
    ],
)
def test_free_text_decides_nothing(text):
    with pytest.raises(ExpressionError):
        parse_condition(text, HOUSEHOLD)


def test_whether_free_text_is_there_may_be_asked():
    assert parse_condition("note IS NULL AND any_if(residents, name IS NOT NULL)", HOUSEHOLD).kind is Kind.BOOL


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("savings > rooms", "money 与 integer"),
        ("savings + area", "money 与 quantity"),
        ("savings = 'x'", "money 与 choice"),
        ("built_on > 5", "date 与 integer"),
        ("rooms > 1.5", "integer 与 ratio"),
        ("safe > FALSE", "不能比较大小"),
        ("kind > 'exited'", "不能比较大小"),
        ("kind = 'exit'", "没有取值“exit”"),
        ("kind IN ('exited', 'other')", "没有取值“other”"),
        ("savings * savings", "不能相乘"),
        ("area / savings", "不能相除"),
        ("safe + 1", "类型不同"),
        ("-safe", "要用数字"),
        ("savings AND safe", "不是条件"),
        ("NOT 1", "不是条件"),
        ("CASE WHEN safe THEN savings ELSE rooms END", "类型不同"),
        ("COALESCE(savings, area)", "类型不同"),
        ("ABS(built_on)", "要用数字"),
        ("ROUND(savings, 2)", "参数个数"),
        ("age_on(rooms)", "要用日期"),
        ("savings > 0.001", "类型不同"),
        ("rooms > 1.00005", "小数位"),
        ("rooms > 99999999999999", "太大"),
        ("rooms > 1e1000000", "太大"),
    ],
)
def test_types_are_checked_before_anything_runs(text, said):
    assert said in refusal(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("count_if(bill, TRUE)", "没有名为“bill”的数据源"),
        ("count_if(bills)", "应写成"),
        ("sum_if(bills, TRUE)", "应写成"),
        ("sum_if(bills, kind, TRUE)", "要是数字"),
        ("sum_if(bills, paid_on, TRUE)", "要是数字"),
        ("count_if(bills, count_if(grants, TRUE) > 0)", "不能再汇总"),
        ("count_if(bills, savings > 0)", "没有名为“savings”"),
        ("count_if(bills, net_income > 0)", "属于户"),
        ("count_if(visits, TRUE, last_months(3))", "没有日期列"),
        ("count_if(bills, TRUE, last_weeks(3))", "不是期间"),
        ("count_if(bills, TRUE, last_months('x'))", "要写整数或日期"),
        ("count_if(bills, TRUE, last_months(1.5))", "要写整数或日期"),
        ("count_if(bills, TRUE, last_months(99999))", "要写整数或日期"),
        ("count_if(bills, TRUE, last_months(rooms))", "固定值"),
        ("count_if(bills, TRUE, since('2026-02-30'))", "要写整数或日期"),
        ("count_if(bills, TRUE, this_year(1))", "不带参数"),
        ("count_if(households, TRUE)", "没有名为“households”"),
        ("own(savings)", "只能用在汇总函数里面"),
        ("household(savings)", "只能用在人的指标里"),
        ("count_if(residents, own(rooms + 1) > 0)", "只能放一个名称"),
        ("age > 5", "属于人"),
        ("add_months(built_on, 1)", "固定日期"),
        ("add_months(as_of, 1.5)", "整数"),
        ("add_months(as_of, 99999999)", "超出了日历"),
        ("add_days(as_of, -99999999)", "超出了日历"),
        ("DATE '2026-02-30' < as_of", "不是日期"),
    ],
)
def test_sums_and_windows_are_checked(text, said):
    assert said in refusal(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("count_if(residents, TRUE)", "不能汇总 residents"),
        ("count_if(grants, TRUE)", "只按户报送"),
        ("net_income > 5", "属于户"),
        ("savings > 5", "没有名为“savings”"),
        ("household(age) > 5", "属于人"),
    ],
)
def test_a_fact_of_people_reaches_households_only_by_name(text, said):
    assert said in refusal(text, RESIDENT)


INJECTIONS = [
    "1; DROP TABLE households",
    "1 UNION SELECT 2",
    "(SELECT 1)",
    "(SELECT max(savings) FROM households)",
    "EXISTS (SELECT 1)",
    "rooms IN (SELECT 1)",
    "1 FROM households",
    "1 WHERE TRUE",
    "1 ORDER BY 2",
    "1 HAVING TRUE",
    "1 INTO elsewhere",
    "1 LIMIT 1",
    "1 QUALIFY TRUE",
    "1 WINDOW w AS (PARTITION BY rooms)",
    "DISTINCT rooms",
    "*",
    "households.rooms",
    "count_if(main.bills, TRUE)",
    "read_csv('/etc/passwd')",
    "pg_sleep(10)",
    "getenv('HOME')",
    "current_date",
    "now()",
    "COUNT(*)",
    "SUM(rooms)",
    "sum_if(bills, amount, TRUE) OVER ()",
    "count_if(bills, TRUE) FILTER (WHERE TRUE)",
    "rooms::text",
    "CAST(rooms AS TEXT)",
    "rooms || 'x'",
    "kind LIKE 'o%'",
    "kind ~ 'o'",
    "rooms % 2",
    "rooms BETWEEN SYMMETRIC 3 AND 1",
    "$1",
    ":rooms",
    "@rooms",
    "{{ rooms }}",
    "rooms[1]",
    "INTERVAL '1' DAY",
    "x'ff'",
    "1, 2",
    "rooms AS other",
    "",
    " ",
    "''",
    "rooms = = 2",
    "((rooms)",
    "'",
    "/*",
]


@pytest.mark.parametrize("text", [t for t in INJECTIONS if t != "''"])
def test_nothing_but_one_expression_of_the_closed_vocabulary_is_understood(text):
    with pytest.raises(ExpressionError):
        parse(text, HOUSEHOLD)


@pytest.mark.parametrize(
    "text",
    ["(" * 1500 + "1" + ")" * 1500, "1" + " + 1" * 900, "NOT " * 900 + "TRUE", "rooms" + " " * 5000 + "> 1"],
    ids=["brackets", "sum", "negations", "blanks"],
)
def test_an_expression_too_deep_or_too_long_is_refused_and_breaks_nothing(text):
    assert "太深" in refusal(text) or "太长" in refusal(text)


def test_a_long_list_of_alternatives_is_not_deep():
    text = " OR ".join(f"rooms = {n}" for n in range(100))

    assert len(parse_condition(text, HOUSEHOLD).parts) == 100


def test_null_alone_is_an_unknown_condition():
    assert parse_condition("NULL", HOUSEHOLD).kind is Kind.BOOL


def test_names_may_be_quoted_as_in_sql_but_must_still_be_known():
    assert parse('"rooms"', HOUSEHOLD) == parse("rooms", HOUSEHOLD)
    assert "没有名为" in refusal('"rooms; DROP TABLE x"')
