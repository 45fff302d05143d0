"""Tables of the ledger (台账).

Do not put personal data into `details`: the auditor reads them. Rows can neither be changed nor deleted; a trigger
of the database refuses it (see the first migration).
"""

from django.db import models


class Entry(models.Model):
    """One act (台账记录), without foreign keys, so that nothing it names is bound by it."""

    at = models.DateTimeField("时间")
    actor = models.CharField("账号", max_length=40)
    role = models.CharField("角色", max_length=20)
    place_code = models.CharField("辖区", max_length=12)
    act = models.CharField("事项", max_length=40)
    subject = models.CharField("对象", max_length=80)
    reason = models.CharField("理由", max_length=200, blank=True)
    details = models.JSONField("详情", default=dict)

    class Meta:
        db_table = "ledger_entry"
        verbose_name = "台账记录"
        indexes = [
            models.Index(fields=["subject", "at"], name="ledger_subject"),
            models.Index(fields=["at"], name="ledger_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.act} {self.subject}"


class KeyRecord(models.Model):
    """A key in use (密钥登记): its fingerprint, so that a missing or exchanged key file is noticed at start."""

    key_id = models.CharField("密钥编号", max_length=20, unique=True)
    fingerprint = models.CharField("指纹", max_length=64)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "ledger_key_record"
        verbose_name = "密钥登记"

    def __str__(self) -> str:
        return self.key_id
