"""The register (登记): households, residents, incomes, statuses, risks and measures of one block as tables."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from shouwang.synth.chance import Numbers, choose, happens
from shouwang.synth.columns import NO_DAY, ascii_text, dates, flags, labels, quantity, spelled, whole, yuan
from shouwang.synth.doubts import Doubts
from shouwang.synth.measures import measures
from shouwang.synth.naming import strange_names
from shouwang.synth.numbering import phone_numbers
from shouwang.synth.reporting_dates import year_ended
from shouwang.synth.risk import AID, AID_KINDS, note_needed
from shouwang.synth.rows import household_ids, resident_ids
from shouwang.synth.shapes import RELATIONS
from shouwang.synth.world import EDUCATION, GRADES, LABOUR, MONITORED, RISKS, SCOPES, STAGES, World

GROUPS = tuple(f"{number}组" for number in "一 二 三 四 五 六 七 八 九 十 十一 十二".split())
SEXES = ("male", "female")
CHANNELS = ("自主外出", "亲友介绍", "劳务公司", "帮扶车间", "政府组织")
TAGS = (
    "exited_poverty", "unstable_exited", "marginal", "sudden_hardship", "dibao", "tekun", "dibao_borderline",
    "rigid_expenditure", "disabled", "relocated", "orphan", "unsupported_child",
)  # fmt: skip
_TAG = {name: code for code, name in enumerate(TAGS)}
_KINDS = ("wage", "business_income", "business_cost", "property", "transfer", "claims", "self_paid")
_WAGE, _TRANSFER = 0, 4
_BASIS = np.array([1, 2, 2, 0, 0, 0, 0])
_ITEMS = ("dibao", "tekun", "basic_pension", "pension", "ecological", "disability_allowance", "other")


def register_tables(world: World, doubts: Doubts) -> dict[str, pa.Table]:
    """The six register tables of a block."""
    return {
        "households": households(world, doubts),
        "residents": residents(world, doubts),
        "incomes": incomes(world),
        "statuses": statuses(world),
        "risks": risks(world),
        "measures": measures(world),
    }


def households(world: World, doubts: Doubts) -> pa.Table:
    """One row per household (农户)."""
    homes = world.homes
    collector = homes.village
    names = strange_names(*_collectors(world))
    phones = doubts.cut_phones(ascii_text(phone_numbers(world.people.number[homes.start])))
    return pa.table({
        "household_id": household_ids(world, np.arange(len(homes))),
        "place_code": labels(homes.village, world.places.code),
        "group_name": labels(homes.group, GROUPS),
        "kind": labels(homes.exited.astype(int), ("ordinary", "exited_poverty")),
        "phone": phones,
        "house_grade": labels(house_grade(world), GRADES),
        "house_area": quantity(np.round(homes.area * 100)),
        **{name: flags(homes.more[key]) for name, key in (
            ("water_safe", "water_safe"), ("has_electricity", "electricity"), ("has_toilet", "toilet"),
            ("toilet_works", "toilet_works"), ("road_hardened", "road_hardened"),
        )},
        "road_distance_km": quantity(np.round(doubts.far_roads(homes.road_km) * 100)),
        "farmland_mu": quantity(np.round(doubts.huge_fields(homes.farmland) * 100)),
        **{name: quantity(np.round(homes.more[key] * 100)) for name, key in (
            ("forest_mu", "forest"), ("grain_to_green_mu", "returned"), ("orchard_mu", "orchard"),
            ("pasture_mu", "pasture"), ("water_surface_mu", "water_surface"),
        )},
        "relocated": flags(homes.relocated),
        "no_labour_flag": flags(no_labour(world)),
        "monitored_class": labels(homes.monitored, MONITORED),
        "monitored_on": dates(homes.monitored_on),
        "cleared_on": dates(homes.cleared_on),
        "clearance_manner": labels(homes.manner, ("by_help", "naturally")),
        "checked_until": dates(np.where(homes.checked, world.as_of + np.timedelta64(120, "D"), NO_DAY)),
        "collector_name": spelled(names).take(pa.array(collector)),
        "collector_phone": ascii_text(phone_numbers(90_000_000 + collector)),
    })  # fmt: skip


def house_grade(world: World) -> Numbers:
    """The grade on the books: B once mended; C and D only where the household is monitored for it."""
    homes = world.homes
    return np.where((homes.grade >= 2) & (homes.fixed | (homes.monitored < 0)), 1, homes.grade)


def _collectors(world: World) -> tuple[np.random.Generator, Numbers, Numbers]:
    """One collector (信息采集人) per village, the same in every block."""
    rng = np.random.Generator(np.random.PCG64([world.draws.seed, 0, len(world.places.code)]))
    count = len(world.places.code)
    return rng, rng.integers(0, 2, count), rng.integers(1, 3, count)


def no_labour(world: World) -> Numbers:
    """Whole households without labour that live on aid or under watch (整户无劳动能力兜底保障户)."""
    homes = world.homes
    idle = ~world.any_member(np.isin(world.people.labour, [0, 1, 2]))
    return idle & (homes.on_aid | (homes.monitored >= 0) | homes.exited)


def residents(world: World, doubts: Doubts) -> pa.Table:
    """One row per resident (家庭成员)."""
    people = world.people
    everyone = np.arange(len(people))
    aid = people.aid
    reachable = (people.age >= 14) & (people.age < 85)
    return pa.table({
        "resident_id": resident_ids(world, everyone),
        "household_id": household_ids(world, people.home),
        "name": spelled(people.name),
        "id_number": ascii_text(people.identity),
        "id_kind": labels(np.zeros(len(people), int), ("id_card",)),
        "birth_on": dates(people.birth),
        "sex": labels(people.sex, SEXES),
        "relation": labels(doubts.relations(people.relation), RELATIONS),
        "living_here": flags(living_here(world)),
        "education": labels(doubts.educations(people.education), EDUCATION),
        "school_stage": labels(people.stage, STAGES),
        "dropout_reason": pa.nulls(len(people), pa.string()),
        "serious_illness": flags(people.serious),
        "chronic_illness": flags(people.chronic),
        "disabled": flags(people.disability_grade > 0),
        "labour": labels(doubts.labours(people.labour), LABOUR),
        **_work_columns(world, doubts),
        **_cover_columns(world, doubts),
        "dibao_kind": labels(np.where(aid == AID["dibao"], 0, 1), ("rural", "none")),
        "tekun_kind": labels(np.where(aid == AID["tekun"], 0, 1), ("rural", "none")),
        **_care_columns(world),
        "public_post": flags(people.post),
        "public_post_months": whole(np.where(people.post, 12, 0)),
        "phone": ascii_text(phone_numbers(people.number), reachable),
    })  # fmt: skip


def _care_columns(world: World) -> dict[str, pa.Array]:
    """What 民政 knows of people in extreme hardship: who should support them, and how far they can care for themselves."""
    rng = world.draws.of("care")
    people = world.people
    count = len(people)
    tekun = people.aid == AID["tekun"]
    return {
        "supporter": labels(np.where(tekun, choose(rng, (80, 20), count), -1), ("none", "unable", "able")),
        "children_low_income": flags(happens(rng, 0.08, count), people.age >= 60),
        "self_care": labels(np.where(tekun, choose(rng, (62, 25, 13), count), -1), ("able", "partial", "lost")),
        "collective_care": flags(happens(rng, 0.15, count), tekun),
    }


def living_here(world: World) -> Numbers:
    """Members who share the household's life (共同生活); those registered dead do not."""
    rng = world.draws.of("living here")
    return np.isnat(world.people.died) & ~happens(rng, 0.01, len(world.people))


