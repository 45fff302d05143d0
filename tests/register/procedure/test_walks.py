"""Random walks: whatever anybody tries on a case, the database says what the law says, and nothing is lost or decided by itself.

SHOUWANG_WALK_STEPS=100000 python -m pytest tests/register/procedure/test_walks.py -k trying --log-cli-level=INFO
"""

import copy
import logging
import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE, ROLE
from shouwang.register.procedure.models import Case, Record
from shouwang.register.procedure.queries import cases
from shouwang.register.procedure.queries.retelling import misfits
from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.determination.actions import open_case
from tests.register.procedure.law import Illegal, State, take

STEPS = int(os.environ.get("SHOUWANG_WALK_STEPS", "2000"))
START = datetime(2024, 1, 1, 1, 0, tzinfo=UTC)
PEOPLE = [
    ("collector", "village", "collector"), ("cadre", "village", "village_cadre"), ("helper", "village", "helper"),
    ("officer", "township", "township_officer"), ("second", "township", "township_officer"),
    ("leader", "township", "township_leader"), ("clerk", "county", "county_officer"),
    ("chief", "county", "county_leader"), ("deputy", "county", "county_leader"), ("liaison", "county", "liaison"),
    ("robot", "county", "system"), ("prefect", "prefecture", "prefecture_officer"),
]  # fmt: skip
BESIDE = ("objection", "answer", "return", "withdrawal", "recusal", "transfer", "help_first", "revocation", "opinion",
          "reply", "reopening", "decision", "notice")  # fmt: skip
EVIDENCE = "e" * 64


def candidate(chance, case, state, today):
    """Something that somebody might write: mostly what comes next, often with something wrong in it."""
    actor, level, role = chance.choice(PEOPLE)
    left = [step for step in case.steps if step["step"] not in state.done]
    record = {
        "number": case.records + 1, "step": "", "actor": actor, "level": level, "role": role, "acted_on": today,
        "words_cipher": None if chance.random() < 0.1 else "v1|x|x|x|x",
        "reason_code": "" if chance.random() < 0.1 else "able_to_cope",
        "evidence": [] if chance.random() < 0.3 else [EVIDENCE], "content": {},
    }  # fmt: skip
    if left and chance.random() < 0.85:
        step = left[0] if chance.random() < 0.9 else chance.choice(case.steps)
        fitting = [one for one in PEOPLE if one[1] == step["level"] or step["level"] == "household"]
        if fitting and chance.random() < 0.85:
            record["actor"], record["level"], record["role"] = chance.choice(fitting)
        act = "skip" if chance.random() < 0.06 else step["act"] if chance.random() < 0.97 else chance.choice(BESIDE)
        record |= {"step": step["step"], "act": act, "content": content(chance, act, today)}
    else:
        act = chance.choice(BESIDE)
        record |= {"act": act, "content": beside(chance, act, case, state)}
    return record


def content(chance, act, today):
    wrong = chance.random() < 0.15
    if act == "authorisation":
        return {"scope": "" if wrong else "房产", "valid_until": "2030-01-01"}
    if act == "verification":
        seen = today + timedelta(days=1 if wrong and chance.random() < 0.5 else 0)
        return {"verifiers": ["a", "a"] if wrong else ["a", "b"], "visited_on": seen.isoformat()}
    if act == "appraisal":
        present = chance.choice((20, 27, 30, 41) if wrong else (27, 30, 40))
        agree = chance.randrange(present + 1)
        agreed = agree > present * 0.5
        return {"eligible": 40, "present": present, "agree": agree, "against": present - agree,
                "agreed": agreed != wrong if chance.random() < 0.3 else agreed}  # fmt: skip
    if act == "notice":
        begins = today - timedelta(days=1 if wrong else 0)
        ends = begins + timedelta(days=chance.choice((3, 5, 7)))
        return {"from": begins.isoformat(), "until": ends.isoformat(), "sheet": "0" * 64}
    if act == "review":
        return {"opinion": "" if wrong else chance.choice(("agree", "disagree"))}
    if act == "decision":
        outcome = chance.choice(("", "cleared", "kept") if wrong else ("included", "refused"))
        return {"outcome": outcome, "snapshot": "" if chance.random() < 0.1 else "0" * 64}
    if act == "announcement":
        return {"channels": ["paper"] if wrong else ["paper", "visit"]}
    return {}


def beside(chance, act, case, state):
    if act == "answer":
        return {"objection": chance.choice([*state.open_objections, chance.randrange(1, 9)])}
    if act == "return":
        return {"to": chance.choice([*state.done, "nowhere"])}
    if act == "recusal":
        return {"who": chance.choice(("", "cadre", "officer")) if chance.random() < 0.3 else ""}
    if act == "transfer":
        return {"place_number": case.place_number} if chance.random() < 0.3 else {}
    return {}


def enter(case, record, at):
    """As a person with the database in hand would, past every function of ours; True when it was taken."""
    try:
        with transaction.atomic():
            Record.objects.create(case_id=case.pk, at=at, unit="", next_due_on=None, **record)
    except DatabaseError:
        return False
    case.refresh_from_db()
    return True


