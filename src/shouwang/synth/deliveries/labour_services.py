"""Local feeds of the labour bureau (人社局): skill courses, placements by brokers, schooling of young leavers (两后生).

They are written only for packs that have their contracts, and draw from streams of their own.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from shouwang.synth.chance import Numbers, choose, happens
from shouwang.synth.columns import DAY, dates, flags, labels, spelled, whole, yuan
from shouwang.synth.naming import strange_names
from shouwang.synth.register_tables import EMPLOYERS, employer_of
from shouwang.synth.reporting_dates import month_report
from shouwang.synth.rows import Rows, about_people
from shouwang.synth.schooling import school_year_starts
from shouwang.synth.world import LABOUR_CODE, STAGE, World

KINDS = ("guidance", "special_skill", "basic_skill", "pre_job", "near_home", "farming", "startup", "on_the_job")
COURSES = (
    "外出务工引导", "中式烹调", "电焊", "岗前安全", "竹编加工", "油茶种植", "网络创业", "车间缝纫",
    "城市生活常识", "养老护理", "叉车操作", "家政服务", "电子元件装配", "肉牛养殖", "创业意识", "车间装配",
)  # fmt: skip
"""Two courses for each kind, one list after the other."""
PROVIDERS = ("郴州技师学院", "宏图职业培训学校", "兴农职业培训学校", "县职业中专", "阳光家政培训中心")
SCHOOLS = (
    "郴州技师学院", "郴州职业技术学院", "郴州综合职业中专", "郴州工业交通学校", "郴州市理工职业技术学校",
)  # fmt: skip
COURSE_DAY, PLACEMENT, SCHOOL_YEAR = 20_00, 300_00, 6_000_00
"""What the bureau pays, in 分: a day of a course, a placement that lasted, a school year."""
POOR = 9_000_00
DAYS = "timedelta64[D]"


def low_income(world: World) -> Numbers:
    """Members of households on aid, out of poverty, under watch or with little income, as flags."""
    homes = world.homes
    return world.of_home(homes.on_aid | homes.exited | (homes.monitored >= 0) | (homes.per_head < POOR))


def trainings(world: World) -> Rows:
    """Courses (技能培训) within a year and a half: one in fourteen of those who can work; a few are still going on."""
    rng = world.draws.of("training feed")
    people = world.people
    who = np.flatnonzero(low_income(world) & _can_learn(world) & happens(rng, 0.07, len(people)))
    count = len(who)
    kind = choose(rng, (10, 26, 18, 12, 12, 12, 4, 6), count)
    started = world.as_of - rng.integers(1, 540, count).astype(DAYS)
    lasts = rng.integers(3, 16, count)
    ended = started + lasts.astype(DAYS)
    over = ended <= world.as_of
    attended = np.minimum(lasts - rng.integers(0, 3, count), (world.as_of - started).astype(int)).clip(1)
    paid = over & (kind < KINDS.index("farming")) & happens(rng, 0.9, count)
    columns = {
        "course": labels(kind + len(KINDS) * rng.integers(0, 2, count), COURSES),
        "kind": labels(kind, KINDS),
        "provider": labels(rng.integers(0, len(PROVIDERS), count), PROVIDERS),
        "started_on": dates(started),
        "ended_on": dates(ended, over),
        "days_attended": whole(attended),
        "completed": flags(over & happens(rng, 0.93, count)),
        "allowance_paid": yuan(np.where(paid, attended * COURSE_DAY, 0)),
    }
    return about_people(world, "trainings", who, columns)


def job_placements(world: World) -> Rows:
    """Placements by brokers (劳务介绍): one in twelve of those who work; most who stayed were asked lately."""
    rng = world.draws.of("placement feed")
    people = world.people
    works = people.working & (people.scope >= 1) & (people.age >= 16)
    who = np.flatnonzero(low_income(world) & works & happens(rng, 0.085, len(people)))
    count = len(who)
    gone = people.out_of_work[who]
    ended = np.where(gone, people.stopped[who], world.as_of)
    placed = np.minimum(people.started[who], ended)
    asked = np.maximum(month_report(world.as_of) - rng.integers(0, 120, count).astype(DAYS), placed)
    confirmed = ~gone & happens(rng, 0.85, count)
    lasted = np.where(gone, ended, np.where(confirmed, asked, placed)) - placed
    paid = (lasted >= np.timedelta64(190, "D")) & happens(rng, 0.85, count)
    columns = {
        "placed_on": dates(placed),
        "broker": _brokers(world).take(pa.array(world.homes.village[people.home[who]])),
        "employer": labels(employer_of(world)[who], EMPLOYERS),
        "confirmed_on": dates(asked, confirmed),
        "ended_on": dates(ended, gone),
        "subsidy_paid": yuan(np.where(paid, PLACEMENT, 0)),
    }
    return about_people(world, "job_placements", who, columns)


def school_leavers(world: World) -> Rows:
    """Schooling of young leavers (两后生学历教育): who is in vocational school now, and a few who left it early."""
    rng = world.draws.of("school leaver feed")
    people = world.people
    first, last = STAGE["vocational_1"], STAGE["vocational_3"]
    young = (people.age >= 14) & (people.age < 26) & np.isnat(people.died)
    pupil = young & (people.stage >= first) & (people.stage <= last)
    left = young & (people.age >= 16) & (people.stage == STAGE["none"])
    share = np.where(pupil, 0.6, np.where(left, 0.03, 0.0))
    who = np.flatnonzero(low_income(world) & happens(rng, share, len(people)))
    count = len(who)
    begun = school_year_starts(world.as_of).astype("datetime64[M]")
    year = np.where(pupil[who], people.stage[who] - first, 1)
    enrolled = (begun - (12 * year).astype("timedelta64[M]")).astype(DAY)
    stayed = np.minimum(rng.integers(60, 400, count), (world.as_of - enrolled).astype(int))
    gone = ~pupil[who]
    years_paid = np.where(gone, 1, np.minimum(year + happens(rng, 0.7, count), 2))
    columns = {
        "enrolled_on": dates(enrolled),
        "school": labels(rng.integers(0, len(SCHOOLS), count), SCHOOLS),
        "years": whole(np.full(count, 3)),
        "ended_on": dates(enrolled + stayed.astype(DAYS), gone),
        "allowance_paid": yuan(years_paid * SCHOOL_YEAR),
    }
    return about_people(world, "school_leavers", who, columns)


def _can_learn(world: World) -> Numbers:
    """People of working age who have left school and can work at least a little, as flags."""
    people = world.people
    fit = (people.age >= 16) & (people.age < 60) & (people.labour <= LABOUR_CODE["weak"])
    return fit & (people.stage == STAGE["none"]) & np.isnat(people.died)


def _brokers(world: World) -> pa.Array:
    """One broker (劳务经纪人) per village, the same in every block."""
    count = len(world.places.code)
    rng = np.random.Generator(np.random.PCG64([world.draws.seed, 1, count]))
    return spelled(strange_names(rng, rng.integers(0, 2, count), rng.integers(1, 3, count)))
