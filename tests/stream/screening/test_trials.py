"""A draft is tried out on what was screened last; nothing of it reaches anybody."""

from datetime import date

import pytest

from shouwang.kernel.errors import Refusal
from shouwang.stream.rules.actions import draft_amendment, start_shadow
from shouwang.stream.rules.models import Amendment
from shouwang.stream.rules.queries import Draft
from shouwang.stream.screening.actions import execute_trial, queue_shadows, queue_trial, run_screening
from shouwang.stream.screening.models import IssuedWarning, Trial
from shouwang.stream.screening.queries import changes_of, trial_of, trials
from tests.cast import AT, COUNTY, TODAY, Cast
from tests.stream.files import LI, deliver

PACK = "hunan/chenzhou"
STRICTER = Draft(
    kind="rule",
    name="patient_self_paid_high",
    content={"levels": {"red": "self_paid_12m > 0"}},
    valid_from=date(2026, 12, 1),
    basis="郴政办〔2026〕3号",
    reason="试试看",
)


def drafted(cast: Cast) -> Amendment:
    return draft_amendment(pack=PACK, draft=STRICTER, actor=cast.xiaozhou, at=AT)


def screened(cast: Cast):
    deliver(cast, LI)
    return run_screening(pack=PACK, as_of=TODAY, actor=cast.xiaozhou, at=AT)


def test_a_trial_tells_who_would_be_warned_and_changes_no_warning(cast: Cast) -> None:
    screened(cast)
    before = list(IssuedWarning.objects.order_by("pk").values())
    trial = queue_trial(amendment_id=drafted(cast).pk, actor=cast.xiaozhou, at=AT)

    done = execute_trial(trial_id=trial.pk, actor=cast.xiaozhou, at=AT)

    assert done.status == "done"
    assert done.summary["households"] == 2  # the county's, not the prefecture's
    assert done.summary["levels"]["red"] == {"before": 0, "after": 1}
    assert [row["household_id"] for row in changes_of(done).to_pylist()] == ["H1"]
    assert list(IssuedWarning.objects.order_by("pk").values()) == before
    assert execute_trial(trial_id=trial.pk, actor=cast.xiaozhou, at=AT).finished_at == done.finished_at


def test_a_draft_in_the_shadow_runs_beside_every_screening_and_may_then_be_sent_up(cast: Cast) -> None:
    made = drafted(cast)
    start_shadow(amendment_id=made.pk, actor=cast.xiaozhou, at=AT)
    run = screened(cast)

    (shadow,) = queue_shadows(run=run, at=AT)
    execute_trial(trial_id=shadow.pk, actor=cast.xiaozhou, at=AT)

    made.refresh_from_db()
    assert made.shadowed_version == made.version
    assert not trials(cast.xiaozhou, amendment_id=made.pk).exists()  # the whole prefecture is not the county's to see
    assert trials(cast.laohe, amendment_id=made.pk).get().kind == "shadow"


def test_nobody_sees_the_trial_of_another_county(cast: Cast) -> None:
    screened(cast)
    trial = queue_trial(amendment_id=drafted(cast).pk, actor=cast.xiaozhou, at=AT)

    assert trial_of(cast.xiaofeng, trial.pk) is None
    assert trial_of(cast.xiaozhou, trial.pk) == trial
    assert str(trial.range_low).startswith(COUNTY)


def test_a_version_that_was_rewritten_meanwhile_is_not_tried_out(cast: Cast) -> None:
    screened(cast)
    made = drafted(cast)
    trial = queue_trial(amendment_id=made.pk, actor=cast.xiaozhou, at=AT)
    Amendment.objects.filter(pk=made.pk).update(version=2)

    with pytest.raises(Exception, match="已经改过"):
        execute_trial(trial_id=trial.pk, actor=cast.xiaozhou, at=AT)

    assert Trial.objects.get(pk=trial.pk).status == "failed"


def test_without_a_screening_there_is_nothing_to_try_it_on(cast: Cast) -> None:
    with pytest.raises(Refusal, match="还没有筛查过"):
        queue_trial(amendment_id=drafted(cast).pk, actor=cast.xiaozhou, at=AT)
