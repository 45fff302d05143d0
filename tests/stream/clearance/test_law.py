"""The database keeps the law of clearance, whoever writes and however."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE, ROLE
from shouwang.register.households.models import MonitoringPeriod
from shouwang.register.procedure.models import Case, Record
from shouwang.stream.clearance.models import Confirmation, FollowUp
from shouwang.stream.clearance.queries import frozen_gates
from tests.stream.clearance.clearing import MONITORED_ON, START, Clearing, everything_known, monitored
from tests.stream.clearance.test_story import give_measure


@pytest.fixture
def walk(cast, monkeypatch):
    monitored()
    everything_known(monkeypatch)
    return Clearing(cast).reviewed()


def raw_decision(walk, gates, *, actor="laofang", reason="risk_gone", outcome="cleared"):
    """What somebody with a hand in the database would write."""
    sha256 = walk.evidence()
    walk.case.refresh_from_db()
    Record.objects.create(
        case=walk.case, number=walk.case.records + 1, step="decision", act="decision", actor=actor,
        role="county_leader", level="county", at=walk.at()["at"], acted_on=walk.today,
        content={"outcome": outcome, "snapshot": "0" * 64, "gates": gates}, words_cipher="x", reason_code=reason,
        evidence=[sha256],
    )  # fmt: skip


def all_met(case):
    return [{"gate": one["gate"], "met": "yes"} for one in frozen_gates(case)]


def test_a_gate_cannot_be_left_out(walk):
    gates = [one for one in all_met(walk.case) if one["gate"] != "labour_present"]

    with pytest.raises(DatabaseError, match="不是整户没有劳动力”还没有核对"):
        raw_decision(walk, gates)


def test_no_gates_at_all_are_refused(walk):
    with pytest.raises(DatabaseError, match="不能消除风险|逐项核对"):
        raw_decision(walk, [])


@pytest.mark.parametrize("met", ["no", "unknown", "denied", "", "ja"])
def test_an_unmet_gate_is_refused(walk, met):
    gates = [one if one["gate"] != "water_solid" else one | {"met": met} for one in all_met(walk.case)]

    with pytest.raises(DatabaseError, match="没有满足"):
        raw_decision(walk, gates)


def test_a_second_word_about_a_gate_does_not_hide_the_first(walk):
    gates = [*all_met(walk.case), {"gate": "water_solid", "met": "no"}]

    with pytest.raises(DatabaseError, match="没有满足"):
        raw_decision(walk, gates)


def test_confirmed_without_a_confirmation_is_refused(walk):
    gates = [one | {"met": "confirmed"} for one in all_met(walk.case)]

    with pytest.raises(DatabaseError, match="审定人以外的人"):
        raw_decision(walk, gates)


def test_nobody_decides_on_the_own_word(walk, cast):
    confirmation(walk, "water_solid", by="laofang")
    gates = [one if one["gate"] != "water_solid" else one | {"met": "confirmed"} for one in all_met(walk.case)]

    with pytest.raises(DatabaseError, match="审定人以外的人"):
        raw_decision(walk, gates)


def test_the_newest_word_holds(walk):
    confirmation(walk, "water_solid", by="xiaochen")
    confirmation(walk, "water_solid", by="xiaozhou", holds=False)
    gates = [one if one["gate"] != "water_solid" else one | {"met": "confirmed"} for one in all_met(walk.case)]

    with pytest.raises(DatabaseError, match="审定人以外的人"):
        raw_decision(walk, gates)


def confirmation(walk, gate, *, by, holds=True, sha256=None, role="township_officer"):
    return Confirmation.objects.create(
        case=walk.case, gate=gate, holds=holds, sha256=sha256 or walk.evidence(), words_cipher="x", confirmed_by=by,
        role=role, confirmed_at=walk.now,
    )  # fmt: skip


def test_a_confirmation_needs_evidence_of_the_case_and_a_gate_of_it(walk):
    for wrong in ({"sha256": "f" * 64}, {"gate": "moon_full"}):
        with pytest.raises(DatabaseError, match="附证据|没有这个关口"), transaction.atomic():
            confirmation(walk, **{"gate": "water_solid", "by": "xiaochen"} | wrong)
    with pytest.raises(IntegrityError, match="confirmation_by_a_person"), transaction.atomic():
        confirmation(walk, "water_solid", by="system", role="system")


def test_a_confirmation_and_a_visit_stay_as_they_are(walk):
    kept = confirmation(walk, "water_solid", by="xiaochen")
    visit = FollowUp.objects.create(
        household_id="H2", place_number=431003101203, visited_on=START.date(), found="stable", after_clearance=False,
        visited_by="xiaozhao", entered_at=START,
    )  # fmt: skip

    for row in (kept, visit):
        with pytest.raises(DatabaseError, match="只能增加|permission denied"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**{"holds": False} if row is kept else {"found": "worse"})
        with pytest.raises(DatabaseError, match="只能增加|permission denied"), transaction.atomic():
            row.delete()


def test_a_clearance_cannot_be_opened_without_its_gates(walk, cast):
    steps = [{**step, "gates": []} for step in walk.case.steps]
    fewer = [
        {**step, "gates": [one for one in step.get("gates", []) if one["gate"] != "labour_present"]}
        for step in walk.case.steps
    ]

    for given, matter in ((steps, "clearance"), (fewer, "clearance"), (walk.case.steps, "natural_clearance")):
        with pytest.raises(DatabaseError, match="关口|原因"), transaction.atomic():
            Case.objects.create(
                number=f"431003-2026-9{matter[:3]}", matter=matter, household_id="H1", place_number=431003101202,
                pack="x", pack_version="1", steps=given, opened_by="xiaochen", opened_at=START,
            )  # fmt: skip


@pytest.mark.parametrize(("role", "said"), [(ROLE, "permission denied"), ("none", "只能增加")])
def test_the_gates_of_a_case_cannot_be_changed_afterwards(walk, role, said):
    with pytest.raises(DatabaseError, match=said), transaction.atomic(), rows_within(*EVERYWHERE, role=role):
        connection.cursor().execute("UPDATE procedure_case SET steps = '[]' WHERE id = %s", [walk.case.pk])


def test_a_natural_clearance_is_decided_for_the_reason_it_was_opened_for(cast):
    monitored()
    from shouwang.register.households.models import Resident

    Resident.objects.filter(household_id="H2").update(living_here=False)
    walk = Clearing(cast, manner="naturally", reason="household_moved_away").reviewed()

    with pytest.raises(DatabaseError, match="开办时的原因"):
        raw_decision(walk, all_met(walk.case), reason="risk_ceased")


def test_the_mark_cannot_be_entered_without_the_register(walk):
    walk.decide().announced()
    walk.case.refresh_from_db()

    with pytest.raises(DatabaseError, match="标注风险消除"):
        Record.objects.create(
            case=walk.case, number=walk.case.records + 1, step="record", act="record", actor="xiaochen",
            role="township_officer", level="township", at=walk.at()["at"], acted_on=walk.today,
            content={"channels": ["paper", "phone"]},
        )  # fmt: skip


def test_two_periods_never_overlap_and_an_end_lies_after_the_beginning(cast):
    give_measure()
    MonitoringPeriod.objects.create(household_id="H2", from_on=MONITORED_ON, began="imported")

    for wrong in (
        {"from_on": START.date(), "began": "identified"},
        {"from_on": MONITORED_ON, "until_on": MONITORED_ON.replace(year=2025), "began": "imported"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            MonitoringPeriod.objects.create(household_id="H2", **wrong)
