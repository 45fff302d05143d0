"""Publishing a run (发布筛查结果): by COPY, in one transaction, compared with the last run; done again it changes nothing."""

from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import Now

from shouwang.kernel.bulk import analyse, copy_in, copy_to_temporary, put_in_place
from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.ledger.actions import note
from shouwang.register.staff.queries import Actor
from shouwang.stream.screening.actions.compare import Compared, compare, send_touched
from shouwang.stream.screening.actions.tally import tally
from shouwang.stream.screening.choices import SEVERITY, RunStatus
from shouwang.stream.screening.models import Run, Tally

SHARED = ("thresholds", "sources")
WARNING_COLUMNS = [
    "rule", "household_id", "resident_id", "place_number", "level", "severity", "factor", "values", "thresholds",
    "because", "sources",
]  # fmt: skip

# One publication at a time joins and counts hundreds of thousands of rows; with less the server does it through files.
WORK_MEMORY = "128MB"
# What the planner knows of the warnings stays right until a tenth of them are others; the server itself waits as long.
WORTH_TELLING = 10

# A warning that this very run has written keeps its state: publication may be repeated. One that was gone is new.
STANDING = """
    gone_run_id = NULL,
    previous_level = CASE WHEN w.changed_run_id = %(run)s THEN w.previous_level
        WHEN w.state = 'gone' THEN '' ELSE w.level END,
    state = CASE WHEN w.changed_run_id = %(run)s THEN w.state WHEN w.state = 'gone' THEN 'new' ELSE 'unchanged' END,
    first_seen_run_id = CASE WHEN w.state = 'gone' THEN %(run)s ELSE w.first_seen_run_id END,
    changed_run_id = %(run)s
"""
SAME_KEY = "c.household_id = w.household_id AND c.rule = w.rule AND c.resident_id = w.resident_id"
ALIKE = f"""
UPDATE screening_warning AS w SET {STANDING}
FROM touched_warning AS t WHERE t.id = w.id AND t.alike
"""  # noqa: S608 - our own words
KNOWN = f"""
UPDATE screening_warning AS w SET
    place_number = c.place_number, level = c.level, severity = c.severity, factor = c.factor,
    "values" = c."values", thresholds = t.content, because = c.because, sources = s.content,
    fingerprint = c.fingerprint, {STANDING}
FROM coming_warning AS c
JOIN coming_text AS t ON t.number = c.thresholds
JOIN coming_text AS s ON s.number = c.sources
WHERE {SAME_KEY}
"""  # noqa: S608 - our own words
# What this run has just written came with another content.
GONE = """
UPDATE screening_warning AS w SET state = 'gone', gone_run_id = %(run)s
FROM touched_warning AS t WHERE t.id = w.id AND NOT t.alike AND w.changed_run_id <> %(run)s
"""
# Only publication writes warnings, one at a time: rows that are not there now will not be there in a moment, and
# ON CONFLICT would look every one of them up a second time.
UNKNOWN = f"""
INSERT INTO screening_warning (
    rule, household_id, resident_id, place_number, level, severity, factor, "values", thresholds, because, sources,
    fingerprint, previous_level, state, first_seen_run_id, changed_run_id
)
SELECT rule, household_id, resident_id, place_number, level, severity, factor, "values", t.content, because, s.content,
    fingerprint, '', 'new', %(run)s, %(run)s
FROM coming_warning AS c
JOIN coming_text AS t ON t.number = c.thresholds
JOIN coming_text AS s ON s.number = c.sources
WHERE NOT EXISTS (SELECT FROM screening_warning AS w WHERE {SAME_KEY})
"""  # noqa: S608 - our own words


COMING = """
CREATE TEMPORARY TABLE coming_warning ON COMMIT DROP AS
SELECT rule, household_id, resident_id, place_number, level, severity, factor, "values", 0 AS thresholds, because,
    0 AS sources, fingerprint
FROM screening_warning LIMIT 0
"""


class OlderRun(Refusal):
    """A later run is in force already (已有更新的筛查)."""


@transaction.atomic
def publish_run(
    *,
    run_id: int,
    warnings: pa.Table,
    gaps: pa.Table,
    doubts: pa.Table,
    summary: dict[str, Any],
    actor: Actor,
    at: datetime,
) -> Run:
    """Put the findings of a run in force (发布): each warning new, unchanged or gone against the last run.

    `warnings`, `gaps`, `doubts` are the tables of `running.screen`. All or nothing: a killed run leaves the last one.
    Published again, it changes nothing. Raises OlderRun when a later one of the same area is in force.
    """
    with connection.cursor() as cursor:  # one publication at a time
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('screening publication'))")
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.status == RunStatus.PUBLISHED:
            return run
        _refuse_older(run)
        limits = {"run": run.pk, "low": run.range_low, "high": run.range_high}
        cursor.execute("SET LOCAL enable_nestloop = off")  # what came is not analysed; row by row is never right
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        found = _warnings(warnings)
        written, gone = _write(cursor, compare(cursor, found, limits), limits)
        fault_point("screening.publish.warnings_written")
        changed = {
            "screening_warning": (written, warnings.num_rows),
            "screening_gap": (_replace(cursor, "screening_gap", _gaps(gaps), run), gaps.num_rows),
            "screening_doubt": (_replace(cursor, "screening_doubt", _doubts(doubts), run), doubts.num_rows),
        }
        changed["screening_tally"] = tally(cursor, found, range_low=run.range_low, range_high=run.range_high)
        analyse(cursor, *[name for name, (rows, of) in changed.items() if rows * WORTH_TELLING >= max(of, 1)])
    run.status, run.progress, run.progress_text, run.finished_at = RunStatus.PUBLISHED, 100, "已发布", Now()
    run.summary = {**summary, "states": {**_standing(run), "gone": gone}}
    run.save()
    details = {"warnings": warnings.num_rows, "gaps": gaps.num_rows, "doubts": doubts.num_rows}
    fault_point("screening.publish.row_written")
    note(act="publish_run", subject=f"run:{run.pk}", actor=actor, at=at, details=details)
    run.refresh_from_db()
    return run


