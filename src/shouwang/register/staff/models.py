"""Tables of staff (工作人员): accounts and their posts.

There is no superuser and no staff flag: whatever someone may do follows from a post with a place and a period.
"""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from shouwang.register.staff.choices import Role


class User(AbstractBaseUser):
    """An account (账号) of one person."""

    username = models.CharField("账号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=30)
    is_active = models.BooleanField("启用", default=True)
    secret_until = models.DateTimeField(
        "一次性口令有效期至", null=True, help_text="the password is a one-time secret that must be replaced by then"
    )
    session_key = models.CharField("当前会话", max_length=40, blank=True, help_text="of an approver: the only one")
    range_low = models.BigIntegerField("开通地区起", null=True, help_text="area of the administrator who opened it")
    range_high = models.BigIntegerField("开通地区止", null=True, help_text="exclusive")
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = BaseUserManager()  # type: ignore[var-annotated]

    class Meta:
        db_table = "staff_user"
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post (岗位): one role at one place for a period, with the department where that matters."""

    user = models.ForeignKey(
        User,
        on_delete=models.RESTRICT,  # who held a post stays known
        related_name="posts",
        verbose_name="账号",
    )
    role = models.CharField("角色", max_length=20, choices=Role)
    place = models.ForeignKey(
        "places.Place",
        on_delete=models.RESTRICT,  # scope of the post
        verbose_name="辖区",
    )
    unit = models.CharField("单位", max_length=30, blank=True, help_text="department of a liaison, as in the feeds")
    valid_from = models.DateField("任期起")
    valid_until = models.DateField("任期止", null=True, help_text="exclusive")

    class Meta:
        db_table = "staff_post"
        verbose_name = "岗位"
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "place", "valid_from"], name="post_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="post_period_forward"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.LIAISON, Role.MACHINE]) | ~Q(unit=""), name="post_liaison_has_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place.name}{self.unit}{self.get_role_display()}"


class SecondFactor(models.Model):
    """The second factor (动态验证码) of an account: its key encrypted, and the last step used, so that a code counts once."""

    user = models.OneToOneField(
        User,
        on_delete=models.RESTRICT,  # taken away by name, never along with something
        primary_key=True,
        related_name="second_factor",
        verbose_name="账号",
    )
    secret_cipher = models.TextField("密钥（密文）")
    enrolled_at = models.DateTimeField("启用时间")
    last_step = models.BigIntegerField("已用时间步", default=0)

    class Meta:
        db_table = "staff_second_factor"
        verbose_name = "动态验证码"

    def __str__(self) -> str:
        return str(self.user_id)


class SentForm(models.Model):
    """A form that was sent and done (已办的表单): its own hash and where its answer led, so that the same one is done once."""

    digest = models.CharField(
        "指纹", max_length=64, primary_key=True, help_text="of account, address, page and content"
    )
    answer = models.CharField("答复去向", max_length=300, blank=True)
    sent_at = models.DateTimeField("时间")

    class Meta:
        db_table = "staff_sent_form"
        verbose_name = "已办的表单"
        indexes = [models.Index(fields=["sent_at"], name="sent_form_by_time")]

    def __str__(self) -> str:
        return self.digest


class SignInAttempt(models.Model):
    """A sign-in that failed (登录失败): counted per account and address, so that nobody tries without end."""

    username = models.CharField("账号", max_length=40)
    address = models.CharField("地址", max_length=45)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "staff_sign_in_attempt"
        verbose_name = "登录失败"
        indexes = [models.Index(fields=["username", "address", "at"], name="attempt_by_account")]

    def __str__(self) -> str:
        return f"{self.username} {self.at:%Y-%m-%d %H:%M}"


class GuideMark(models.Model):
    """A step of a post's first day that somebody has ticked off (第一天已做的一步), or that the guide was closed."""

    CLOSED = "closed"
    user = models.ForeignKey(
        User,
        on_delete=models.RESTRICT,  # accounts stay
        related_name="+",
        verbose_name="账号",
    )
    role = models.CharField("角色", max_length=20, choices=Role)
    step = models.CharField("步骤", max_length=30, help_text="key of a step in the manual, or closed")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "staff_guide_mark"
        verbose_name = "第一天已做的一步"
        constraints = [models.UniqueConstraint(fields=["user", "role", "step"], name="guide_step_once")]

    def __str__(self) -> str:
        return f"{self.role} {self.step}"


class Reminder(models.Model):
    """That somebody is reminded on a day of what is due (到期提醒): once a day and account, whatever happens between."""

    username = models.CharField("账号", max_length=40)
    on = models.DateField("日期")
    due = models.IntegerField("到期件数")
    tried_at = models.DateTimeField("发送时间", null=True)
    sent_at = models.DateTimeField("送达时间", null=True)
    attempts = models.SmallIntegerField("已试次数", default=0)

    class Meta:
        db_table = "staff_reminder"
        verbose_name = "到期提醒"
        constraints = [
            models.UniqueConstraint(fields=["username", "on"], name="reminder_once_a_day"),
            models.CheckConstraint(condition=Q(due__gt=0), name="reminder_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.on}"
