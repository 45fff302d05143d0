"""Tables of determination (识别认定): what a decision rested on, frozen."""

from django.db import models

from shouwang.register.staff.queries import Actor


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Snapshots with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> "SnapshotQuerySet":
        """Those inside the actor's place range."""
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class Snapshot(models.Model):
    """Everything that a decision was made on (决定依据快照), in one encrypted file under its hash.

    Rows of the household in engine units, numbers of the pack at the place, facts and warnings as they came out, hashes
    of evidence and records: enough to compute it all again.
    """

    sha256 = models.CharField("指纹", max_length=64)
    case_number = models.CharField("办理件", max_length=30)
    household_id = models.CharField("户编号", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    pack = models.CharField("政策包", max_length=80)
    pack_version = models.CharField("政策包版本", max_length=80)
    as_of = models.DateField("数据截至")
    path = models.CharField("路径", max_length=120)
    made_at = models.DateTimeField("留存时间")

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        db_table = "determination_snapshot"
        verbose_name = "决定依据快照"
        constraints = [models.UniqueConstraint(fields=["case_number", "sha256"], name="snapshot_once")]
        indexes = [models.Index(fields=["household_id"], name="snapshot_by_household")]

    def __str__(self) -> str:
        return self.case_number
