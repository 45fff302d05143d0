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
            models.CheckConstraint(condition=~Q(role=Role.LIAISON) | ~Q(unit=""), name="post_liaison_has_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.place.name}{self.unit}{self.get_role_display()}"
