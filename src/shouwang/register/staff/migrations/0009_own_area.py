"""Posts and accounts are handled by who has their place: the database's own word beside the query's.

Everybody's are read, since a request learns from them whose it is. An account is of the area it was opened in and of
those of its posts; one that nobody opened is the system's. A secret that another sets is told from a password that one
chooses by its day of expiry.
"""

from django.db import migrations

from shouwang.kernel.row_security import AREA_HIGH, AREA_LOW
from shouwang.kernel.run_time_role import EVERYWHERE

FORWARD = f"""
CREATE FUNCTION staff_post_in_own_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM places_place p
        WHERE p.id IN (NEW.place_id, OLD.place_id)
          AND (p.range_low >= {AREA_LOW} AND p.range_high <= {AREA_HIGH}) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'a post of another area' USING ERRCODE = 'check_violation', CONSTRAINT = 'post_in_own_area';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER staff_post_in_own_area BEFORE INSERT OR UPDATE ON staff_post
    FOR EACH ROW EXECUTE FUNCTION staff_post_in_own_area();

CREATE FUNCTION staff_user_in_own_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(NEW.range_low, {EVERYWHERE[0]}) >= {AREA_LOW} AND coalesce(NEW.range_high, {EVERYWHERE[1]}) <= {AREA_HIGH}
       OR EXISTS (
        SELECT FROM staff_post post JOIN places_place p ON p.id = post.place_id
        WHERE post.user_id = NEW.id AND p.range_low >= {AREA_LOW} AND p.range_high <= {AREA_HIGH}
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an account of another area' USING ERRCODE = 'check_violation', CONSTRAINT = 'user_in_own_area';
END $$;
CREATE TRIGGER staff_user_in_own_area BEFORE UPDATE ON staff_user
    FOR EACH ROW WHEN (
        NEW.is_active IS DISTINCT FROM OLD.is_active
        OR (NEW.secret_until IS NOT NULL AND NEW.secret_until IS DISTINCT FROM OLD.secret_until)
    ) EXECUTE FUNCTION staff_user_in_own_area();
"""
BACK = """
DROP TRIGGER staff_post_in_own_area ON staff_post;
DROP FUNCTION staff_post_in_own_area;
DROP TRIGGER staff_user_in_own_area ON staff_user;
DROP FUNCTION staff_user_in_own_area;
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0008_guide"), ("places", "0002_run_time_role")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
