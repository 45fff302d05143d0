"""A whole screening over the cast's register: what went in is frozen, what came out says why."""

from datetime import date

import pytest
from django.conf import settings

from shouwang.kernel.errors import InputError, Refusal
from shouwang.register.households.models import Household
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import NotAllowed
from shouwang.stream.feeds.actions import undo_delivery
from shouwang.stream.screening import actions
from shouwang.stream.screening.actions import execute_run, queue_screening, run_screening
from shouwang.stream.screening.choices import RunStatus
from shouwang.stream.screening.models import Run
from shouwang.stream.screening.queries import explanation, gap_of, warnings
from tests.cast import AT, LI_ID, TODAY, Cast
from tests.stream.files import LI, deliver

PACK = "hunan/chenzhou"


def test_hospital_bill_becomes_an_explained_warning_and_goes_with_its_delivery(cast: Cast) -> None:
    delivery = deliver(cast, LI)

    run = run_screening(pack=PACK, as_of=TODAY, actor=cast.xiaozhou, at=AT)

    assert run.status == RunStatus.PUBLISHED
    medical = warnings(cast.xiaowang, factor="expenditure.medical").first()
    assert medical is not None
    shown = explanation(cast.xiaowang, medical.pk)
    assert shown is not None
    assert "medical_settlements" in {source.name for source in shown.sources}
    assert [one.pk for source in shown.sources for one in source.deliveries] == [delivery.pk]
    assert gap_of(cast.xiaowang, "H1")

    undo_delivery(delivery_id=delivery.pk, reason="错了", actor=cast.xiaosun, at=AT)
    run_screening(pack=PACK, as_of=TODAY, actor=cast.xiaozhou, at=AT)

    assert not warnings(cast.xiaowang, factor="expenditure.medical").exists()
    assert warnings(cast.xiaowang, factor="expenditure.medical", state="gone").exists()


def test_inputs_are_frozen_by_content_and_show_nobody(cast: Cast) -> None:
    delivery = deliver(cast, LI)

    run = run_screening(pack=PACK, as_of=TODAY, actor=cast.xiaozhou, at=AT)

    inputs = {one["table"]: one for one in run.inputs}
    assert inputs["medical_settlements"]["deliveries"] == [delivery.pk]
    assert {"households", "residents", "incomes", "statuses", "risks", "measures"} <= set(inputs)
    kept = [(settings.STORE / one["path"]).read_bytes() for one in run.inputs]
    assert not [content for content in kept if LI_ID.encode() in content or "李大山".encode() in content]
    assert all(one["sha256"] in one["path"] for one in run.inputs)


def test_a_register_that_has_not_changed_is_not_read_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    whole = actions.run.register_tables
    monkeypatch.setattr(actions.run, "register_tables", lambda *area: (read.append("read"), whole(*area))[1])
    first, second = (run_screening(pack=PACK, as_of=TODAY, actor=cast.xiaozhou, at=AT) for _ in range(2))
    assert (len(read), second.inputs) == (1, first.inputs)

    Household.objects.filter(pk="H1").update(house_grade="D")
    third = run_screening(pack=PACK, as_of=TODAY, actor=cast.xiaozhou, at=AT)

    assert len(read) == 2
    assert {one["table"]: one["sha256"] for one in third.inputs} != {
        one["table"]: one["sha256"] for one in first.inputs
    }


def test_same_inputs_screened_again_bring_nothing_new(cast: Cast) -> None:
    deliver(cast, LI)
    first = run_screening(pack=PACK, as_of=TODAY, actor=cast.xiaozhou, at=AT)

    second = run_screening(pack=PACK, as_of=TODAY, actor=cast.xiaozhou, at=AT)

    assert [one["sha256"] for one in second.inputs] == [one["sha256"] for one in first.inputs]
    assert second.summary["states"]["new"] == 0
    assert second.summary["states"]["gone"] == 0
    assert second.summary["states"]["unchanged"] == first.summary["states"]["new"]


def test_run_executed_twice_is_published_once(cast: Cast) -> None:
    run = queue_screening(pack=PACK, as_of=TODAY, actor=cast.xiaozhou, at=AT)
    execute_run(run_id=run.pk, actor=cast.xiaozhou, at=AT)

    execute_run(run_id=run.pk, actor=cast.xiaozhou, at=AT)

    acts = list(Entry.objects.filter(subject=f"run:{run.pk}").order_by("pk").values_list("act", flat=True))
    assert acts == ["queue_screening", "publish_run"]


@pytest.mark.parametrize(
    ("who", "pack", "refusal"),
    [("xiaozhou", "hunan/nowhere", InputError), ("xiaowang", PACK, NotAllowed), ("xiaosun", PACK, NotAllowed)],
)
def test_screening_is_refused(cast: Cast, who: str, pack: str, refusal: type[Refusal] | type[InputError]) -> None:
    with pytest.raises(refusal):
        queue_screening(pack=pack, as_of=date(2026, 11, 22), actor=getattr(cast, who), at=AT)
    assert not Run.objects.exists()


def test_failure_is_written_on_the_run_and_leaves_nothing_else(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise InputError("登记快照读不了。", "请重新导入。")

    run = queue_screening(pack=PACK, as_of=TODAY, actor=cast.xiaozhou, at=AT)
    monkeypatch.setattr("shouwang.stream.screening.running.screen", broken)

    with pytest.raises(InputError):
        execute_run(run_id=run.pk, actor=cast.xiaozhou, at=AT)

    run.refresh_from_db()
    assert (run.status, run.problem) == (RunStatus.FAILED, "登记快照读不了。 请重新导入。")
    assert not warnings(cast.xiaozhou).exists()
