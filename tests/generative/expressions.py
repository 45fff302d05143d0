"""Random expressions of every type over the tiny world of the specification, small enough never to overflow."""

from random import Random

KINDS = ("money", "integer", "ratio", "quantity", "bool", "date")
COLUMNS = {
    "household": {
        "money": ["savings"], "integer": ["rooms"], "ratio": ["share"], "quantity": ["area"], "bool": ["safe"],
        "date": ["built_on"],
    },
    "resident": {"money": ["wage"], "integer": ["months"], "bool": ["ill"], "date": ["birth_on"]},
    "bills": {
        "money": ["amount"], "integer": ["days"], "ratio": ["rate"], "quantity": ["weight"], "bool": ["covered"],
        "date": ["paid_on", "until_on"],
    },
    "grants": {"money": ["amount"], "date": ["given_on"]},
    "visits": {"integer": ["minutes"]},
}  # fmt: skip
CHOICES = {"household": [("kind", ["ordinary", "exited"])], "bills": [("kind", ["inpatient", "outpatient"])]}
TEXTS = {"household": ["note"], "resident": ["name"], "bills": ["note", "resident_id"]}
PARAMETERS = {"money": ["line"], "integer": ["count_line"], "ratio": ["rate_line"]}
LITERALS = {
    "money": ["0", "20.5", "500", "7000"],
    "integer": ["0", "1", "2", "3", "60"],
    "ratio": ["0.25", "0.5", "1.5"],
    "quantity": ["2.5", "0.01", "10"],
    "bool": ["TRUE", "FALSE", "NULL"],
    "date": ["as_of", "year_start", "DATE '2024-02-29'", "add_months(as_of, -6)", "add_days(as_of, 1)"],
}
WINDOWS = [
    "",
    ", last_months(12)",
    ", last_months(1)",
    ", last_days(30)",
    ", this_year()",
    ", last_year()",
    ", since('2026-01-01')",
]
DATED = {"bills", "grants"}


