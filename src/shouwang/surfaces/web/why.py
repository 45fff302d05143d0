"""Why a household is warned (为什么预警): one card with the values, the standards, their sources and what comes next.

依据: 个人信息保护法 第二十四条（自动化决策应当透明，个人有权要求说明）。
"""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shouwang.register.households.queries import HouseholdFile, household_file
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.queries import open_clue_of_household
from shouwang.stream.feeds.contracts import active_pack
from shouwang.stream.screening.choices import Factor, WarningState
from shouwang.stream.screening.queries import Explanation, explanation, household_warnings, rule_titles
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import look
from shouwang.surfaces.web.place_choice import address
from shouwang.surfaces.web.units import unit_words


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
def why(request: StaffRequest, warning_id: int) -> HttpResponse:
    """The card of one warning; another place's warning is not found."""
    found = explanation(request.actor, warning_id)
    file = household_file(request.actor, found.warning.household_id) if found else None
    if found is None or file is None:
        raise Http404
    look(request, found.warning.household_id, "为什么预警", task=f"warning:{warning_id}")
    card = _card(found, file)
    context: dict[str, Any] = {"crumbs": _crumbs(card, file), "card": card, "siblings": _siblings(request.actor, found)}
    context["clue"] = open_clue_of_household(request.actor, file.household.household_id)
    return render(request, "web/why.html", context)


def _card(found: Explanation, file: HouseholdFile) -> dict[str, Any]:
    warning, home = found.warning, file.household
    names = {one.resident.resident_id: one.resident.name for one in file.members}
    return {
        "title": found.title,
        "level": warning.level,
        "factor": Factor(warning.factor).label,
        "because": found.because,
        "head_name": home.head_name,
        "household_address": f"{reverse('household_file', args=[home.household_id])}?for=warning:{warning.pk}",
        "place_name": home.place.full_name,
        "resident_name": names.get(warning.resident_id, ""),
        "is_new": warning.state == WarningState.NEW,
        "gone": warning.state == WarningState.GONE,
        "previous_level": warning.previous_level,
        "as_of": found.as_of,
        "first_seen": warning.first_seen_run.as_of,
        "facts": _facts(found),
        "thresholds": _thresholds(found, home.place.code),
        "rule_source": found.source,
        "rule_clause": found.clause,
        "rule_verified": found.verified,
        "clears_when": found.clears_when,
        "condition": found.condition,
        "pack": found.pack,
        "pack_version": found.pack_version,
        "steps": _steps(found),
    }


def _facts(found: Explanation) -> list[dict[str, Any]]:
    """Each value with its unit and the feeds that it was made from."""
    words = found.run.vocabulary.get("values", {})
    used = {one.name: one for one in found.sources}
    return [
        {
            "title": one.title,
            **_figure(one.text, words.get(one.name, {}).get("unit", "")),
            "unknown": one.unknown,
            "sources": [_source(used[name]) for name in _feeds_behind(found, one.name) if _came(used.get(name))],
        }
        for one in found.values
    ]


def _figure(text: str, unit: str) -> dict[str, str]:
    """The number and, apart from it, its unit."""
    sign = text[-1:] if text[-1:] in "元%" else ""
    return {"value": text.removesuffix(sign), "unit": f"{sign} {unit_words(unit)}".strip()}


def _came(used: Any) -> bool:
    """Whether a feed was delivered at all; a fact may also rest on the register alone."""
    return used is not None and used.last_received_at is not None


def _source(used: Any) -> dict[str, Any]:
    return {"title": used.title, "unit": used.unit or "农户登记", "on": used.last_received_at}


def _feeds_behind(found: Explanation, fact: str) -> tuple[str, ...]:
    """The feeds that a fact draws on, while the pack is the one that the run followed; else all of the warning's."""
    pack = active_pack()
    if (pack.name, pack.version) != (found.run.pack, found.run.pack_version):
        return tuple(one.name for one in found.sources)
    compiled = pack.program(found.as_of).facts.get(fact)
    return pack.program(found.as_of).feeds_behind([compiled.node]) if compiled else ()


def _thresholds(found: Explanation, place_code: str) -> list[dict[str, Any]]:
    words = found.run.vocabulary.get("thresholds", {})
    return [
        {
            "title": one.title,
            **_figure(one.text, words.get(one.name, {}).get("unit", "")),
            **_grounds(found, one.name, place_code),
        }
        for one in found.thresholds
    ]


def _grounds(found: Explanation, name: str, place_code: str) -> dict[str, str]:
    """Where a standard was read and whether somebody has compared it with the original."""
    pack = active_pack()
    resolved = pack.program(found.as_of).parameters.get(name) if pack.name == found.run.pack else None
    dated = resolved.dated_at(place_code) if resolved else None
    if dated is None:
        return {"clause": "", "source": "", "verified": "no", "note": ""}
    return {"clause": dated.clause, "source": dated.source, "verified": dated.verified, "note": dated.note}


def _steps(found: Explanation) -> list[str]:
    """What people do now; the machine decides nothing."""
    owner = found.owner or "数据来源部门"
    if found.warning.level == "review":
        return [f"请{owner}核对左边的记录是不是同一个人、是不是最新。", "写明核对结论；核对前不得影响这户的任何待遇。"]
    return [
        f"向{owner}核对左边的数是否属实、是否最新。",
        "两人以上入户，看家里的实际情况，听农户自己怎么说。",
        "有风险的，按程序评议、纳入监测；没有风险的，写明理由和多久以内不再提醒。",
    ]


def _crumbs(card: dict[str, Any], file: HouseholdFile) -> list[dict[str, str]]:
    return [
        {"title": "预警名单", "address": reverse("warning_list")},
        {"title": card["place_name"], "address": address("warning_list", file.household.place.code)},
        {"title": f"{card['head_name'] or '未知'}户", "address": card["household_address"]},
        {"title": "为什么预警", "address": ""},
    ]


def _siblings(actor: Actor, found: Explanation) -> list[dict[str, str]]:
    """The other warnings in force of the same household."""
    titles = rule_titles()
    rows = household_warnings(actor, found.warning.household_id).exclude(pk=found.warning.pk)
    return [
        {"level": one.level, "title": titles.get(one.rule, one.rule), "address": reverse("why", args=[one.pk])}
        for one in rows.exclude(state=WarningState.GONE)
    ]
