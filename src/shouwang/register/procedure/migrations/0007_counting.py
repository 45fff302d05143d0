from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedure", "0006_run_time_rights")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_waiting"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ("open", "decided"))),
                fields=["next_act", "place_number", "due_on"],
                include=("next_level", "whole_due_on", "recused"),
                name="case_waiting",
            ),
        ),
    ]
