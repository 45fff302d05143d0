"""Every transaction that changes the register leaves a row (登记变动), so that what was read of it can be used again."""

import django.db.models.functions.datetime
from django.db import migrations, models

from shouwang.kernel.run_time_rights import may_only

WHO_LIVES_WHERE = {
    "households_household": ("household_id", "place_id", "place_number", "phone_cipher"),
    "households_resident": (
        *("resident_id", "household_id", "name", "id_number_cipher", "birth_on", "sex", "relation", "phone_cipher"),
    ),
    "places_place": ("full_name",),
}
"""What linkage reads of the register (see queries.identity_tables)."""
REGISTER = (
    *("households_household", "households_resident", "households_income", "households_status"),
    *("households_risk", "households_measure"),
)
FUNCTION = """
CREATE FUNCTION households_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mark text := 'shouwang.changed_' || TG_ARGV[0];
BEGIN
    -- One row for a transaction, seen with all that it did or with nothing of it; one more where it asked in between.
    IF coalesce(current_setting(mark, true), '') <> pg_current_xact_id()::text THEN
        INSERT INTO households_change (part) VALUES (TG_ARGV[0]);
        PERFORM set_config(mark, pg_current_xact_id()::text, true);
    END IF;
    RETURN NULL;
END $$;
"""


def _trigger(table: str, part: str, events: str) -> str:
    name = f"households_{part}_{'emptied' if events == 'TRUNCATE' else 'changed'}"
    return (
        f"CREATE TRIGGER {name} AFTER {events} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION households_changed('{part}');"
    )


FORWARD = "\n".join(
    (
        FUNCTION,
        *(_trigger(table, "any", "INSERT OR UPDATE OR DELETE") for table in REGISTER),
        *(
            _trigger(table, "people", f"INSERT OR DELETE OR UPDATE OF {', '.join(columns)}")
            for table, columns in WHO_LIVES_WHERE.items()
        ),
        *(_trigger(table, "any", "TRUNCATE") for table in REGISTER),
        *(_trigger(table, "people", "TRUNCATE") for table in WHO_LIVES_WHERE),
    )
)
BACK = "DROP FUNCTION households_changed CASCADE"


class Migration(migrations.Migration):
    dependencies = [("households", "0008_river_counting"), ("places", "0002_run_time_role")]

    operations = [
        migrations.CreateModel(
            name="RegisterChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[("any", "任何登记"), ("people", "谁在哪一户、叫什么、住哪里")],
                        max_length=8,
                        verbose_name="改动的部分",
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="改动时间"
                    ),
                ),
            ],
            options={
                "verbose_name": "登记变动",
                "db_table": "households_change",
                "indexes": [models.Index(fields=["part", "id"], name="change_by_part")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("part__in", ["any", "people"])), name="change_part_known"
                    )
                ],
            },
        ),
        may_only("households_change"),
        migrations.RunSQL(FORWARD, BACK),
    ]