def _refuse_older(run: Run) -> None:
    later = Run.objects.filter(status=RunStatus.PUBLISHED, pk__gt=run.pk)
    if later.filter(range_low__lt=run.range_high, range_high__gt=run.range_low).exists():
        raise OlderRun("已经发布了更新的筛查，这一次不再发布。")


def _warnings(table: pa.Table) -> pa.Table:
    """The engine's warnings as the columns of their table."""
    levels = pa.array(list(SEVERITY))
    ranks = pa.array(list(SEVERITY.values()), pa.int16())
    table = _placed(table)
    table = table.append_column("severity", pc.take(ranks, pc.index_in(table["level"], value_set=levels)))
    return table.select(WARNING_COLUMNS)


def _write(cursor: Any, compared: Compared, limits: dict[str, Any]) -> tuple[int, int]:
    """Write the warnings that differ; gives back how many rows that were, and how many are gone."""
    _send(cursor, compared.coming)
    send_touched(cursor, compared.touched)
    written = 0
    if compared.touched.num_rows:  # else this is the first screening here, or nothing has changed
        cursor.execute("SET LOCAL enable_nestloop = on")  # what differs has been counted
        cursor.execute("ANALYZE coming_warning")
    written += sum(_executed(cursor, statement, limits) for statement in (ALIKE, KNOWN))
    gone = _executed(cursor, GONE, limits)
    fault_point("screening.publish.known_updated")
    written += gone + _executed(cursor, UNKNOWN, limits)
    cursor.execute("SET LOCAL enable_nestloop = off")
    return written, gone


def _executed(cursor: Any, statement: str, limits: dict[str, Any]) -> int:
    cursor.execute(statement, limits)
    return int(cursor.rowcount)


def _send(cursor: Any, table: pa.Table) -> None:
    """What differs, in full. Thresholds and sources are the same for thousands: sent once each, here only their number."""
    texts = pa.concat_arrays([pc.unique(table[name].combine_chunks()) for name in SHARED]).unique()
    cursor.execute("DROP TABLE IF EXISTS pg_temp.coming_text, pg_temp.coming_warning")
    cursor.execute("CREATE TEMPORARY TABLE coming_text (number integer, content jsonb) ON COMMIT DROP")
    copy_in(cursor, "coming_text", pa.table({"number": pa.array(range(len(texts))), "content": texts}))
    for name in SHARED:
        numbers = pc.index_in(table[name], value_set=texts)
        table = table.set_column(table.column_names.index(name), name, numbers)
    cursor.execute(COMING)
    copy_in(cursor, "coming_warning", table)
    cursor.execute("ANALYZE coming_text")


def _gaps(table: pa.Table) -> pa.Table:
    """One row per household with the rules that could not be decided and what each of them lacked."""
    each = pc.binary_join_element_wise(
        '{"rule": "', table["rule"], '", "resident_id": "', pc.fill_null(table["resident_id"], ""),
        '", "missing": ["', pc.replace_substring(table["missing"], ",", '", "'), '"]}', "",
    )  # fmt: skip
    table = _placed(table.append_column("each", each)).select(["household_id", "place_number", "each"])
    grouped = table.group_by("household_id").aggregate([("place_number", "min"), ("each", "list")])
    rules = pc.binary_join_element_wise("[", pc.binary_join(grouped["each_list"], ", "), "]", "")
    return pa.table({
        "household_id": grouped["household_id"], "place_number": grouped["place_number_min"], "rules": rules
    })  # fmt: skip


def _doubts(table: pa.Table) -> pa.Table:
    table = _placed(table.rename_columns(["check_name" if n == "check" else n for n in table.column_names]))
    return table.select(["check_name", "household_id", "resident_id", "place_number", "values", "message"])


def _placed(table: pa.Table) -> pa.Table:
    """With the place as a number, and an empty text where a finding is on the household."""
    number = pc.cast(pc.utf8_rpad(table["place_code"], 12, "0"), pa.int64())
    resident = pc.fill_null(pc.cast(table["resident_id"], pa.string()), "")
    return (
        table.drop_columns(["resident_id"]).append_column("resident_id", resident).append_column("place_number", number)
    )


def _replace(cursor: Any, target: str, table: pa.Table, run: Run) -> int:
    """Put rows in place of those of the same area; one that is there already stays, with the run that wrote it."""
    copy_to_temporary(cursor, f"coming_{target}", target, table, joined=False)
    within = (run.range_low, run.range_high)
    return put_in_place(cursor, target, f"coming_{target}", table.column_names, within, run_id=run.pk)


def _standing(run: Run) -> dict[str, int]:
    """Warnings that came and stayed with this run."""
    limits = {"place_number__gte": run.range_low, "place_number__lt": run.range_high}
    sums = Tally.objects.filter(factor="", **limits).aggregate(new=Sum("new"), unchanged=Sum("unchanged"))
    return {name: sums[name] or 0 for name in ("new", "unchanged")}
