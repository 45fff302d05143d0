"""Publishing a run: compared with the last one, all or nothing, the same again changes nothing."""

import json
from typing import Any

import pyarrow as pa
import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from shouwang.register.ledger.models import Entry
from shouwang.stream.screening.actions import OlderRun
from shouwang.stream.screening.choices import RunStatus
from shouwang.stream.screening.models import Doubt, Gap, IssuedWarning, Run
from shouwang.stream.screening.queries import gap_of, run_behind
from tests.cast import Cast
from tests.stream.screening.findings import publish, warned

RED = ("H1", "illness_self_paid_heavy", "red")
YELLOW = ("H2", "illness_self_paid_heavy", "yellow")
ELSEWHERE = ("H3", "illness_self_paid_heavy", "orange")


def states() -> dict[str, str]:
    return dict(IssuedWarning.objects.values_list("household_id", "state"))


def everything() -> list[dict[str, Any]]:
    return list(IssuedWarning.objects.order_by("pk").values())


def test_first_run_makes_everything_new(cast: Cast) -> None:
    run = publish(warned(RED, YELLOW))

    assert states() == {"H1": "new", "H2": "new"}
    assert run.status == RunStatus.PUBLISHED
    assert run.finished_at is not None
    assert run.summary["states"] == {"new": 2, "unchanged": 0, "gone": 0}


def test_next_run_tells_new_unchanged_and_gone_apart(cast: Cast) -> None:
    first = publish(warned(RED, YELLOW))

    second = publish(warned(RED, ELSEWHERE))

    assert states() == {"H1": "unchanged", "H2": "gone", "H3": "new"}
    kept, gone = IssuedWarning.objects.get(household_id="H1"), IssuedWarning.objects.get(household_id="H2")
    assert (kept.first_seen_run, run_behind(kept)) == (first, second)
    assert (run_behind(gone), gone.gone_run) == (first, second)
    assert second.summary["states"] == {"new": 1, "unchanged": 1, "gone": 1}


def test_a_warning_that_says_what_it_said_is_not_written_again(cast: Cast) -> None:
    publish(warned(RED, YELLOW))
    second = publish(warned(RED, YELLOW))
    before = everything()

    third = publish(warned(RED, (YELLOW[0], YELLOW[1], "orange")))

    after = everything()
    assert after[0] == before[0]
    assert (before[0]["changed_run_id"], after[1]["changed_run_id"]) == (second.pk, third.pk)
    assert [run_behind(warning) for warning in IssuedWarning.objects.all()] == [third, third]
    assert third.summary["states"] == {"new": 0, "unchanged": 2, "gone": 0}


def test_warning_that_comes_back_is_new_again(cast: Cast) -> None:
    publish(warned(RED))
    publish(warned())

    third = publish(warned(RED))

    back = IssuedWarning.objects.get()
    assert (back.state, back.first_seen_run, back.gone_run, back.previous_level) == ("new", third, None, "")


def test_warning_that_stays_gone_is_counted_gone_once(cast: Cast) -> None:
    publish(warned(RED))
    second = publish(warned())

    third = publish(warned())

    assert IssuedWarning.objects.get().gone_run == second
    assert third.summary["states"]["gone"] == 0


def test_level_that_rose_is_remembered(cast: Cast) -> None:
    publish(warned(("H1", RED[1], "yellow")))

    publish(warned(RED))

    warning = IssuedWarning.objects.get()
    assert (warning.previous_level, warning.level, warning.severity) == ("yellow", "red", 1)


def test_same_run_published_again_changes_nothing(cast: Cast) -> None:
    publish(warned(RED, YELLOW))
    run = publish(warned(RED, ELSEWHERE))
    before = everything()

    publish(warned(RED, ELSEWHERE), run=run)

    assert everything() == before
    assert Entry.objects.filter(act="publish_run", subject=f"run:{run.pk}").count() == 1


def test_publication_that_was_cut_off_after_the_rows_gives_the_same_rows_again(cast: Cast) -> None:
    publish(warned(RED, YELLOW))
    run = publish(warned(RED, ELSEWHERE))
    before = everything()
    Run.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING)

    publish(warned(RED, ELSEWHERE), run=run)

    assert everything() == before


