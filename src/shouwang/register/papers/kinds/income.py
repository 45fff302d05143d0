"""Income arithmetic on papers (收入核算): worked out here and printed with its terms, never typed in as a result.

人均纯收入 = (工资性 + 经营收入 − 经营支出 + 财产性 + 转移性) ÷ 人口, one period, no spreading over others (DOMAIN §4).
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shouwang.register.papers.kinds.fields import Field, money, yuan

TERMS = (
    Field("wage", "工资性收入", "money", needed=False, example=Decimal(18000)),
    Field("business", "经营收入", "money", needed=False, example=Decimal(9600)),
    Field("business_cost", "经营支出", "money", needed=False, example=Decimal(3100)),
    Field("property", "财产性收入", "money", needed=False, example=Decimal(400)),
    Field("transfer", "转移性收入", "money", needed=False, example=Decimal(4260)),
)
MEMBERS = Field("members", "家庭人口", "count", example=4)
SELF_PAID = Field("self_paid", "合规自付支出", "money", needed=False, example=Decimal("12600.50"))
DERIVED = ("纯收入", "人均纯收入", "计算过程")


def grid(*, net: str = "纯收入", per_head: str = "人均纯收入") -> tuple[tuple[tuple[str, str], ...], ...]:
    """The terms two by two, what was paid out of pocket, the sums under the words of the paper, and the working."""
    titles = [(title, f"{{{{{title}}}}}") for title in (one.title for one in (*TERMS, SELF_PAID))]
    pairs = tuple(tuple(titles[at : at + 2]) for at in range(0, len(titles), 2))
    sums = ((net, "{{纯收入}}"), (per_head, "{{人均纯收入}}"))
    return (*pairs, sums, (("计算过程", "{{计算过程}}"),))


def worked_out(given: Mapping[str, Any]) -> dict[str, str]:
    """Net income, net income per head and the sum in words; a term that is unknown makes all of them unknown."""
    missing = [one.title for one in TERMS if given.get(one.key) is None]
    members = given.get("members")
    if missing or not members:
        lacking = "、".join(missing or ["家庭人口"])
        return {"纯收入": "不能计算", "人均纯收入": "不能计算", "计算过程": f"{lacking}未核实，不能计算，不按零计算"}
    wage, business, cost, rent, transfer = (money(given[one.key]) for one in TERMS)
    net = wage + business - cost + rent + transfer
    head = (net / members).quantize(Decimal("0.01"), ROUND_HALF_UP)
    steps = f"{yuan(wage)}＋{yuan(business)}－{yuan(cost)}＋{yuan(rent)}＋{yuan(transfer)}＝{yuan(net)}元"
    return {
        "纯收入": yuan(net),
        "人均纯收入": yuan(head),
        "计算过程": f"{steps}；{yuan(net)}÷{members}人＝{yuan(head)}元/人",
    }