def _work_columns(world: World, doubts: Doubts) -> dict[str, pa.Array]:
    people = world.people
    away = doubts.idle_workers(people.working)
    rng = world.draws.of("employers")
    place = world.places.county[world.homes.village[people.home]] * 3 + rng.integers(0, 3, len(people))
    own = [name for name in world.places.county_names for _ in range(3)]
    far = ["长沙市", "贵阳市", "成都市", "东莞市", "义乌市", "晋江市"]
    town = np.where(people.scope == 2, rng.integers(0, 3, len(people)), 3 + rng.integers(0, 3, len(people)))
    where = np.where(people.scope < 2, place, len(own) + town)
    return {
        "working_away": flags(away),
        "work_scope": labels(np.where(away, people.scope, -1), SCOPES),
        "work_place": labels(np.where(away, where, -1), own + far),
        "work_months": whole(people.months, away),
        "monthly_wage": yuan(doubts.wages(people.wage), away),
        "employer": labels(np.where(away, employer_of(world), -1), EMPLOYERS),
        "work_channel": labels(np.where(away, rng.integers(0, len(CHANNELS), len(people)), -1), CHANNELS),
        "work_started_on": dates(people.started, away),
        "work_ended_on": dates(np.full(len(people), NO_DAY)),
    }


EMPLOYERS = (
    "恒丰电子厂", "顺达建筑劳务公司", "佳美服装厂", "宏远鞋业公司", "永兴家具厂", "金源矿业公司", "好再来餐馆",
    "安顺物流公司", "绿野农业合作社", "新城物业公司", "兴旺养殖场", "华盛五金厂", "百家超市", "利民家政公司",
    "大地园林公司", "个体雇主",
)  # fmt: skip


def employer_of(world: World) -> Numbers:
    """The firm that a resident works for, an index into EMPLOYERS; the register and the department agree."""
    return world.draws.of("firms").integers(0, len(EMPLOYERS), len(world.people))


def _cover_columns(world: World, doubts: Doubts) -> dict[str, pa.Array]:
    people = world.people
    return {
        "resident_insured": flags(doubts.insured_twice(resident_cover_known(world))),
        "employee_insured": flags(doubts.insured_twice(people.employee_cover)),
        "critical_insured": flags(people.resident_cover | people.employee_cover),
        "resident_pension": flags(people.resident_pension),
        "employee_pension": flags(people.employee_pension),
    }


def resident_cover_known(world: World) -> Numbers:
    """Who is entered as insured (居民医保): the register learns late of those who stopped paying."""
    people = world.people
    unheard = happens(world.draws.of("cover known"), 0.88, len(people))
    return people.resident_cover | (unheard & ~people.employee_cover)


