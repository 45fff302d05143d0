"""The first cases of a county by their limit are found without sorting all of them (按期限)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedure', '0004_decided_with_outcome'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', ('open', 'decided'))), fields=['due_on', '-id'], name='case_running_by_due'),
        ),
    ]
