"""A visit stays as it was written down (只增不改), and is seen inside one's own place range only (行级安全)."""

from django.db import migrations

from shouwang.kernel.row_security import protect

FORWARD = """
CREATE FUNCTION visits_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER visits_visit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON visits_visit
    FOR EACH STATEMENT EXECUTE FUNCTION visits_refuse();
"""
BACK = "DROP TRIGGER visits_visit_append_only ON visits_visit; DROP FUNCTION visits_refuse;"


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_tables"), ("households", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK), protect("visits_visit")]
