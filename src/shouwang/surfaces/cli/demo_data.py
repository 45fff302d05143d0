"""What the demo is made of (演示数据): each step does what is missing and nothing twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.utils import timezone

from shouwang import synth
from shouwang.register.households.actions import import_register
from shouwang.register.households.queries import household_count, households
from shouwang.register.places.actions import load_places, load_township_matches
from shouwang.register.places.crosswalk import crosswalk
from shouwang.register.places.queries import place_counts, places_at
from shouwang.register.places.reading import read_places
from shouwang.register.procedure.queries import case_counts
from shouwang.register.staff.queries import SYSTEM, Actor, actor_named
from shouwang.stream.feeds.actions import receive_delivery
from shouwang.stream.feeds.contracts import feed_contracts
from shouwang.stream.feeds.queries import deliveries, delivery_totals
from shouwang.stream.linkage.actions import accept_delivery
from shouwang.stream.linkage.holding import holder
from shouwang.stream.screening.actions import execute_run, queue_screening
from shouwang.stream.screening.queries import last_run
from shouwang.surfaces.cli.cast import kept_password, open_cast
from shouwang.surfaces.cli.demo_cases import has_cases, play_cases
from shouwang.surfaces.cli.demo_clearances import has_clearances, play_clearances
from shouwang.surfaces.cli.demo_clues import clue_figures, has_clues, play_clues
from shouwang.surfaces.cli.demo_field import has_field_forms, play_phone
from shouwang.surfaces.cli.demo_files import BAD_EVERY, department_file
from shouwang.surfaces.cli.demo_plans import draft_demo_plans, has_plans
from shouwang.surfaces.cli.demo_portal import has_portal, play_portal, portal_figures
from shouwang.surfaces.cli.demo_sheet import bring_sheet, has_sheets

Step = tuple[str, str, Callable[[], object]]
REGISTER = ("households", "residents", "incomes", "statuses", "risks", "measures")
TOWNS_PER_COUNTY = 3


@dataclass(frozen=True)
class County:
    """What a demo is made from: a folder of files, how to fill it, and how to say so."""

    data: Path
    told: str
    make: Callable[[Path], object]
    bad_every: int = BAD_EVERY


def large_county(home: Path, residents: int, seed: int) -> County:
    """The large county of the demo."""
    return County(
        home / "demo" / f"{residents}-{seed}", f"合成 {residents:,} 人", lambda data: _make(data, residents, seed)
    )


def steps(home: Path, county: County, say: Callable[[str], None]) -> Iterator[Step]:
    """What is still missing, in order: name, what to tell, what to do."""
    data = county.data
    if not place_counts()["village"]:
        yield "places", "导入五个地区的真实区划", _load_places
    if not household_count(SYSTEM)["households"]:
        if not (data / "register" / "measures.parquet").exists():
            yield "synth", county.told, lambda: county.make(data)
        yield "register", "导入农户登记（证件号加密）", lambda: _import(data)
    yield "accounts", "开通演示账号", lambda: _open_accounts(home)
    if last_run(SYSTEM) is None:
        done = set(deliveries(SYSTEM, status="accepted").values_list("feed", flat=True))
        made = {path.stem for path in (data / "feeds").glob("*.parquet")}
        left = [feed for feed in feed_contracts() if feed in made - done]
        if left:
            yield "deliveries", f"{len(left)} 份部门文件：读取、校验、匹配", lambda: _deliver(county, left, say)
        yield "screening", "筛查并发布预警", _screen
    yield from _stories()


def _stories() -> Iterator[Step]:
    """What the cast plays with what is there, in order."""
    if not has_cases():
        yield "cases", "十几户走到认定的各个环节", play_cases
    if not has_clues():
        yield "clues", "预警转为线索，核实、申请、逾期各有几例", play_clues
    if not has_portal():
        yield "portal", "邻居在门户里替人申请", play_portal
    if not has_plans():
        yield "plans", "十来户监测户的帮扶方案", draft_demo_plans
    if not has_clearances():
        yield "clearances", "几户走到风险消除的各个环节，发起季度动态管理", play_clearances
    if not has_field_forms():
        yield "field", "一部外出手机回来：一份已办，一份别人先改过", play_phone
    if not has_sheets():
        yield "sheet", "导入一张全国系统的表，里面有几处和登记不一样", bring_sheet


def summary(home: Path) -> dict[str, Any]:
    """What the demo holds, as ONCE=1 prints it."""
    run, totals = last_run(SYSTEM), delivery_totals(SYSTEM)
    receipts = [one.receipt for one in deliveries(SYSTEM, status="accepted")]
    tiers: dict[str, int] = {}
    for receipt in receipts:
        for tier, count in receipt["tiers"].items():
            tiers[tier] = tiers.get(tier, 0) + count
    return {
        "places": place_counts(),
        **household_count(SYSTEM),
        "deliveries": totals["deliveries"],
        "rows_in": totals["rows_in"],
        "rows_accepted": totals["rows_accepted"],
        "rows_rejected": totals["rows_rejected"],
        "rows_review": totals["rows_review"],
        "rows_unlinked": totals["rows_unlinked"],
        "linked_by_tier": dict(sorted(tiers.items())),
        "warnings": run.summary["warnings"] if run else {},
        "warned_households": run.summary["warned_households"] if run else 0,
        "doubts": run.summary["doubts"] if run else 0,
        "cases": case_counts(SYSTEM),
        "clues": clue_figures(),
        "portal": portal_figures(),
        "as_of": run.as_of.isoformat() if run else None,
        "accounts": _open_accounts(home),
        "password": kept_password(home),
    }


def _load_places() -> None:
    load_places(places=read_places())
    load_places(places=read_places(system="mca"))
    load_township_matches(matches=crosswalk())


def _make(data: Path, residents: int, seed: int) -> None:
    """Some towns of every county, so that the map is whole and a village has enough households."""
    towns = []
    for county in places_at("county", range_low=431000000000, range_high=431100000000):
        inside = places_at("township", range_low=county.range_low, range_high=county.range_high)
        towns += [town.code for town in inside if town.name.endswith("镇")][:TOWNS_PER_COUNTY]
    synth.make(
        residents=residents,
        seed=seed,
        as_of=timezone.localdate(),
        out=data,
        places=towns,
        linked=False,
        pack=settings.PACK,
    )


def _import(data: Path) -> None:
    tables = {name: pq.read_table(data / "register" / f"{name}.parquet") for name in REGISTER}
    import_register(tables=tables, actor=SYSTEM, at=timezone.now())


def _open_accounts(home: Path) -> list[dict[str, str]]:
    """Accounts around the village that has most households."""
    from django.db.models import Count

    counted = (
        households(SYSTEM).order_by().values_list("place__code").annotate(n=Count("pk")).order_by("-n", "place__code")
    )
    village = counted[0][0]
    return open_cast(village_code=village, password=kept_password(home), at=timezone.now())


def _deliver(county: County, feeds: list[str], say: Callable[[str], None]) -> None:
    """Each department's file through the real way in; the people of the area are read once for all of them."""
    clerk = actor_named("laohe", on=timezone.localdate()) or SYSTEM
    liaison = actor_named("xiaosun", on=timezone.localdate()) or SYSTEM
    try:
        for feed, source in ((name, feed_contracts()[name]) for name in feeds):
            actor: Actor = liaison if source.unit == liaison.unit else clerk
            name, content = department_file(county.data, source, bad_every=county.bad_every)
            sent = receive_delivery(feed=feed, file_name=name, content=content, actor=actor, at=timezone.now())
            done = accept_delivery(
                delivery_id=sent.delivery.pk, actor=actor, at=timezone.now(), people_of=holder.people
            )
            say(f"    {source.unit} {name}：{done.rows_in:,} 行，入库 {done.rows_accepted:,}，退回 {done.rows_rejected:,}，"
                f"待核对 {done.rows_review:,}{('，' + done.problem) if done.problem else ''}")  # fmt: skip
    finally:
        holder.forget()


def _screen() -> None:
    at = timezone.now()
    run = queue_screening(pack=settings.PACK, as_of=timezone.localdate(at), actor=SYSTEM, at=at)
    execute_run(run_id=run.pk, actor=SYSTEM, at=at)
