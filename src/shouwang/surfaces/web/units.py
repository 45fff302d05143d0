"""Units of the packs in the words of a screen (计量单位)."""

UNITS = {
    "yuan": "",
    "yuan_per_year": "/ 年",
    "yuan_per_quarter": "/ 季度",
    "yuan_per_month": "/ 月",
    "yuan_per_12_months": "/ 近 12 个月",
    "yuan_per_household_12_months": "/ 户，近 12 个月",
    "yuan_per_person_12_months": "/ 人，近 12 个月",
    "yuan_per_person_year": "/ 人·年",
    "yuan_per_person_month": "/ 人·月",
    "yuan_per_student_year": "/ 生·年",
    "yuan_per_stay": "/ 次住院",
    "people": "人",
    "years": "岁",
    "year": "年",
    "months": "个月",
    "days": "天",
    "days_per_year": "天 / 年",
    "minutes": "分钟",
    "metres": "米",
    "km": "公里",
    "mu": "亩",
    "kinds": "种",
    "posts": "个",
    "times": "次",
    "calls": "次",
    "checks": "次",
    "reports": "次",
    "problems": "处",
    "stays_per_12_months": "次 / 近 12 个月",
    "times_per_12_months": "次 / 近 12 个月",
    "times_dibao_standard": "倍低保标准",
    "times_monthly_dibao": "倍月低保标准",
    "times_monitoring_line": "倍监测线",
    "share_of_net_income": "占纯收入",
    "share_of_members": "占家庭人口",
    "share_of_farmland": "占耕地",
    "share_of_output": "占产值",
    "litres_per_person_day": "升 / 人·天",
}
"""Money already carries 元 and shares carry %; these words follow them. A unit without a word here is not shown."""


def unit_words(unit: str) -> str:
    """What stands behind a figure of this unit."""
    return UNITS.get(unit, "")
