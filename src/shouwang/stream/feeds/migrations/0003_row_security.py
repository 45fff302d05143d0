"""Deliveries by place: seen where they concern anybody, taken back only by who has the whole of their area."""

from django.db import migrations

from shouwang.kernel.row_security import AREA_HIGH, AREA_LOW, protect

FORWARD = f"""
CREATE FUNCTION feeds_undone_by_its_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(NEW.range_low >= {AREA_LOW} AND NEW.range_high <= {AREA_HIGH}, false) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a delivery is taken back by who has its whole area' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER feeds_undone_by_its_area BEFORE UPDATE ON feeds_delivery
    FOR EACH ROW WHEN (NEW.status = 'undone' AND OLD.status <> 'undone') EXECUTE FUNCTION feeds_undone_by_its_area();
"""
BACK = """
DROP TRIGGER feeds_undone_by_its_area ON feeds_delivery;
DROP FUNCTION feeds_undone_by_its_area;
"""


class Migration(migrations.Migration):
    dependencies = [("feeds", "0002_manifest"), ("places", "0002_run_time_role")]

    operations = [
        protect("feeds_delivery", meeting=("range_low", "range_high")),
        protect("feeds_manifest", through="delivery_id", parent="feeds_delivery", key="id"),
        migrations.RunSQL(FORWARD, BACK),
    ]