class Grammar:
    """Writes expressions of a wanted type; ``facts`` may be named, so that facts build on each other."""

    def __init__(self, chance: Random, facts: dict[str, list[tuple[str, str]]] | None = None) -> None:
        self.chance = chance
        self.facts = facts or {}  # entity -> [(name, kind)]

    def expression(self, kind: str, entity: str, depth: int, *, inside: str | None = None) -> str:
        """One expression; ``inside`` is the source whose rows it is about."""
        if depth <= 0 or self.chance.random() < 0.15:
            return self.leaf(kind, entity, inside)
        ways = [self.case, self.coalesce]
        ways += {"bool": [self.compare, self.compare, self.logic, self.known], "date": []}.get(kind, [self.number] * 3)
        if inside is None and kind in ("money", "integer", "bool", "date", "quantity"):
            ways += [self.related] * 2
        return self.chance.choice(ways)(kind, entity, depth - 1, inside)

    def leaf(self, kind, entity, inside):
        place = {"residents": "resident", None: entity}.get(inside, inside)
        names = list(COLUMNS.get(place, {}).get(kind, []))
        if inside is None or inside == "residents":
            names += [name for name, of in self.facts.get(place, []) if of == kind]
        if inside is not None:
            names += [f"own({name})" for name in COLUMNS[entity].get(kind, [])]
        elif entity == "resident":
            names += [f"household({name})" for name in COLUMNS["household"].get(kind, [])]
            names += [f"household({name})" for name, of in self.facts.get("household", []) if of == kind]
        names += PARAMETERS.get(kind, [])
        # Literals lose their type beside others, so they stand where a neighbour gives it back.
        return self.chance.choice(names) if names else self.typed_literal(kind)

    def typed_literal(self, kind):
        text = self.chance.choice(LITERALS[kind])
        base = {"ratio": "rate_line", "money": "line", "integer": "count_line", "quantity": "rate_line"}.get(kind)
        return f"COALESCE({text}, {base})" if base else text

    def number(self, kind, entity, depth, inside):
        left = self.expression(kind, entity, depth, inside=inside)
        match self.chance.randrange(7):
            case 0 | 1:
                right = self.expression(kind, entity, depth - 1, inside=inside)
                return f"({left} {self.chance.choice('+-')} {right})"
            case 2 if kind != "integer":
                return f"({left} * {self.chance.choice(['0.5', 'rate_line', '1.5', '-0.25', '3'])})"
            case 3:
                return f"({left} / {self.chance.choice(['2.5', 'rate_line', '0.25', '-1.5'])})"
            case 4:
                return f"{self.chance.choice(['ROUND', 'FLOOR', 'CEIL', 'ABS'])}({left})"
            case 5:
                right = self.leaf(kind, entity, inside)
                return f"{self.chance.choice(['LEAST', 'GREATEST'])}({left}, {right})"
        if kind == "integer":
            day = self.expression("date", entity, 0, inside=inside)
            return self.chance.choice(
                [f"age_on({day})", f"months_between({day}, as_of)", f"days_between(year_start, {day})"]
            )
        return f"(-{left})"

    def compare(self, kind, entity, depth, inside):
        of = self.chance.choice(KINDS)
        op = self.chance.choice(["=", "<>"] if of == "bool" else ["=", "<>", "<", "<=", ">", ">="])
        left = self.expression(of, entity, depth, inside=inside)
        if self.chance.random() < 0.3 and of in ("integer", "money"):
            return f"({left} BETWEEN {self.chance.choice(LITERALS[of])} AND {self.chance.choice(LITERALS[of])})"
        right = self.chance.choice(LITERALS[of]) if self.chance.random() < 0.6 else self.leaf(of, entity, inside)
        return f"({left} {op} {right})"

    def logic(self, kind, entity, depth, inside):
        parts = [self.expression("bool", entity, depth, inside=inside) for _ in range(self.chance.choice([1, 2, 2, 3]))]
        return f"(NOT {parts[0]})" if len(parts) == 1 else "(" + self.chance.choice([" AND ", " OR "]).join(parts) + ")"

    def known(self, kind, entity, depth, inside):
        place = {"residents": "resident", None: entity}.get(inside, inside)
        test = self.chance.choice(["IS NULL", "IS NOT NULL"])
        if self.chance.random() < 0.4 and CHOICES.get(place):
            name, codes = self.chance.choice(CHOICES[place])
            return f"({name} {self.chance.choice(['IN', 'NOT IN'])} ('{self.chance.choice(codes)}'))"
        if self.chance.random() < 0.4 and TEXTS.get(place):
            return f"({self.chance.choice(TEXTS[place])} {test})"
        return f"({self.expression(self.chance.choice(KINDS), entity, depth, inside=inside)} {test})"

    def case(self, kind, entity, depth, inside):
        condition = self.expression("bool", entity, depth, inside=inside)
        value, other = (self.expression(kind, entity, depth, inside=inside) for _ in range(2))
        return f"CASE WHEN {condition} THEN {value}" + self.chance.choice([f" ELSE {other} END", " END"])

    def coalesce(self, kind, entity, depth, inside):
        return f"COALESCE({self.expression(kind, entity, depth, inside=inside)}, {self.leaf(kind, entity, inside)})"

    def related(self, kind, entity, depth, inside):
        sources = ["bills", "bills", "visits"] + (["residents", "residents", "grants"] if entity == "household" else [])
        source = self.chance.choice(sources)
        place = "resident" if source == "residents" else source
        window = self.chance.choice(WINDOWS) if source in DATED else ""
        condition = self.expression("bool", entity, min(depth, 2), inside=source)
        if kind == "bool":
            return f"{self.chance.choice(['any_if', 'all_if'])}({source}, {condition}{window})"
        functions = ["count_if"] if kind == "integer" else []
        functions += ["min_if", "max_if"] if kind == "date" else ["sum_if", "min_if", "max_if"]
        function = self.chance.choice(functions)
        if function == "count_if":
            return f"count_if({source}, {condition}{window})"
        if not COLUMNS[place].get(kind):
            return self.leaf(kind, entity, inside)
        value = self.expression(kind, entity, min(depth, 1), inside=source)
        return f"{function}({source}, {value}, {condition}{window})"
