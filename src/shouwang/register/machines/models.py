"""Tables of machines (部门系统).

Do not put personal data into answers and messages: they hold counts and keys. A private key of a department never comes
here; the table keeps public halves. What a machine may do and where follows from its account's post, as for people.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from shouwang.register.machines.choices import DeterminationField, Event, MessageState


class Machine(models.Model):
    """A system of a department (部门系统): its account and post say where, this row says what and how much."""

    user = models.OneToOneField(
        "staff.User",
        on_delete=models.RESTRICT,  # who sent what stays known
        primary_key=True,
        related_name="+",
        verbose_name="账号",
    )
    purpose = models.CharField("用途", max_length=100, help_text="why it may pull; stands in the ledger at every look")
    feeds = ArrayField(models.CharField(max_length=40), verbose_name="可报送的数据", default=list)
    fields = ArrayField(
        models.CharField(max_length=20, choices=DeterminationField), verbose_name="可取的字段", default=list
    )
    per_minute = models.IntegerField("每分钟次数")
    per_day = models.IntegerField("每日次数")
    registered_at = models.DateTimeField("登记时间")
    registered_by = models.CharField("登记人", max_length=40)
    revoked_at = models.DateTimeField("停用时间", null=True)
    revoked_by = models.CharField("停用人", max_length=40, null=True)

    class Meta:
        db_table = "machines_machine"
        verbose_name = "部门系统"
        constraints = [
            models.CheckConstraint(
                condition=Q(per_minute__gt=0, per_day__gte=F("per_minute")), name="machine_quota_positive"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | ~Q(revoked_at=None) & ~Q(revoked_by=None),
                name="machine_revoked_paired",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class PublicKey(models.Model):
    """The public half of a machine's key (公钥), good from a day until a day; a stolen one is revoked at once."""

    machine = models.ForeignKey(
        Machine,
        on_delete=models.RESTRICT,  # old signatures must stay verifiable
        related_name="keys",
        verbose_name="部门系统",
    )
    key_id = models.CharField("密钥编号", max_length=16, unique=True, help_text="beginning of the key's fingerprint")
    public = models.CharField("公钥", max_length=64, help_text="Ed25519, raw, base64")
    valid_from = models.DateField("启用日期")
    valid_until = models.DateField("失效日期", help_text="exclusive")
    added_at = models.DateTimeField("登记时间")
    added_by = models.CharField("登记人", max_length=40)
    revoked_at = models.DateTimeField("吊销时间", null=True)
    revoked_by = models.CharField("吊销人", max_length=40, null=True)

    class Meta:
        db_table = "machines_public_key"
        verbose_name = "公钥"
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="key_period_forward"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | ~Q(revoked_at=None) & ~Q(revoked_by=None),
                name="key_revoked_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class UsedNonce(models.Model):
    """A nonce that was used (一次性随机数): the same signed text does not count twice."""

    machine = models.ForeignKey(Machine, on_delete=models.RESTRICT, related_name="+", verbose_name="部门系统")  # whose
    nonce = models.CharField("随机数", max_length=64)
    at = models.DateTimeField("时间", db_index=True)

    class Meta:
        db_table = "machines_used_nonce"
        verbose_name = "已用随机数"
        constraints = [models.UniqueConstraint(fields=["machine", "nonce"], name="nonce_used_once")]

    def __str__(self) -> str:
        return self.nonce


class Usage(models.Model):
    """How often a machine asked in a minute or on a day (用量)."""

    machine = models.ForeignKey(Machine, on_delete=models.RESTRICT, related_name="+", verbose_name="部门系统")  # whose
    window = models.CharField("时段", max_length=6, help_text="minute or day")
    began_at = models.DateTimeField("时段起", db_index=True)
    count = models.IntegerField("次数")

    class Meta:
        db_table = "machines_usage"
        verbose_name = "用量"
        constraints = [models.UniqueConstraint(fields=["machine", "window", "began_at"], name="usage_per_window")]

    def __str__(self) -> str:
        return f"{self.machine_id} {self.window} {self.count}"


class KeptAnswer(models.Model):
    """The answer to a request under its idempotency key (留存应答): asked again, the same is said and nothing done."""

    machine = models.ForeignKey(Machine, on_delete=models.RESTRICT, related_name="+", verbose_name="部门系统")  # whose
    key = models.CharField("幂等键", max_length=64)
    request = models.CharField("请求指纹", max_length=64)
    status = models.SmallIntegerField("应答码", null=True, help_text="null while the first one is still at work")
    body = models.TextField("应答", blank=True)
    at = models.DateTimeField("时间", db_index=True)

    class Meta:
        db_table = "machines_kept_answer"
        verbose_name = "留存应答"
        constraints = [models.UniqueConstraint(fields=["machine", "key"], name="answer_per_key")]

    def __str__(self) -> str:
        return self.key


class Subscription(models.Model):
    """Where a machine wants to be told of what (订阅)."""

    machine = models.ForeignKey(
        Machine,
        on_delete=models.RESTRICT,  # what was told to whom stays known
        related_name="subscriptions",
        verbose_name="部门系统",
    )
    address = models.CharField("接收地址", max_length=300)
    events = ArrayField(models.CharField(max_length=20, choices=Event), verbose_name="事项")
    made_at = models.DateTimeField("订阅时间")
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        db_table = "machines_subscription"
        verbose_name = "订阅"
        constraints = [
            models.UniqueConstraint(
                fields=["machine", "address"], condition=Q(ended_at=None), name="subscription_once_per_address"
            ),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="subscription_of_something"),
        ]

    def __str__(self) -> str:
        return self.address


class Message(models.Model):
    """One message to one subscriber (通知), written in the transaction of the act that it tells of."""

    subscription = models.ForeignKey(
        Subscription,
        on_delete=models.RESTRICT,  # nothing that was promised is forgotten
        related_name="messages",
        verbose_name="订阅",
    )
    key = models.UUIDField("编号", unique=True, help_text="the same at every attempt: the receiver counts it once")
    event = models.CharField("事项", max_length=20, choices=Event)
    body = models.TextField("内容", help_text="the exact text that is signed: counts and keys")
    state = models.CharField("状态", max_length=8, choices=MessageState, default=MessageState.WAITING)
    attempts = models.SmallIntegerField("已试次数", default=0)
    next_at = models.DateTimeField("下次发送")
    problem = models.CharField("问题", max_length=200, blank=True)
    made_at = models.DateTimeField("生成时间")
    sent_at = models.DateTimeField("送达时间", null=True)

    class Meta:
        db_table = "machines_message"
        verbose_name = "通知"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | ~Q(state=MessageState.SENT) & Q(sent_at=None),
                name="message_sent_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state=MessageState.WAITING), name="message_waiting"),
            models.Index(fields=["-made_at"], condition=Q(state=MessageState.DEAD), name="message_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.key}"
