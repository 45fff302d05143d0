"""Papers and templates stay as they are (文书和模板只增不改); a paper is marked once with what replaced it."""

from django.db import migrations

from shouwang.kernel.row_security import protect

FORWARD = """
CREATE FUNCTION papers_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.superseded_by_id IS NOT NULL
       OR to_jsonb(NEW) - 'superseded_by_id' <> to_jsonb(OLD) - 'superseded_by_id' THEN
        RAISE EXCEPTION 'an issued paper stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER papers_paper_stays BEFORE UPDATE OR DELETE ON papers_paper
    FOR EACH ROW EXECUTE FUNCTION papers_paper_stays();
CREATE FUNCTION papers_template_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a template is followed by a new version, never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER papers_template_stays BEFORE UPDATE OR DELETE ON papers_template
    FOR EACH ROW EXECUTE FUNCTION papers_template_stays();
"""
BACK = """
DROP TRIGGER papers_template_stays ON papers_template;
DROP FUNCTION papers_template_stays();
DROP TRIGGER papers_paper_stays ON papers_paper;
DROP FUNCTION papers_paper_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0004_papers")]
    operations = [migrations.RunSQL(FORWARD, BACK), protect("papers_paper")]
