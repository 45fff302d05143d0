"""A warning is kept with the fingerprint of what was sent; who changes its content and gives no other loses it."""

from django.db import migrations, models

FORGET = """
CREATE FUNCTION screening_forget_fingerprint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.fingerprint := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER content_without_fingerprint
BEFORE UPDATE OF household_id, rule, resident_id, place_number, level, severity, factor, "values", thresholds, because,
    sources
ON screening_warning FOR EACH ROW WHEN (OLD.fingerprint = NEW.fingerprint)
EXECUTE FUNCTION screening_forget_fingerprint();
"""
BACK = """
DROP TRIGGER content_without_fingerprint ON screening_warning;
DROP FUNCTION screening_forget_fingerprint();
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0007_river_counting")]
    operations = [
        migrations.AddField(
            "issuedwarning",
            "fingerprint",
            models.UUIDField(
                null=True, editable=False, help_text="of the content as publication sent it", verbose_name="内容指纹"
            ),
        ),
        migrations.RunSQL(FORGET, BACK),
    ]
