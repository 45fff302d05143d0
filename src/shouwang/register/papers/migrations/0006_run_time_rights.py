"""Papers, postings and templates stay as they are (文书、公示和模板只增不改) for the run-time role too."""

from django.db import migrations

from shouwang.kernel.run_time_rights import may_only


class Migration(migrations.Migration):
    dependencies = [("papers", "0005_papers_stay"), ("places", "0002_run_time_role")]
    operations = [
        may_only(
            "papers_posting", change=("taken_down_at", "taken_down_by", "taken_down_for", "taken_down_note")
        ),
        may_only("papers_posted_case", change=("stands",)),
        may_only("papers_paper", change=("superseded_by_id",)),
        may_only("papers_template"),
        may_only("papers_counter", change=("last",)),
    ]
