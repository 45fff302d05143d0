"""Feeds of the health side (医保局、卫健局、残联、公安局): bills, cover, patients, disability cards, deaths."""

from __future__ import annotations

import numpy as np

from shouwang.synth.chance import Numbers, choose, choose_by, happens
from shouwang.synth.columns import ascii_text, dates, flags, labels, whole, yuan
from shouwang.synth.risk import AID
from shouwang.synth.rows import Rows, about_people, serials
from shouwang.synth.stories import STORY
from shouwang.synth.world import CATEGORIES, World

KINDS = ("outpatient", "chronic_outpatient", "inpatient")
DISEASE_KINDS = ("serious", "hypertension", "diabetes", "tuberculosis", "mental", "other_chronic")
DISEASES = (
    ("肺癌", "serious"), ("胃癌", "serious"), ("肝癌", "serious"), ("宫颈癌", "serious"), ("终末期肾病", "serious"),
    ("急性心肌梗死", "serious"), ("脑出血", "serious"), ("白血病", "serious"), ("高血压", "hypertension"),
    ("2型糖尿病", "diabetes"), ("肺结核", "tuberculosis"), ("精神分裂症", "mental"), ("冠心病", "other_chronic"),
    ("慢性阻塞性肺疾病", "other_chronic"), ("类风湿关节炎", "other_chronic"), ("脑梗死后遗症", "other_chronic"),
    ("慢性乙型肝炎", "other_chronic"),
)  # fmt: skip
SERIOUS = 8
PREMIUM = 400_00


def medical_settlements(world: World) -> Rows:
    """Settlements (医保结算) of eighteen months, 0.9 per person."""
    bills = world.bills
    order = np.argsort(bills.day, kind="stable")
    village = world.homes.village[world.people.home[bills.person]]
    names, hospital = _hospitals(world, bills.kind, village)
    columns = {
        "settlement_no": serials(world, "YB", len(order)),
        "hospital": labels(hospital[order], names),
        "visit_kind": labels(bills.kind[order], KINDS),
        "settled_on": dates(bills.day[order]),
        "total_cost": yuan(bills.total[order]),
        "covered_cost": yuan(bills.covered[order]),
        "basic_paid": yuan(bills.basic[order]),
        "critical_paid": yuan(bills.critical[order]),
        "aid_paid": yuan(bills.aid[order]),
        "supplementary_paid": yuan(
            np.zeros(len(order), np.int64)
        ),  # self_paid already is what is left after all layers
        "self_paid": yuan(bills.self_paid[order]),
    }
    return about_people(world, "medical_settlements", bills.person[order], columns)


def _hospitals(world: World, kind: Numbers, village: Numbers) -> tuple[list[str], Numbers]:
    """Names and index of the hospital: most outpatients in the township, most inpatients in the county or beyond."""
    places = world.places
    level = choose_by(world.draws.of("hospitals"), ((0.7, 0.3, 0.0), (0.45, 0.5, 0.05), (0.25, 0.55, 0.2)), kind)
    towns = [name + "卫生院" for name in places.township_names]
    counties = [name + "人民医院" for name in places.county_names]
    cities = [name + "第一人民医院" for name in places.city_names]
    first = np.array([0, len(towns), len(towns) + len(counties)])
    own = np.stack([places.township[village], places.county[village], places.county[village]])
    return towns + counties + cities, first[level] + own[level, np.arange(len(village))]


