"""Tables of linkage (人户匹配).

Do not put the identity of a record into a plain column: the snapshot is one encrypted value, opened for the clerk
who decides and noted in the ledger.
"""

from typing import Self

from django.db import models
from django.db.models import Q

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.linkage.choices import ReviewStatus


class LinkReviewQuerySet(models.QuerySet["LinkReview"]):
    """Doubtful links with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Items whose likeliest candidate lives inside the actor's place range."""
        if not actor.may(Permission.RESOLVE_LINKS):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)

    def open(self) -> Self:
        """Not yet decided."""
        return self.filter(status=ReviewStatus.OPEN)


class LinkReview(models.Model):
    """One row of a delivery that a person must look at (待核对): too doubtful to link, too near to drop."""

    key = models.CharField("编号", max_length=40, primary_key=True, help_text="delivery-row")
    delivery = models.ForeignKey(
        "feeds.Delivery",
        on_delete=models.RESTRICT,  # the file that the row came in
        related_name="+",
        verbose_name="送达",
    )
    row_no = models.IntegerField("行号")
    feed = models.CharField("数据名", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    identity_cipher = models.TextField("身份（密文）")
    candidates = models.JSONField("候选", help_text="[{resident_id, household_id, score, evidence}], likeliest first")
    score = models.FloatField("最高分")
    reason = models.CharField("待核对原因", max_length=200)
    status = models.CharField("状态", max_length=12, choices=ReviewStatus, default=ReviewStatus.OPEN)
    resident_id = models.CharField("关联到的人", max_length=40, null=True)
    household_id = models.CharField("关联到的户", max_length=40, null=True)
    resolved_at = models.DateTimeField("核对时间", null=True)
    resolved_by = models.CharField("核对人", max_length=40, null=True)
    resolution_reason = models.CharField("核对理由", max_length=200, blank=True)

    objects = LinkReviewQuerySet.as_manager()

    class Meta:
        db_table = "linkage_review"
        verbose_name = "待核对"
        constraints = [
            models.UniqueConstraint(fields=["delivery", "row_no"], name="review_once_per_row"),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None) | ~Q(resolved_at=None) & ~Q(resolved_by=None),
                name="review_resolved_paired",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReviewStatus.LINKED) | ~Q(household_id=None), name="review_linked_to_someone"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "place_number"], name="review_by_place"),
            models.Index(fields=["delivery", "status"], name="review_by_delivery"),
        ]

    def __str__(self) -> str:
        return self.key
