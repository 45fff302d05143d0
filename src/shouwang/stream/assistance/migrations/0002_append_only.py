"""The database itself refuses to change or delete feedback, and to delete a plan or a measure (只增不改、只结不删)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION assistance_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'assistance keeps what was said and done' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER assistance_feedback_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON assistance_feedback
    FOR EACH STATEMENT EXECUTE FUNCTION assistance_refuse();
CREATE TRIGGER assistance_measure_kept BEFORE DELETE OR TRUNCATE ON assistance_measure
    FOR EACH STATEMENT EXECUTE FUNCTION assistance_refuse();
CREATE TRIGGER assistance_plan_kept BEFORE DELETE OR TRUNCATE ON assistance_plan
    FOR EACH STATEMENT EXECUTE FUNCTION assistance_refuse();
"""
BACK = """
DROP TRIGGER assistance_plan_kept ON assistance_plan;
DROP TRIGGER assistance_measure_kept ON assistance_measure;
DROP TRIGGER assistance_feedback_append_only ON assistance_feedback;
DROP FUNCTION assistance_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("assistance", "0001_plans")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
