"""What the last screening found, counted by village (各村数字)."""

from django.db import migrations, models

from shouwang.kernel.row_security import rows_within, protect
from shouwang.kernel.run_time_role import EVERYWHERE, let_role_analyse


def count_what_stands(apps, schema_editor) -> None:
    """A county that was screened before is counted now, not at its next screening."""
    from shouwang.stream.screening.actions.tally import tally

    with schema_editor.connection.cursor() as cursor, rows_within(*EVERYWHERE, role="none"):
        cursor.execute("SELECT EXISTS (SELECT FROM screening_warning)")
        if cursor.fetchone()[0]:
            tally(cursor, range_low=EVERYWHERE[0], range_high=EVERYWHERE[1])


class Migration(migrations.Migration):

    dependencies = [
        ('screening', '0004_statistics'),
        ('households', '0007_monitored'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place_number', models.BigIntegerField(verbose_name='行政村代码')),
                ('factor', models.CharField(blank=True, choices=[('income.industry', '收入·产业'), ('income.employment', '收入·就业'), ('income.other', '收入·其他'), ('expenditure.medical', '支出·看病'), ('expenditure.education', '支出·教育'), ('expenditure.housing', '支出·住房饮水'), ('expenditure.other', '支出·其他'), ('accident.disaster', '意外·自然灾害'), ('accident.accident', '意外·事故'), ('negative.review', '人工复核')], help_text='empty for the whole village', max_length=24, verbose_name='因素')),
                ('households', models.IntegerField(default=0, verbose_name='筛查户数')),
                ('residents', models.IntegerField(default=0, verbose_name='筛查人数')),
                ('red', models.IntegerField(default=0, verbose_name='红色户数')),
                ('orange', models.IntegerField(default=0, verbose_name='橙色户数')),
                ('yellow', models.IntegerField(default=0, verbose_name='黄色户数')),
                ('review', models.IntegerField(default=0, verbose_name='复核户数')),
                ('new_red', models.IntegerField(default=0, verbose_name='新增红色户数')),
                ('new_orange', models.IntegerField(default=0, verbose_name='新增橙色户数')),
                ('new_yellow', models.IntegerField(default=0, verbose_name='新增黄色户数')),
                ('new_review', models.IntegerField(default=0, verbose_name='新增复核户数')),
                ('new', models.IntegerField(default=0, verbose_name='新增预警')),
                ('unchanged', models.IntegerField(default=0, verbose_name='仍在预警')),
                ('gone', models.IntegerField(default=0, verbose_name='消失预警')),
                ('gaps', models.IntegerField(default=0, verbose_name='未能判断户数')),
                ('doubts', models.IntegerField(default=0, verbose_name='疑点条数')),
            ],
            options={
                'verbose_name': '各村数字',
                'db_table': 'screening_tally',
                'constraints': [models.UniqueConstraint(fields=('place_number', 'factor'), name='tally_once')],
            },
        ),
        protect("screening_tally"),
        migrations.RunSQL(let_role_analyse("screening_tally"), migrations.RunSQL.noop),
        migrations.RunPython(count_what_stands, migrations.RunPython.noop),
    ]
