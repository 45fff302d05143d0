"""Confirmations and visits stay as they are (关口核实和回访不改不删) for the run-time role too."""

from django.db import migrations

from shouwang.kernel.run_time_rights import may_only


class Migration(migrations.Migration):
    dependencies = [("clearance", "0003_row_security"), ("places", "0002_run_time_role")]
    operations = [
        may_only("clearance_confirmation"),
        may_only("clearance_follow_up"),
        may_only("clearance_contact", change=("until_on",)),
        may_only("clearance_round"),
        may_only(
            "clearance_round_row",
            change=("state", "done_by", "done_at", "effect", "effect_cipher", "effect_by", "effect_at"),
        ),
    ]
