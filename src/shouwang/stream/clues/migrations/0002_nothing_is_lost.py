"""The database itself sees to it that no application is lost (申请不丢失) and that reasons and history stay as they are."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION clues_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER clues_source_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON clues_source
    FOR EACH STATEMENT EXECUTE FUNCTION clues_refuse();
CREATE TRIGGER clues_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON clues_event
    FOR EACH STATEMENT EXECUTE FUNCTION clues_refuse();
CREATE TRIGGER clues_clue_stays BEFORE DELETE OR TRUNCATE ON clues_clue
    FOR EACH STATEMENT EXECUTE FUNCTION clues_refuse();

CREATE FUNCTION clues_keep_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.is_application AND NOT NEW.is_application THEN
        RAISE EXCEPTION 'an application stays one' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clues_keep_application BEFORE UPDATE OF is_application ON clues_clue
    FOR EACH ROW WHEN (OLD.is_application) EXECUTE FUNCTION clues_keep_application();

-- What is carried on is carried by another clue that is still open, and an application by an application.
CREATE FUNCTION clues_carry_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM clues_clue c
    WHERE c.id = NEW.carried_by_id AND c.id <> NEW.id AND c.state <> 'closed'
      AND (c.is_application OR NOT NEW.is_application)
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'clue % is not carried on by an open clue', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clues_carry_on_new BEFORE INSERT ON clues_clue
    FOR EACH ROW WHEN (NEW.carried_by_id IS NOT NULL) EXECUTE FUNCTION clues_carry_on();
CREATE TRIGGER clues_carry_on_changed BEFORE UPDATE OF carried_by_id ON clues_clue
    FOR EACH ROW WHEN (NEW.carried_by_id IS NOT NULL AND NEW.carried_by_id IS DISTINCT FROM OLD.carried_by_id)
    EXECUTE FUNCTION clues_carry_on();

CREATE FUNCTION clues_mark_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (SELECT is_application FROM clues_clue WHERE id = NEW.clue_id) THEN
        RAISE EXCEPTION 'clue % holds an application and does not say so', NEW.clue_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clues_mark_application BEFORE INSERT ON clues_source
    FOR EACH ROW WHEN (NEW.kind = 'application') EXECUTE FUNCTION clues_mark_application();
"""
BACK = """
DROP TRIGGER clues_mark_application ON clues_source;
DROP TRIGGER clues_carry_on_changed ON clues_clue;
DROP TRIGGER clues_carry_on_new ON clues_clue;
DROP TRIGGER clues_keep_application ON clues_clue;
DROP TRIGGER clues_clue_stays ON clues_clue;
DROP TRIGGER clues_event_append_only ON clues_event;
DROP TRIGGER clues_source_append_only ON clues_source;
DROP FUNCTION clues_mark_application();
DROP FUNCTION clues_carry_on();
DROP FUNCTION clues_keep_application();
DROP FUNCTION clues_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("clues", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
