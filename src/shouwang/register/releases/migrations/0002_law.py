"""A list leaves on a request only when it is that person's, covers it, and enough others agreed (放行须有人同意)."""

from django.db import migrations

from shouwang.kernel.row_security import protect
from shouwang.kernel.run_time_rights import may_only

FORWARD = """
CREATE FUNCTION releases_answer_of() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.asked_by IS DISTINCT FROM (SELECT asked_by FROM releases_request WHERE id = NEW.request_id) THEN
        RAISE EXCEPTION 'an answer names who asked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER releases_answer_of BEFORE INSERT ON releases_answer
    FOR EACH ROW EXECUTE FUNCTION releases_answer_of();

CREATE FUNCTION releases_departure_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked releases_request;
    agreed integer;
    refused integer;
BEGIN
    SELECT * INTO asked FROM releases_request WHERE id = NEW.request_id;
    SELECT count(*) FILTER (WHERE agrees), count(*) FILTER (WHERE NOT agrees) INTO agreed, refused
        FROM releases_answer WHERE request_id = NEW.request_id;
    IF asked.id IS NULL OR asked.asked_by <> NEW.left_by OR asked.page <> NEW.page OR asked.kind <> NEW.kind
       OR asked.people < NEW.people OR asked.needed < NEW.needed OR asked.asked_at > NEW.left_at
       OR refused > 0 OR agreed < asked.needed THEN
        RAISE EXCEPTION 'nobody agreed that this list may leave' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER releases_departure_allowed BEFORE INSERT ON releases_departure
    FOR EACH ROW WHEN (NEW.request_id IS NOT NULL) EXECUTE FUNCTION releases_departure_allowed();
"""
BACK = """
DROP TRIGGER releases_departure_allowed ON releases_departure;
DROP FUNCTION releases_departure_allowed;
DROP TRIGGER releases_answer_of ON releases_answer;
DROP FUNCTION releases_answer_of;
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_tables"), ("places", "0002_run_time_role")]
    operations = [
        migrations.RunSQL(FORWARD, BACK),
        protect("releases_request"),
        protect("releases_departure"),
        protect("releases_answer", through="request_id", parent="releases_request", key="id"),
        may_only("releases_request"),
        may_only("releases_answer"),
        may_only("releases_departure"),
    ]
