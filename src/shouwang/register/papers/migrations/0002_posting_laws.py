"""What the database keeps of a posting whoever writes it (公示的数据库约束): fields, period, and that it stays as signed."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION papers_rows_allowed(given jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_typeof(given) = 'array' AND jsonb_array_length(given) > 0
       AND given::text !~ '[0-9]{5,}'
       AND NOT EXISTS (
           SELECT 1 FROM jsonb_array_elements(given) AS one
           WHERE jsonb_typeof(one) <> 'object'
              OR one - ARRAY['name', 'group', 'category', 'help'] <> '{}'::jsonb
       )
$$;
ALTER TABLE papers_posting
    ADD CONSTRAINT posting_rows_allowed CHECK (papers_rows_allowed(rows)),
    ADD CONSTRAINT posting_long_enough CHECK (until_on >= from_on + least_days);
CREATE FUNCTION papers_posting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'a posting is taken down, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.taken_down_at IS NOT NULL
       OR to_jsonb(NEW) - ARRAY['taken_down_at', 'taken_down_by', 'taken_down_for', 'taken_down_note']
          <> to_jsonb(OLD) - ARRAY['taken_down_at', 'taken_down_by', 'taken_down_for', 'taken_down_note'] THEN
        RAISE EXCEPTION 'a posting stays as it was signed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER papers_posting_stays BEFORE UPDATE OR DELETE ON papers_posting
    FOR EACH ROW EXECUTE FUNCTION papers_posting_stays();
"""
BACK = """
DROP TRIGGER papers_posting_stays ON papers_posting;
DROP FUNCTION papers_posting_stays();
ALTER TABLE papers_posting DROP CONSTRAINT posting_long_enough, DROP CONSTRAINT posting_rows_allowed;
DROP FUNCTION papers_rows_allowed(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
