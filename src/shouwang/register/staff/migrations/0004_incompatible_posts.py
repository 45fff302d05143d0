"""The database itself refuses two posts that one person may not hold at a time (不相容岗位).

The lists of roles are those of choices.py on the day of this migration; a test compares them with today's.
"""

from django.db import migrations

ALONE = "('system_admin', 'security_admin', 'audit_admin', 'auditor')"
ON_SITE = "('collector', 'village_cadre')"
DECIDING = "('township_leader', 'county_leader')"

FORWARD = f"""
CREATE FUNCTION staff_refuse_incompatible_posts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    county text := (SELECT left(p.code, 6) FROM places_place p WHERE p.id = NEW.place_id);
BEGIN
    -- One person's posts are looked at one after the other, whoever gives them.
    PERFORM 1 FROM staff_user u WHERE u.id = NEW.user_id FOR UPDATE;
    IF EXISTS (
        SELECT FROM staff_post other JOIN places_place p ON p.id = other.place_id
        WHERE other.user_id = NEW.user_id AND other.id IS DISTINCT FROM NEW.id AND other.role <> NEW.role
          AND daterange(other.valid_from, other.valid_until) && daterange(NEW.valid_from, NEW.valid_until)
          AND (
              NEW.role IN {ALONE} OR other.role IN {ALONE}
              OR (left(p.code, 6) = county AND (
                  (NEW.role IN {ON_SITE} AND other.role IN {DECIDING})
                  OR (NEW.role IN {DECIDING} AND other.role IN {ON_SITE})))
          )
    ) THEN
        RAISE EXCEPTION 'incompatible posts' USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'post_compatible';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER staff_post_compatible BEFORE INSERT OR UPDATE ON staff_post
    FOR EACH ROW EXECUTE FUNCTION staff_refuse_incompatible_posts();
"""
BACK = """
DROP TRIGGER staff_post_compatible ON staff_post;
DROP FUNCTION staff_refuse_incompatible_posts();
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_people"), ("places", "0002_run_time_role")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
