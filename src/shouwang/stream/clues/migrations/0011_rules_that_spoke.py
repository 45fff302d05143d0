"""A clue that is closed keeps the rules that had warned (有预警的规则), and those are counted along by month."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from shouwang.kernel.running_counts import Along, count_along

UNFINISHED = "r.state IN ('open', 'dispatched', 'taken', 'confirmed')"
CLOSED_ON = "(r.closed_at AT TIME ZONE 'Asia/Shanghai')::date"
CLOSED = "r.state = 'closed' AND r.closed_at IS NOT NULL"
MONTH, RULES = f"date_trunc('month', {CLOSED_ON})::date", "unnest(r.rules) AS rule"
COUNTS = {
    "waiting": Along("r.grade || CASE WHEN r.is_application THEN ' application' ELSE '' END", "r.due_on", UNFINISHED),
    "since": Along("''", "r.opened_on", UNFINISHED),
    "took": Along(f"({CLOSED_ON} - r.opened_on)::text", MONTH, CLOSED),
    "opened": Along("CASE WHEN r.is_application THEN 'application' ELSE '' END", "r.opened_on"),
    "settled": Along("rule", MONTH, CLOSED, each=RULES),
    "entered": Along("rule", MONTH, f"{CLOSED} AND r.closing_reason = 'entered_determination'", each=RULES),
}
KEPT = """
CREATE FUNCTION clues_rules_that_spoke() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.rules := ARRAY(
        SELECT DISTINCT rule FROM clues_source WHERE clue_id = NEW.id AND kind = 'warning' ORDER BY rule
    );
    RETURN NEW;
END $$;
CREATE TRIGGER clues_rules_that_spoke BEFORE UPDATE OF state ON clues_clue
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION clues_rules_that_spoke();
"""
FILL = """
UPDATE clues_clue c SET rules = s.rules
FROM (
    SELECT clue_id, array_agg(DISTINCT rule ORDER BY rule) AS rules FROM clues_source WHERE kind = 'warning' GROUP BY 1
) s
WHERE s.clue_id = c.id AND c.state = 'closed'
"""
COUNTED_ANEW = "DROP FUNCTION clues_count_changed() CASCADE; DROP FUNCTION clues_count_found(); TRUNCATE clues_count"


def fill(apps, schema_editor) -> None:
    """What is closed already gets its rules, whoever may see it."""
    from shouwang.kernel.row_security import rows_within
    from shouwang.kernel.run_time_role import EVERYWHERE

    with schema_editor.connection.cursor() as cursor, rows_within(*EVERYWHERE, role="none"):
        cursor.execute(FILL)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks waiting cannot be altered


class Migration(migrations.Migration):
    dependencies = [("clues", "0010_indexed_once")]

    operations = [
        migrations.AddField(
            "clue",
            "rules",
            ArrayField(
                models.CharField(max_length=60),
                verbose_name="有预警的规则",
                default=list,
                db_default=[],
                editable=False,
                help_text="whose warnings were among the reasons when it was closed; the database writes them down",
            ),
        ),
        migrations.RunSQL(COUNTED_ANEW),  # no way back: the table would be left uncounted
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(KEPT, "DROP FUNCTION clues_rules_that_spoke() CASCADE"),
        count_along("clues_clue", "clues_count", COUNTS),
    ]