def insurance_enrolments(world: World) -> Rows:
    """This year's cover (医保参保), one row per resident."""
    people = world.people
    rng = world.draws.of("insurance")
    year = int(world.as_of.astype("datetime64[Y]").astype(int)) + 1970
    insured = people.resident_cover | people.employee_cover
    began = np.datetime64(f"{year - 1}-09-01") + rng.integers(0, 120, len(people)).astype("timedelta64[D]")
    began = np.maximum(began, np.minimum(people.birth + np.timedelta64(20, "D"), world.as_of))
    full = np.isin(people.aid, [AID["tekun"], AID["orphan"]])
    half = (people.aid == AID["dibao"]) | (world.homes.monitored >= 0)[people.home]
    subsidy = np.where(full, PREMIUM, np.where(half, PREMIUM // 2, 0)) * people.resident_cover
    columns = {
        "enrolment_year": whole(np.full(len(people), year)),
        "insurance": labels(np.where(insured, people.employee_cover.astype(int), -1), ("resident", "employee")),
        "insured": flags(insured),
        "enrolled_on": dates(began, insured),
        "subsidised": yuan(subsidy),
        "paid_by_self": yuan(np.where(people.resident_cover, PREMIUM - subsidy, 0)),
    }
    return about_people(world, "insurance_enrolments", np.arange(len(people)), columns)


def chronic_patients(world: World) -> Rows:
    """Patients under care (大病慢病患者): 8 % of residents, one row each."""
    rng = world.draws.of("patients")
    people = world.people
    who = np.flatnonzero((people.serious | people.chronic) & np.isnat(people.died))
    serious = people.serious[who]
    disease = np.where(
        serious, choose(rng, (3, 2, 2, 1, 2, 3, 4, 0.5), len(who)),
        SERIOUS + choose(rng, (45, 16, 1, 4, 9, 8, 9, 5, 3), len(who)),
    )  # fmt: skip
    kinds = np.array([DISEASE_KINDS.index(kind) for _, kind in DISEASES])
    back = rng.integers(40, 3000, len(who))
    hit = (world.of_home(world.homes.story)[who] == STORY["cancer_bills"]) & people.chosen[who]
    back = np.where(hit, 150 + back % 60, back)
    born = people.birth[who] + np.timedelta64(100, "D")
    diagnosed = np.minimum(np.maximum(world.as_of - back.astype("timedelta64[D]"), born), world.as_of)
    followed = world.as_of - rng.integers(1, 150, len(who)).astype("timedelta64[D]")
    columns = {
        "disease": labels(disease, [name for name, _ in DISEASES]),
        "disease_kind": labels(kinds[disease], DISEASE_KINDS),
        "diagnosed_on": dates(diagnosed),
        "signed_doctor": flags(happens(rng, 0.88, len(who))),
        "last_follow_up_on": dates(np.maximum(followed, diagnosed)),
    }
    return about_people(world, "chronic_patients", who, columns)


def disabilities(world: World) -> Rows:
    """Disability cards (残疾人): 4 % of residents; the card number is the identity number, category and grade."""
    people = world.people
    who = np.flatnonzero(people.disability_grade > 0)
    columns = {
        "card_number": ascii_text(card_numbers(world, who)),
        "category": labels(people.disability[who], CATEGORIES),
        "grade": whole(people.disability_grade[who]),
        "certified_on": dates(people.certified[who]),
        "living_allowance": yuan(people.living_allowance[who]),
        "care_allowance": yuan(people.care_allowance[who]),
    }
    return about_people(world, "disabilities", who, columns)


def card_numbers(world: World, who: Numbers) -> Numbers:
    """Disability card numbers (残疾人证号) of twenty characters, as ASCII bytes."""
    number = np.empty((len(who), 20), np.uint8)
    number[:, :18] = world.people.identity[who]
    number[:, 18] = 49 + np.maximum(world.people.disability[who], 0)
    number[:, 19] = 48 + np.maximum(world.people.disability_grade[who], 1)
    return number


def deaths(world: World) -> Rows:
    """Deaths (死亡登记) of residents who are still on the books."""
    people = world.people
    rng = world.draws.of("deaths")
    who = np.flatnonzero(~np.isnat(people.died))
    reason = choose_by(rng, ((80, 15, 0, 5), (45, 4, 50, 1)), (people.age[who] >= 75).astype(np.int64))
    killed = people.chosen[who] & (world.of_home(world.homes.story)[who] == STORY["traffic_death"])
    columns = {
        "died_on": dates(people.died[who]),
        "reason": labels(np.where(killed, 1, reason), ("illness", "accident", "old_age", "other")),
    }
    return about_people(world, "deaths", who, columns)
