"""The quarterly round (季度动态管理): opened by the county, walked by the villages."""

import json
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import household_of, watched_households
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.procedure.choices import LEVEL_OF_ROLE
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clearance.choices import Effect, RowState
from shouwang.stream.clearance.models import Round, RoundRow
from shouwang.stream.clearance.queries.rounds import EFFECT_WORDS

AT_ONCE = 5000


@transaction.atomic
def open_round(*, year: int, quarter: int, until_on: date, actor: Actor, at: datetime) -> Round:
    """Open the round of a quarter (发起季度动态管理) with one row for each household that is monitored now.

    `until_on` is exclusive. Raises Refusal for a second round of the quarter, or for who does not act for the county.
    """
    actor.require(Permission.ACCEPT_CASE)
    if LEVEL_OF_ROLE.get(actor.role) != "county":
        raise Refusal("季度动态管理由县里发起。")
    on = localtime(at).date()
    if until_on <= on:
        raise Refusal("截止日期已经过去。", "请写以后的日期。")
    if quarter not in (1, 2, 3, 4) or abs(year - on.year) > 1:
        raise Refusal("年度或季度不对。")
    made = Round(
        year=year, quarter=quarter, place_code=actor.place_code, place_name=actor.place_name,
        range_low=actor.range_low, range_high=actor.range_high, from_on=on, until_on=until_on,
        opened_by=actor.username, opened_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refusal(f"{year} 年第 {quarter} 季度的动态管理已经发起过。", "请在那一轮里继续。") from None
    households = watched_households(actor).values_list("household_id", "place_number")
    RoundRow.objects.bulk_create(
        (RoundRow(round=made, household_id=one, place_number=place) for one, place in households.iterator(AT_ONCE)),
        batch_size=AT_ONCE,
    )
    details = {"year": year, "quarter": quarter, "households": made.rows.count()}
    note(act="open_round", subject=f"round:{made.pk}", actor=actor, at=at, details=details)
    return made


@transaction.atomic
def update_row(*, row_id: int, state: str, actor: Actor, at: datetime) -> RoundRow:
    """Say that nothing changed, or that the file was brought up to date (更新); one tap, and it can be taken back."""
    actor.require(Permission.VERIFY_CASE)
    row = _row(row_id, actor, at)
    if state not in (RowState.UNCHANGED, RowState.UPDATED):
        raise Refusal("没有选择有没有变化。")
    row.state, row.done_by, row.done_at = state, actor.username, at
    household = household_of(actor, row.household_id)
    if household is None or household.monitored_class is None or household.cleared_on is not None:
        row.state = RowState.LEFT
    row.save(update_fields=["state", "done_by", "done_at"])
    _noted("update_row", row, actor, at, {"state": row.state})
    return row


@transaction.atomic
def take_back_update(*, row_id: int, actor: Actor, at: datetime) -> RoundRow:
    """Take an update back (撤销更新), as long as the round lasts."""
    actor.require(Permission.VERIFY_CASE)
    row = _row(row_id, actor, at)
    row.state, row.done_by, row.done_at = RowState.WAITING, "", None
    row.save(update_fields=["state", "done_by", "done_at"])
    _noted("take_back_update", row, actor, at, {})
    return row


@transaction.atomic
def judge_effect(*, row_id: int, effect: str, words: str, actor: Actor, at: datetime) -> RoundRow:
    """Say what help has done by now (成效评议), each answer with a word. It changes no status: gates and people do."""
    actor.require(Permission.VERIFY_CASE)
    row = _row(row_id, actor, at)
    if effect not in Effect.values:
        raise Refusal("没有选择成效。")
    if not 4 <= len(words.strip()) <= 500:
        raise Refusal("没有写一句说明。" if len(words.strip()) < 4 else "说明太长，最多 500 个字。")
    row.effect, row.effect_by, row.effect_at = effect, actor.username, at
    row.effect_cipher = keyring().encrypt(EFFECT_WORDS, str(row.pk), json.dumps({"words": words.strip()}))
    row.save(update_fields=["effect", "effect_by", "effect_at", "effect_cipher"])
    _noted("judge_effect", row, actor, at, {"effect": effect})
    return row


def _row(row_id: int, actor: Actor, at: datetime) -> RoundRow:
    found = RoundRow.objects.visible_to(actor).select_related("round").select_for_update(of=("self",))
    row = found.filter(pk=row_id).first()
    if row is None:
        raise Refusal("没有找到这一户的更新任务。")
    if localtime(at).date() >= row.round.until_on:
        raise Refusal("这一轮已经截止。", "新的情况请在下一轮登记，重要情况随时登记线索。")
    return row


def _noted(act: str, row: RoundRow, actor: Actor, at: datetime, details: dict[str, str]) -> None:
    about = details | {"round": str(row.round_id)}
    note(act=act, subject=f"household:{row.household_id}", actor=actor, at=at, details=about)
