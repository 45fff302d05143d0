"""Large sheets that are made in the background (导出任务)."""

import django.db.models.deletion
from django.db import migrations, models

from shouwang.kernel.row_security import protect


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wish', models.JSONField(help_text='layout, choice, place range and year; household numbers of a list', verbose_name='导出要求')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='理由')),
                ('range_low', models.BigIntegerField(verbose_name='地区范围起')),
                ('range_high', models.BigIntegerField(help_text='exclusive', verbose_name='地区范围止')),
                ('asked_at', models.DateTimeField(verbose_name='申请时间')),
                ('asked_by', models.CharField(max_length=40, verbose_name='申请人')),
                ('state', models.CharField(choices=[('queued', '等待生成'), ('making', '正在生成'), ('ready', '可以下载'), ('refused', '没有生成')], default='queued', max_length=10, verbose_name='状态')),
                ('progress', models.SmallIntegerField(default=0, verbose_name='进度')),
                ('progress_text', models.CharField(blank=True, max_length=100, verbose_name='进度说明')),
                ('problem', models.CharField(blank=True, max_length=500, verbose_name='问题')),
                ('sheet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='exchange.outgoingsheet', verbose_name='导出的表')),
            ],
            options={
                'verbose_name': '导出任务',
                'db_table': 'exchange_order',
                'indexes': [models.Index(fields=['asked_by', '-asked_at'], name='order_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('progress__gte', 0), ('progress__lte', 100)), name='order_progress_percent'), models.CheckConstraint(condition=models.Q(models.Q(('sheet__isnull', False), ('state', 'ready')), models.Q(models.Q(('state', 'ready'), _negated=True), ('sheet', None)), _connector='OR'), name='order_ready_with_its_sheet'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('problem', ''), _negated=True), _connector='OR'), name='order_refused_with_reason')],
            },
        ),
        protect("exchange_order", within=("range_low", "range_high")),
    ]