def test_publication_that_fails_leaves_the_last_run_in_force(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("the ledger is full")

    publish(warned(RED, YELLOW))
    before = everything()
    monkeypatch.setattr("shouwang.stream.screening.actions.publish.note", broken)

    with pytest.raises(RuntimeError):
        publish(warned(ELSEWHERE))

    assert everything() == before
    assert Run.objects.filter(status=RunStatus.PUBLISHED).count() == 1


def test_older_run_does_not_overwrite_a_newer_one(cast: Cast) -> None:
    late = publish(warned(RED))
    Run.objects.filter(pk=late.pk).update(status=RunStatus.RUNNING)
    publish(warned(YELLOW))

    with pytest.raises(OlderRun):
        publish(warned(RED), run=late)
    assert states() == {"H1": "gone", "H2": "new"}


def test_run_of_another_area_leaves_this_ones_warnings_alone(cast: Cast) -> None:
    publish(warned(RED), place="431003")

    publish(warned(ELSEWHERE), place="431021")

    assert states() == {"H1": "new", "H3": "new"}


def test_negative_factor_can_only_ask_for_a_review(cast: Cast) -> None:
    table = warned(RED).to_pylist()
    table[0]["factor"] = "negative.review"
    with pytest.raises(IntegrityError, match="warning_negative_is_review_only"):
        publish(pa.Table.from_pylist(table, schema=warned().schema))


def test_gaps_of_a_household_are_gathered_and_named(cast: Cast) -> None:
    gaps = [
        {
            "household_id": "H1",
            "resident_id": None,
            "place_code": "431003101202",
            "rule": "a",
            "missing": "loans,deaths",
        },
        {"household_id": "H1", "resident_id": "R1", "place_code": "431003101202", "rule": "b", "missing": "deaths"},
    ]

    publish(warned(), gaps=gaps)

    assert Gap.objects.get().rules == [
        {"rule": "a", "resident_id": "", "missing": ["loans", "deaths"]},
        {"rule": "b", "resident_id": "R1", "missing": ["deaths"]},
    ]
    assert [row["missing"] for row in gap_of(cast.xiaowang, "H1")] == [["loans", "deaths"], ["deaths"]]
    assert gap_of(cast.xiaozhao, "H1") == []


def test_gaps_and_doubts_are_those_of_the_last_run(cast: Cast) -> None:
    doubt = {"check": "head_missing", "household_id": "H2", "place_code": "431003101203", "message": "该户没有户主"}
    gap = {"household_id": "H1", "place_code": "431003101202", "rule": "a", "missing": "loans"}
    publish(warned(), gaps=[gap], doubts=[{**doubt, "values": "{}"}])
    assert Doubt.objects.get().message == "该户没有户主"

    publish(warned())

    assert not Gap.objects.exists()
    assert not Doubt.objects.exists()


def test_a_warning_whose_content_was_changed_by_another_hand_is_put_right_by_the_next_publication(cast: Cast) -> None:
    publish(warned(RED, YELLOW))
    publish(warned(RED, YELLOW))
    before = everything()
    IssuedWarning.objects.filter(household_id="H1").update(because="别的原因")
    assert IssuedWarning.objects.get(household_id="H1").fingerprint is None

    publish(warned(RED, YELLOW))

    after = everything()
    assert after[0] == before[0] | {"changed_run_id": after[0]["changed_run_id"]}
    assert after[1] == before[1]


def test_a_warning_that_was_there_before_fingerprints_is_sent_once_more(cast: Cast) -> None:
    publish(warned(RED))
    IssuedWarning.objects.update(fingerprint=None)

    publish(warned(RED))

    assert IssuedWarning.objects.get().fingerprint is not None
    assert states() == {"H1": "unchanged"}


@pytest.mark.parametrize("column", ["place_code", "level", "factor", "values", "thresholds", "because", "sources"])
def test_whatever_is_said_otherwise_is_written(cast: Cast, column: str) -> None:
    other = {
        "place_code": "431003101203", "level": "orange", "factor": "expenditure.education", "values": '{"a": 1}',
        "thresholds": '{"monitoring_line": 7000}', "because": "另一个原因", "sources": '["loans"]',
    }[column]  # fmt: skip
    publish(warned(RED, YELLOW))
    row = warned(RED).to_pylist()[0] | {column: other}

    publish(pa.Table.from_pylist([row], schema=warned().schema))

    found = IssuedWarning.objects.get(household_id="H1")
    kept = {"place_code": "place_number"}.get(column, column)
    said = getattr(found, kept)
    assert (said if isinstance(said, str) else json.dumps(said)) == other
    assert (found.state, states()["H2"]) == ("unchanged", "gone")


def test_publication_works_where_every_statement_is_noted(cast: Cast) -> None:
    """As in an installation that looks for faults: its cursors take less than others do."""
    with CaptureQueriesContext(connection):
        publish(warned(RED, YELLOW))
        publish(warned(RED))

    assert states() == {"H1": "unchanged", "H2": "gone"}
