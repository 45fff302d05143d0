"""Systems of departments have posts too, with a unit, and hold no other (部门系统)."""

from django.db import migrations, models

OLD = "('system_admin', 'security_admin', 'audit_admin', 'auditor')"
ALONE = "('system_admin', 'security_admin', 'audit_admin', 'auditor', 'machine')"


def taught(alone: str) -> str:
    """The statement that gives the function of 0004 another list."""
    from importlib import import_module

    before = import_module("shouwang.register.staff.migrations.0004_incompatible_posts")
    function = before.FORWARD.split("CREATE TRIGGER")[0].replace(OLD, alone)
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("places", "0002_run_time_role"), ("staff", "0005_sent_forms")]
    operations = [
        migrations.RemoveConstraint(
            model_name='post',
            name='post_liaison_has_unit',
        ),
        migrations.AlterField(
            model_name='post',
            name='role',
            field=models.CharField(choices=[('collector', '村级信息采集员'), ('village_cadre', '村干部'), ('helper', '帮扶联系人'), ('township_officer', '乡镇专干'), ('township_leader', '乡镇分管领导'), ('county_officer', '县级审核员'), ('county_leader', '县级分管领导'), ('liaison', '部门联络员'), ('prefecture_officer', '市级管理员'), ('auditor', '审计员'), ('system_admin', '系统管理员'), ('security_admin', '安全管理员'), ('audit_admin', '审计管理员'), ('household', '农户'), ('machine', '部门系统（机器接口）'), ('system', '系统任务')], max_length=20, verbose_name='角色'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['liaison', 'machine']), _negated=True), models.Q(('unit', ''), _negated=True), _connector='OR'), name='post_liaison_has_unit'),
        ),
        migrations.RunSQL(taught(ALONE), taught(OLD)),
    ]
