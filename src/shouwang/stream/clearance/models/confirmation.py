"""What a person established about a gate that nobody could tell (关口核实)."""

from django.db import models
from django.db.models import Q


class Confirmation(models.Model):
    """One gate of a case looked into by a named person with evidence (关口核实): it holds, or it does not."""

    case = models.ForeignKey(
        "procedure.Case",
        on_delete=models.RESTRICT,  # evidence of a decision
        related_name="confirmations",
        verbose_name="办理件",
    )
    gate = models.CharField("关口", max_length=60)
    holds = models.BooleanField("满足")
    sha256 = models.CharField("证据", max_length=64)
    words_cipher = models.TextField("说明（密文）")
    confirmed_by = models.CharField("核实人", max_length=40)
    role = models.CharField("角色", max_length=20)
    confirmed_at = models.DateTimeField("核实时间")

    class Meta:
        db_table = "clearance_confirmation"
        verbose_name = "关口核实"
        constraints = [
            models.CheckConstraint(condition=~Q(role="system") & ~Q(confirmed_by=""), name="confirmation_by_a_person")
        ]
        indexes = [models.Index(fields=["case", "gate", "id"], name="confirmation_by_gate")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.gate}"
