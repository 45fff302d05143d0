"""Applications and requests are seen inside one's own place range only (行级安全), and none of them is ever deleted."""

from django.db import migrations

from shouwang.kernel.row_security import protect

FORWARD = """
CREATE FUNCTION self_service_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stays', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER self_service_application_stays BEFORE DELETE OR TRUNCATE ON self_service_application
    FOR EACH STATEMENT EXECUTE FUNCTION self_service_stays();
CREATE TRIGGER self_service_correction_stays BEFORE DELETE OR TRUNCATE ON self_service_correction
    FOR EACH STATEMENT EXECUTE FUNCTION self_service_stays();
CREATE TRIGGER self_service_sending_stays BEFORE DELETE OR TRUNCATE ON self_service_sending
    FOR EACH STATEMENT EXECUTE FUNCTION self_service_stays();

-- What a household was answered stays as it was said.
CREATE FUNCTION self_service_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an answer stays' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER self_service_answered BEFORE UPDATE ON self_service_correction
    FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION self_service_answered();
"""
BACK = """
DROP TRIGGER self_service_answered ON self_service_correction;
DROP TRIGGER self_service_sending_stays ON self_service_sending;
DROP TRIGGER self_service_correction_stays ON self_service_correction;
DROP TRIGGER self_service_application_stays ON self_service_application;
DROP FUNCTION self_service_answered();
DROP FUNCTION self_service_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("self_service", "0001_initial"),
        ("clues", "0006_what_applicants_say"),
        ("places", "0002_run_time_role"),
    ]
    operations = [
        migrations.RunSQL(FORWARD, BACK),
        protect("self_service_application"),
        protect("self_service_correction"),
    ]
