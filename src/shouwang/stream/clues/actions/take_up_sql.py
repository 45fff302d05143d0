"""The steps by which warnings become clues (预警转线索的步骤), in SQL: no row passes through Python."""

COMING = """
CREATE TEMPORARY TABLE coming_warning ON COMMIT DROP AS
SELECT w.*, h.checked_until,
    coalesce(h.monitored_class IS NOT NULL AND (h.cleared_on IS NULL OR h.cleared_on < h.monitored_on), false)
        AS monitored, d.household_id IS NOT NULL AS in_case
FROM ({warnings}) AS w
LEFT JOIN ({households}) AS h USING (household_id)
LEFT JOIN ({cases}) AS d USING (household_id)
"""

# What a warning leads to. Known: the household's clues have had it, at least as grave, without it being gone between.
# A check of our own covers what it saw; of one that came with the register nobody knows what it saw: red still counts.
JUDGE = """
CREATE TEMPORARY TABLE judged_warning ON COMMIT DROP AS
WITH known AS (
    SELECT DISTINCT ON (s.household_id, s.rule, s.resident_id)
        s.household_id, s.rule, s.resident_id, s.severity, s.first_seen_run_id, c.state, c.no_risk_until
    FROM clues_source AS s JOIN clues_clue AS c ON c.id = s.clue_id
    WHERE s.kind = 'warning'
    ORDER BY s.household_id, s.rule, s.resident_id, s.id DESC
), checked AS (
    SELECT household_id, max(no_risk_until) AS until FROM clues_clue
    WHERE no_risk_until >= %(as_of)s AND household_id <> '' GROUP BY household_id
), judged AS (
    SELECT w.*, o.id AS open_clue, checked.until AS own_until, k.no_risk_until AS known_until, k.state AS known_state,
        k.household_id IS NOT NULL AND k.first_seen_run_id = w.first_seen_run_id AND k.severity <= w.severity
            AND NOT (k.state = 'closed' AND coalesce(k.no_risk_until < %(as_of)s, false)) AS is_known
    FROM coming_warning AS w
    LEFT JOIN known AS k USING (household_id, rule, resident_id)
    LEFT JOIN checked USING (household_id)
    LEFT JOIN clues_clue AS o ON o.household_id = w.household_id AND o.state <> 'closed'
)
SELECT *, CASE
    WHEN is_known AND known_state <> 'closed' THEN 'known'
    WHEN is_known AND known_until >= %(as_of)s THEN 'checked'
    WHEN is_known THEN 'closed'
    WHEN open_clue IS NOT NULL THEN 'feed'
    WHEN in_case THEN 'in_case'
    WHEN monitored THEN 'monitored'
    WHEN own_until IS NULL AND checked_until >= %(as_of)s AND severity > 1 THEN 'checked'
    ELSE 'open'
END AS verdict
FROM judged
"""

PLACES = "SELECT DISTINCT place_number FROM judged_warning WHERE verdict IN ('open', 'feed')"

LIMITS = """
CREATE TEMPORARY TABLE limit_of_place (place_number bigint, accept_by date, check_by date) ON COMMIT DROP
"""

# A note for the helper that was seen comes back only when the warning is new or graver.
HOLD = """
INSERT INTO clues_held_warning AS h (
    household_id, rule, resident_id, place_number, severity, warning_id, first_seen_run_id, because, held_until, held_on
)
SELECT household_id, rule, resident_id, place_number, severity, id, first_seen_run_id, verdict,
    CASE WHEN verdict = 'checked' THEN coalesce(own_until, checked_until) END, %(as_of)s
FROM judged_warning WHERE verdict IN ('checked', 'closed', 'in_case', 'monitored')
ON CONFLICT (household_id, rule, resident_id) DO UPDATE SET
    place_number = excluded.place_number, warning_id = excluded.warning_id, because = excluded.because,
    held_until = excluded.held_until, severity = excluded.severity, first_seen_run_id = excluded.first_seen_run_id,
    held_on = CASE WHEN h.because = excluded.because AND h.first_seen_run_id = excluded.first_seen_run_id
        THEN h.held_on ELSE excluded.held_on END,
    seen_by = CASE WHEN h.first_seen_run_id = excluded.first_seen_run_id AND h.severity <= excluded.severity
        THEN h.seen_by ELSE '' END,
    seen_at = CASE WHEN h.first_seen_run_id = excluded.first_seen_run_id AND h.severity <= excluded.severity
        THEN h.seen_at END
"""
FORGET_HELD = """
DELETE FROM clues_held_warning AS h
WHERE h.place_number >= %(low)s AND h.place_number < %(high)s AND NOT EXISTS (
    SELECT FROM judged_warning AS j
    WHERE j.household_id = h.household_id AND j.rule = h.rule AND j.resident_id = h.resident_id
      AND j.verdict IN ('checked', 'closed', 'in_case', 'monitored')
)
"""

