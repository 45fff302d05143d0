"""Reasons and history of clues stay as they are (线索的来由和经过不改不删), and no clue is deleted."""

from django.db import migrations

from shouwang.kernel.run_time_rights import EVERY_COLUMN, may_only


class Migration(migrations.Migration):
    dependencies = [("clues", "0006_what_applicants_say"), ("places", "0002_run_time_role")]
    operations = [
        may_only("clues_source"),
        may_only("clues_event"),
        may_only("clues_clue", change=EVERY_COLUMN),
    ]