def agrees(case, state):
    seen = (case.state, case.outcome, sorted(case.done), case.authorised, case.village_agreed, case.objections_open,
            set(case.recused))  # fmt: skip
    told = (state.state, state.outcome, sorted(state.done), state.authorised, state.agreed,
            len(state.open_objections), state.recused)  # fmt: skip
    return seen == told


def begin(household):
    case = open_case(household_id=household, actor=SYSTEM, at=START, self_applied=True)
    return Case.objects.get(pk=case.pk), State(case.steps)


def another(case, walks):
    """The same beginning for one household more."""
    fields = {one.attname: getattr(case, one.attname) for one in Case._meta.concrete_fields if one.attname != "id"}
    made = Case.objects.create(**{**fields, "number": f"W{walks}", "household_id": f"W{walks}"})
    made.refresh_from_db()
    return made, State(made.steps)


def ended_fairly(case):
    """An end that the house allows: decided by a person on what was seen and heard, or taken back by the household itself."""
    records = list(Record.objects.filter(case=case).order_by("number"))
    if case.state == "withdrawn":
        last = records[-1]
        return last.act == "withdrawal" and last.level != "village" and bool(last.evidence)
    decision = [one for one in records if one.act == "decision"][-1]
    checked = {one.actor for one in records if one.act == "verification"}
    fair = decision.role != "system" and decision.actor not in checked and bool(checked) and bool(decision.words_cipher)
    if case.outcome == "refused":
        fair = fair and bool(decision.evidence) and (case.effective_on is None or told_on_two_ways(records))
    return fair


def told_on_two_ways(records):
    return any(one.act == "announcement" and len(set(one.content.get("channels", []))) >= 2 for one in records)


def test_a_walk_of_anybody_trying_anything_stays_within_the_law(cast):
    chance, tally = random.Random(20261122), Counter()
    first, _ = begin("H1")
    case, state = another(first, 1)
    now, walks = START, 1
    for _ in range(STEPS):
        now += timedelta(days=chance.choice((0, 1, 4, 9)), minutes=1)
        record = candidate(chance, case, state, now.date())
        try:
            expected = take(copy.deepcopy(state), record)
        except Illegal as why:
            expected, said = None, str(why)
        taken = enter(case, record, now)
        assert taken == (expected is not None), (record, said if expected is None else "legal", state)
        tally["taken" if taken else "refused"] += 1
        if expected is not None:
            state = expected
            assert agrees(case, state), (record, state)
            assert misfits(case, Record.objects.filter(case=case).order_by("number")) == [], record
        if case.state in ("closed", "withdrawn") or now.year > 2025:
            assert case.state in ("open", "decided") or ended_fairly(case)
            assert case.state not in ("open", "decided") or (case.next_step and case.next_level)
            tally[case.outcome or case.state] += 1
            now, walks = START, walks + 1
            case, state = another(first, walks)

    assert tally["taken"] > STEPS / 5
    assert tally["included"] > 0
    assert tally["refused"] > 0
    assert cases(SYSTEM).count() == walks + 1, "every case is still there"
    logging.getLogger(__name__).info("%s steps, %s cases: %s", STEPS, walks, dict(tally))


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE procedure_case SET state = 'closed'",
        "UPDATE procedure_case SET done = ARRAY['decision']::varchar[]",
        "UPDATE procedure_case SET place_number = 431003101202",
        "UPDATE procedure_case SET notice_until = '2024-01-01', outcome = 'included'",
        "UPDATE procedure_record SET actor = 'somebody'",
        "UPDATE procedure_record SET content = '{}'",
        "DELETE FROM procedure_record",
        "DELETE FROM procedure_case",
        "TRUNCATE procedure_record CASCADE",
        "TRUNCATE procedure_case CASCADE",
    ],
)
@pytest.mark.parametrize("role", [ROLE, "none"])
def test_no_statement_moves_a_case_or_changes_its_past(cast, attempt, role):
    """Pages and jobs have no right to; whoever owns the tables is refused by the law itself."""
    case, state = begin("H1")
    pledge = candidate(random.Random(1), case, state, START.date()) | {
        "step": "pledge", "act": "pledge", "actor": "officer", "level": "township", "role": "township_officer",
    }  # fmt: skip
    assert enter(case, pledge, START)

    with pytest.raises(DatabaseError), transaction.atomic(), rows_within(*EVERYWHERE, role=role):
        connection.cursor().execute(attempt)

    case.refresh_from_db()
    assert (case.state, case.records) == ("open", 1)


@pytest.mark.parametrize(
    "given",
    [
        {"state": "closed", "outcome": "included"},
        {"state": "decided", "outcome": "included"},
        {"done": ["pledge", "authorisation"]},
        {"records": 5},
        {"notice_until": START.date()},
        {"authorised": True},
        {"steps": [{"step": "decision", "act": "decision", "title": "审定", "level": "county"}]},
    ],
)
def test_no_case_begins_in_the_middle(cast, given):
    case, _ = begin("H1")
    fields = {one.attname: getattr(case, one.attname) for one in Case._meta.concrete_fields if one.attname != "id"}

    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.create(**{**fields, "number": "X", "household_id": "H2", **given})
