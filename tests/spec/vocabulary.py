"""The tiny world of the specification: households, residents, two feeds and a table without dates."""

from shouwang.engine.model import Column, Source

CODES = {"ordinary": ("一般农户",), "exited": ("脱贫户",)}
VISIT_CODES = {"inpatient": ("住院",), "outpatient": ("门诊",)}


def source(name, role, entity, day, /, **columns):
    """A contract from ``column="type"``; a choice is written ``("choice", codes)``."""
    made = {}
    for column, spec in columns.items():
        type_, codes = spec if isinstance(spec, tuple) else (spec, {})
        made[column] = Column(column, type_, column, codes=codes)
    return Source(name, name, role, entity, day, None, None, (), made)


# Codes that would be more than codes if anything were pasted into SQL, JSON or a sentence.
ODD = ["it's", 'a"b', "back\\slash", "${HOME}", "x'; DROP TABLE hits; --", "/* c */", "100%", "{savings}", "乡镇"]

KEYS = {"household_id": "text", "resident_id": "text"}
SOURCES = {
    found.name: found
    for found in (
        source(
            "households", "register", "household", None,
            household_id="text", place_code="text", kind=("choice", CODES), area="quantity", savings="money",
            share="ratio", rooms="integer", safe="bool", built_on="date", note="text",
            mark=("choice", {code: (code,) for code in ODD}),
        ),
        source(
            "residents", "register", "resident", None,
            **KEYS, name="name", birth_on="date", wage="money", months="integer", ill="bool",
        ),
        source(
            "bills", "feed", "resident", "paid_on",
            **KEYS, paid_on="date", amount="money", weight="quantity", rate="ratio", days="integer", covered="bool",
            kind=("choice", VISIT_CODES), until_on="date", note="text",
        ),
        source("grants", "feed", "household", "given_on", household_id="text", given_on="date", amount="money"),
        source("visits", "register", "household", None, **KEYS, minutes="integer"),
    )
}  # fmt: skip
