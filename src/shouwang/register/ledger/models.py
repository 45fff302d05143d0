"""Tables of the ledger (台账).

Do not put personal data into `details`: the auditor reads them. Rows can neither be changed nor deleted; a trigger
of the database refuses it (see the first migration).
"""

from django.db import models
from django.db.models import F, Q


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
            models.Index(fields=["actor", "at"], name="ledger_actor"),
            models.Index(
                fields=["-id"],
                name="ledger_verified",
                condition=Q(act="verify_ledger"),
            ),
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


class Seal(models.Model):
    """One sealed batch of entries (封存): their Merkle root, chained to the seal before; never changed either."""

    number = models.BigIntegerField("封存编号", primary_key=True)
    sealed_at = models.DateTimeField("封存时间")
    entries = models.IntegerField("条数")
    late = models.IntegerField("迟到条数", help_text="entries that say they are over an hour older than their seal")
    first_id = models.BigIntegerField("最小编号")
    last_id = models.BigIntegerField("最大编号")
    ids = models.TextField("编号范围", help_text="12-340,342-360: numbers between were rolled back or came later")
    root = models.CharField("根哈希", max_length=64)
    previous = models.CharField("上一封存", max_length=64, unique=True, help_text="unique: the chain has no forks")
    hash = models.CharField("封存哈希", max_length=64, unique=True)
    leaves = models.BinaryField("叶哈希", help_text="32 bytes per entry, in order of id: they name the row at fault")

    class Meta:
        db_table = "ledger_seal"
        verbose_name = "封存"
        indexes = [models.Index(fields=["first_id", "last_id"], name="ledger_seal_range")]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="seal_numbered"),
            models.CheckConstraint(condition=Q(entries__gte=1), name="seal_not_empty"),
            models.CheckConstraint(condition=Q(first_id__lte=F("last_id")), name="seal_range_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.first_id}-{self.last_id})"


class SealSignature(models.Model):
    """A signature under a seal (封存签名), given after the seal was read back and found whole."""

    seal = models.ForeignKey(
        Seal,
        on_delete=models.RESTRICT,  # neither ever goes
        related_name="signatures",
        verbose_name="封存",
    )
    key_id = models.CharField("密钥指纹", max_length=16)
    algorithm = models.CharField("算法", max_length=20)
    signature = models.CharField("签名", max_length=256)
    signed_at = models.DateTimeField("签名时间")

    class Meta:
        db_table = "ledger_seal_signature"
        verbose_name = "封存签名"
        constraints = [models.UniqueConstraint(fields=["seal", "key_id"], name="seal_signed_once_per_key")]

    def __str__(self) -> str:
        return f"{self.seal_id} {self.key_id}"
