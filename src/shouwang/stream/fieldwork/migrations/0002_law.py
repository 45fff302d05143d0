"""What came from a phone stays as it was sealed (原件不改), nothing goes, and each place sees its own (行级安全)."""

from django.db import migrations

from shouwang.kernel.row_security import protect

TABLES = ("fieldwork_phone", "fieldwork_bundle", "fieldwork_entry", "fieldwork_key")
FORWARD = """
CREATE FUNCTION fieldwork_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps everything', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION fieldwork_refuse();\n"
    for table in TABLES
) + """
CREATE TRIGGER fieldwork_entry_original BEFORE UPDATE OF id, phone_id, sequence, sha256, path, size, arrived_at
    ON fieldwork_entry FOR EACH ROW
    WHEN ((OLD.id, OLD.phone_id, OLD.sequence, OLD.sha256, OLD.path, OLD.size, OLD.arrived_at)
          IS DISTINCT FROM (NEW.id, NEW.phone_id, NEW.sequence, NEW.sha256, NEW.path, NEW.size, NEW.arrived_at))
    EXECUTE FUNCTION fieldwork_refuse();
CREATE TRIGGER fieldwork_entry_once_settled BEFORE UPDATE ON fieldwork_entry FOR EACH ROW
    WHEN (OLD.state <> 'review') EXECUTE FUNCTION fieldwork_refuse();
CREATE TRIGGER fieldwork_phone_stays_revoked BEFORE UPDATE ON fieldwork_phone FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL) EXECUTE FUNCTION fieldwork_refuse();
"""
BACK = """
DROP TRIGGER fieldwork_phone_stays_revoked ON fieldwork_phone;
DROP TRIGGER fieldwork_entry_once_settled ON fieldwork_entry;
DROP TRIGGER fieldwork_entry_original ON fieldwork_entry;
""" + "".join(f"DROP TRIGGER {table}_kept ON {table};\n" for table in TABLES) + "DROP FUNCTION fieldwork_refuse;"


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0001_tables")]
    operations = [
        migrations.RunSQL(FORWARD, BACK),
        protect("fieldwork_phone"),
        protect("fieldwork_bundle"),
        protect("fieldwork_entry"),
    ]