OPEN = """
INSERT INTO clues_clue (
    household_id, place_number, channel, grade, severity, state, owner_level, opened_on, due_on, escalates_on,
    reported_by, reported_at
)
SELECT w.household_id, w.place_number, %(channel)s, (ARRAY['red', 'orange', 'yellow'])[w.severity], w.severity,
    'open', 'township', %(as_of)s, l.accept_by, l.accept_by, %(actor)s, %(at)s
FROM (
    SELECT household_id, min(place_number) AS place_number, min(severity) AS severity
    FROM judged_warning WHERE verdict = 'open' GROUP BY household_id
) AS w JOIN limit_of_place AS l USING (place_number)
"""

SOURCES = """
INSERT INTO clues_source (
    clue_id, household_id, kind, channel, noted_on, reported_by, reported_at, rule, resident_id, severity,
    warning_id, first_seen_run_id
)
SELECT c.id, w.household_id, 'warning', %(channel)s, %(as_of)s, %(actor)s, %(at)s, w.rule, w.resident_id,
    w.severity, w.id, w.first_seen_run_id
FROM judged_warning AS w JOIN clues_clue AS c ON c.household_id = w.household_id AND c.state <> 'closed'
WHERE w.verdict IN ('open', 'feed')
"""

# A clue that became graver while somebody has it is due as early as a grave one would be.
FEED = """
UPDATE clues_clue AS c SET
    severity = w.severity, grade = (ARRAY['red', 'orange', 'yellow'])[w.severity],
    due_on = CASE WHEN c.severity = 3 AND c.state IN ('dispatched', 'taken')
        THEN greatest(least(c.due_on, l.check_by), c.opened_on) ELSE c.due_on END,
    escalates_on = CASE WHEN c.severity = 3 AND c.state IN ('dispatched', 'taken')
        THEN greatest(least(c.escalates_on, l.check_by), c.opened_on) ELSE c.escalates_on END
FROM (
    SELECT open_clue, min(severity) AS severity, min(place_number) AS place_number
    FROM judged_warning WHERE verdict = 'feed' GROUP BY open_clue
) AS w JOIN limit_of_place AS l USING (place_number)
WHERE c.id = w.open_clue AND w.severity < c.severity
"""

EVENTS = """
INSERT INTO clues_event (clue_id, act, at, actor, role, level, details)
SELECT c.id, CASE WHEN w.verdict = 'open' THEN 'opened' ELSE 'fed' END, %(at)s, %(actor)s, %(role)s,
    'system', jsonb_build_object('run', %(run)s::bigint, 'warnings', w.warnings)
FROM (
    SELECT household_id, verdict, count(*) AS warnings FROM judged_warning
    WHERE verdict IN ('open', 'feed') GROUP BY household_id, verdict
) AS w JOIN clues_clue AS c ON c.household_id = w.household_id AND c.state <> 'closed'
"""

COUNT = """
SELECT count(*) AS warnings, count(DISTINCT household_id) FILTER (WHERE verdict = 'open') AS opened,
    count(DISTINCT household_id) FILTER (WHERE verdict = 'feed') AS fed,
    count(*) FILTER (WHERE verdict = 'checked') AS held_checked,
    count(*) FILTER (WHERE verdict = 'closed') AS held_closed,
    count(*) FILTER (WHERE verdict = 'in_case') AS held_in_case,
    count(*) FILTER (WHERE verdict = 'monitored') AS held_monitored,
    count(*) FILTER (WHERE verdict = 'known') AS known
FROM judged_warning
"""
