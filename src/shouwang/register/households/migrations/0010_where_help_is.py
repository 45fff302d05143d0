"""Measures and periods of monitoring know their village (所在村): a county's are found without looking every household up."""

from django.db import migrations, models

from shouwang.kernel.row_security import protect

TABLES = ("households_measure", "households_monitoring")
FILL = "UPDATE {table} t SET place_number = h.place_number FROM households_household h WHERE h.household_id = t.household_id"
KEPT = """
CREATE FUNCTION households_placed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.place_number := (SELECT place_number FROM households_household WHERE household_id = NEW.household_id);
    RETURN NEW;
END $$;
CREATE FUNCTION households_moved() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE households_measure SET place_number = NEW.place_number WHERE household_id = NEW.household_id;
    UPDATE households_monitoring SET place_number = NEW.place_number WHERE household_id = NEW.household_id;
    RETURN NULL;
END $$;
CREATE TRIGGER households_measure_placed BEFORE INSERT OR UPDATE OF household_id, place_number ON households_measure
    FOR EACH ROW EXECUTE FUNCTION households_placed();
CREATE TRIGGER households_monitoring_placed
    BEFORE INSERT OR UPDATE OF household_id, place_number ON households_monitoring
    FOR EACH ROW EXECUTE FUNCTION households_placed();
CREATE TRIGGER households_moved AFTER UPDATE OF place_number ON households_household
    FOR EACH ROW WHEN (OLD.place_number IS DISTINCT FROM NEW.place_number) EXECUTE FUNCTION households_moved();
"""
NO_LONGER = "DROP FUNCTION households_placed CASCADE; DROP FUNCTION households_moved CASCADE"


def fill(apps, schema_editor) -> None:
    """What is there already gets its village, whoever may see it."""
    from shouwang.kernel.row_security import rows_within
    from shouwang.kernel.run_time_role import EVERYWHERE

    with schema_editor.connection.cursor() as cursor, rows_within(*EVERYWHERE, role="none"):
        for table in TABLES:
            cursor.execute(FILL.format(table=table))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks waiting cannot be altered


def _by_their_own_village(table: str) -> list[migrations.RunSQL]:
    former = protect(table, through="household_id")
    return [migrations.RunSQL(former.reverse_sql, former.sql), protect(table)]


class Migration(migrations.Migration):
    dependencies = [("households", "0009_changes")]

    operations = [
        migrations.AddField("measure", "place_number", models.BigIntegerField("行政村代码", null=True, editable=False)),
        migrations.AddField(
            "monitoringperiod", "place_number", models.BigIntegerField("行政村代码", null=True, editable=False)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("measure", "place_number", models.BigIntegerField("行政村代码", editable=False)),
        migrations.AlterField("monitoringperiod", "place_number", models.BigIntegerField("行政村代码", editable=False)),
        migrations.RunSQL(KEPT, NO_LONGER),
        *(step for table in TABLES for step in _by_their_own_village(table)),
        migrations.RemoveIndex("measure", "measure_by_household"),
        migrations.AddIndex(
            "measure",
            models.Index(
                fields=["household"], include=["place_number", "since_on", "until_on"], name="measure_by_household"
            ),
        ),
        migrations.AddIndex(
            "monitoringperiod",
            models.Index(fields=["place_number", "from_on"], include=["household"], name="monitoring_by_place"),
        ),
    ]