def incomes(world: World) -> pa.Table:
    """Dated entries (收支) of the last twelve whole months, one per household or member, kind and item."""
    personal, shared = _amounts_of_people(world), _amounts_of_homes(world)
    amounts = personal + shared
    rows = [np.flatnonzero(amount > 0) for _, _, amount in amounts]
    fen = np.concatenate([amount[part] for (_, _, amount), part in zip(amounts, rows, strict=True)])
    counts = [len(part) for part in rows]
    who = np.concatenate(rows)
    is_person = np.arange(len(who)) < sum(counts[: len(personal)])
    home = np.where(is_person, world.people.home[np.where(is_person, who, 0)], who)
    order = np.argsort(home, kind="stable")
    kind = np.repeat([kind for kind, _, _ in amounts], counts)[order]
    since, until = year_ended(world.as_of)
    return pa.table({
        "household_id": household_ids(world, home[order]),
        "resident_id": resident_ids(world, np.where(is_person, who, -1)[order]),
        "kind": labels(kind, _KINDS),
        "item": labels(np.repeat([item for _, item, _ in amounts], counts)[order], _ITEMS),
        "amount": yuan(fen[order]),
        "from_on": dates(np.full(len(who), since)),
        "until_on": dates(np.full(len(who), until)),
        "basis": labels(_BASIS[kind], ("actual", "declared", "estimated")),
    })  # fmt: skip


def _amounts_of_people(world: World) -> list[tuple[int, int, Numbers]]:
    """Kind, item (-1 = none) and yearly amount of everybody: wages, aid, pensions, allowances."""
    people = world.people
    return [
        (_WAGE, -1, people.wage_year + people.post_year),
        (_TRANSFER, 0, np.where(people.aid == AID["dibao"], people.aid_year, 0)),
        (_TRANSFER, 1, np.where(people.aid == AID["tekun"], people.aid_year, 0)),
        (_TRANSFER, 2, np.where(people.employee_pension, 0, people.pension_year)),
        (_TRANSFER, 3, np.where(people.employee_pension, people.pension_year, 0)),
        (_TRANSFER, 5, people.allowance_year),
    ]


def _amounts_of_homes(world: World) -> list[tuple[int, int, Numbers]]:
    """Kind, item and yearly amount of every household: farming, property, subsidies and support, claims, self-paid."""
    homes = world.homes
    return [
        (1, -1, homes.business_income), (2, -1, homes.business_cost), (3, -1, homes.property),
        (_TRANSFER, 4, homes.ecological), (_TRANSFER, 6, homes.subsidy + homes.support),
        (5, -1, homes.claims), (6, -1, homes.self_paid_12m),
    ]  # fmt: skip


def statuses(world: World) -> pa.Table:
    """Dated tags (身份标签) of households and residents."""
    homes, people = world.homes, world.people
    never, nobody = np.full(len(homes), NO_DAY), np.full(len(people), NO_DAY)
    left_poverty = np.datetime64("2014-12-31") + (homes.number % 7 * 365).astype("timedelta64[D]")
    parts = [
        (homes.exited, False, "exited_poverty", left_poverty, never),
        (homes.relocated, False, "relocated", moved_on(world), never),
        (people.disability_grade > 0, True, "disabled", people.certified, nobody),
    ]
    for code, name in enumerate(MONITORED):
        parts.append((homes.monitored == code, False, name, homes.monitored_on, homes.cleared_on))
    for code, name in enumerate(AID_KINDS):
        if name in _TAG:
            parts.append((people.aid == code, True, name, people.aid_since, nobody))
    return pa.concat_tables(
        _tagged(world, np.flatnonzero(flag), personal, _TAG[tag], since, until)
        for flag, personal, tag, since, until in parts
    )


def _tagged(world: World, rows: Numbers, personal: bool, tag: int, since: Numbers, until: Numbers) -> pa.Table:
    home = world.people.home[rows] if personal else rows
    return pa.table({
        "household_id": household_ids(world, home),
        "resident_id": resident_ids(world, rows) if personal else pa.nulls(len(rows), pa.string()),
        "tag": labels(np.full(len(rows), tag), TAGS),
        "valid_from": dates(since[rows]),
        "valid_until": dates(until[rows]),
    })  # fmt: skip


def moved_on(world: World) -> Numbers:
    """The day on which relocated households moved (易地搬迁 2016–2020)."""
    return np.datetime64("2016-06-01") + (world.homes.number % 1600).astype("timedelta64[D]")


def risks(world: World) -> pa.Table:
    """The risk for which a household is monitored (返贫致贫风险)."""
    homes = world.homes
    here = np.flatnonzero(homes.monitored >= 0)
    noted = note_needed(homes.risk[here])
    return pa.table(
        {
            "household_id": household_ids(world, here),
            "risk": labels(homes.risk[here], RISKS),
            "since_on": dates(homes.monitored_on[here]),
            "note": labels(np.where(noted, here % 2, -1), ("子女分户后老人独居，收入下降", "婚丧等其他支出较大")),
        }
    )
