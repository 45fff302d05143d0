"""Clues of the demo (演示线索): the screening's warnings taken up, and a few stories that the cast plays with them.

Nothing is written past the actions: what a page could not do, this cannot do either.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shouwang.register.households.queries import households
from shouwang.register.staff.queries import SYSTEM, Actor, actor_named
from shouwang.stream.clues.actions import (
    Answer,
    Closing,
    Report,
    close_clue,
    confirm_clue,
    dispatch_clues,
    escalate_overdue_clues,
    report_clue,
    take_clues,
    take_up_warnings,
)
from shouwang.stream.clues.limits import quarter_ends
from shouwang.stream.clues.queries import clues, counts, open_clue_of_household
from shouwang.stream.screening.queries import last_run

HANDED_ON = 24
CLOSINGS = (
    Closing("helped_otherwise", "住院费已由医疗救助报销大半"),
    Closing("data_error", "结算单是同名的人"),
    Closing("moved_away", "全家搬到县城，已转告当地"),
)


def has_clues() -> bool:
    """Whether warnings were taken up already."""
    return clues(SYSTEM, on=timezone.localdate()).exists()


@transaction.atomic
def play_clues() -> None:
    """Warnings become clues; some are checked and closed, neighbours apply, a department reports, a few are late."""
    now, day = timezone.now(), timezone.localdate()
    run = last_run(SYSTEM)
    if run is not None:
        take_up_warnings(run_id=run.pk, actor=SYSTEM, at=now)
    township, village, liaison = (actor_named(name, on=day) for name in ("xiaochen", "xiaowang", "xiaosun"))
    if township is None or village is None or liaison is None:
        return
    _check_some(township, village, day, now)
    free = _quiet_households(village)
    _late_reports(township, village, free, now)
    _applications(township, village, free, now)
    _report(liaison, "department_warning", free[4:5], "医保结算里这户三个月住院四次", now, by="医保局窗口")


def _check_some(township: Actor, village: Actor, day: date, now: datetime) -> None:
    """The township hands on, the collector checks: most have no risk, one is true."""
    mine = list(clues(village, on=day).values_list("pk", flat=True)[:HANDED_ON])
    dispatch_clues(clue_ids=mine, actor=township, at=now)
    taken = mine[: len(CLOSINGS) + 3]
    take_clues(clue_ids=taken, actor=village, at=now)
    no_risk = Closing("checked_no_risk", "在外务工，收入稳定", quarter_ends(day)[1])
    for clue_id, closing in zip(taken, (*CLOSINGS, no_risk), strict=False):
        close_clue(clue_id=clue_id, closing=closing, actor=village, at=now)
    for clue_id in taken[len(CLOSINGS) + 1 :][:1]:
        confirm_clue(clue_id=clue_id, sentence="看过病历和欠条，确实困难", actor=village, at=now)


def _quiet_households(village: Actor) -> list[tuple[str, str, int]]:
    """Households of the village without a clue: number, head, village."""
    found = households(village).filter(monitored_class=None).order_by("household_id")[:60]
    return [
        (one.household_id, one.head_name, one.place_number)
        for one in found
        if one.head_name and open_clue_of_household(village, one.household_id) is None
    ]


def _late_reports(township: Actor, village: Actor, free: list[tuple[str, str, int]], now: datetime) -> None:
    """Three reports of last month that nobody got to: they have gone up since."""
    for home, days, what in zip(free[:3], (30, 18, 9), ("房子漏雨", "儿子务工摔伤", "猪瘟死了六头"), strict=False):
        at = now - timedelta(days=days)
        clue_id = _report(township, "hotline_12345", [home], f"来电反映{what}，生活困难", at, by="本人来电")
        if days < 30:
            dispatch_clues(clue_ids=[clue_id], actor=township, at=at + timedelta(days=1))
    for days in range(28, -1, -1):
        escalate_overdue_clues(actor=SYSTEM, at=now - timedelta(days=days))


def _applications(township: Actor, village: Actor, free: list[tuple[str, str, int]], now: datetime) -> None:
    """A widow who cannot write, entered by the collector as her neighbour told it; and one that was answered."""
    told = "老伴去年过世，自己不识字，眼睛看不清，靠邻居接济，想申请帮扶"
    _report(village, "proxy_application", free[3:4], told, now, by="隔壁邻居", on_behalf=True)
    answered = _report(township, "paper_form", free[5:6], "想申请监测帮扶", now - timedelta(days=1), by="本人")
    if answered:
        closing = Closing("helped_otherwise", "本人已享受低保，本月起按月发放")
        remedy = "对答复不服，可以向县农业农村局申请复核，也可以拨打12317"
        answer = Answer("本人", timezone.localdate(now), remedy)
        close_clue(clue_id=answered, closing=closing, answer=answer, actor=township, at=now)


def _report(
    actor: Actor,
    channel: str,
    home: list[tuple[str, str, int]],
    what: str,
    at: datetime,
    *,
    by: str,
    on_behalf: bool = False,
) -> int:
    for household_id, head_name, place_number in home:
        known = household_id if actor.unit == "" else ""
        report = Report(channel, place_number, head_name, what, by=by, on_behalf=on_behalf, household_id=known)
        return int(report_clue(report=report, actor=actor, at=at).pk)
    return 0


def clue_figures() -> dict[str, int]:
    """How many clues there are, for the summary."""
    return counts(SYSTEM, on=timezone.localdate())
