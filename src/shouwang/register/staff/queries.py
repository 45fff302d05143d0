"""Reading staff (人员与岗位): the actor behind a request, and what the actor may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from shouwang.kernel.errors import Refusal
from shouwang.kernel.run_time_role import NOWHERE
from shouwang.register.staff.choices import ALLOWED, APPROVERS, NO_ROWS, Permission, Role
from shouwang.register.staff.models import GuideMark, Post, SecondFactor, SignInAttempt, User


class NotAllowed(Refusal):
    """The post does not allow this (没有权限)."""


@dataclass(frozen=True)
class Actor:
    """Who acts (操作人): account, role and the numeric place range that the post covers.

    `range_low` is inclusive, `range_high` exclusive, both twelve-digit codes as numbers.
    """

    username: str
    name: str
    role: str
    place_code: str
    place_name: str
    range_low: int
    range_high: int
    unit: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether the role allows this at all; where it applies is a question of the range."""
        return permission in ALLOWED.get(self.role, frozenset())

    def require(self, permission: Permission) -> None:
        """Raises NotAllowed when the role does not allow this."""
        if not self.may(permission):
            raise NotAllowed("您的岗位没有办理这件事的权限。")

    def covers(self, number: int) -> bool:
        """Whether a twelve-digit place number lies inside the actor's range."""
        return self.range_low <= number < self.range_high

    @property
    def row_range(self) -> tuple[int, int]:
        """The place range of rows that the database may show: none at all to those who have no business with people."""
        return NOWHERE if self.role in NO_ROWS else (self.range_low, self.range_high)

    @property
    def area(self) -> tuple[int, int]:
        """The place range of the duty (辖区), whether people may be seen there or not."""
        return self.range_low, self.range_high

    @property
    def role_label(self) -> str:
        """The role in 中文."""
        return Role(self.role).label


SYSTEM = Actor("system", "系统任务", Role.SYSTEM, "", "全部", 0, 10**12)
"""Scheduled work and the command line: everything, everywhere, named as such in the ledger."""


VILLAGER = "household-portal"
"""What stands in the ledger for whoever came through the portal; no account can be called so, for those have no hyphen."""


def villager(place_number: int, place_name: str = "") -> Actor:
    """Whoever comes through the household portal (农户门户): no account, the reach of one village, in the ledger as such."""
    code = f"{place_number:012d}"
    return Actor(VILLAGER, "农户", Role.HOUSEHOLD, code, place_name, place_number, place_number + 1)


def posts_of(user: User, *, on: date) -> list[Post]:
    """The posts that an account holds on a day, oldest first."""
    current = Q(valid_until=None) | Q(valid_until__gt=on)
    return list(user.posts.filter(current, valid_from__lte=on).select_related("place").order_by("valid_from", "id"))


def posts_in_force(*, on: date) -> list[Post]:
    """All posts held on a day by active accounts (在任岗位), the narrowest area first."""
    return sorted(_held(on), key=lambda post: (-len(post.place.code), post.pk))


def _held(on: date) -> QuerySet[Post]:
    current = Q(valid_until=None) | Q(valid_until__gt=on)
    return Post.objects.filter(current, valid_from__lte=on, user__is_active=True).select_related("user", "place")


def actor_of(user: User, *, on: date, post_id: int | None = None) -> Actor | None:
    """The actor that an account is on a day: the chosen post, else the newest; None without a post or when inactive."""
    posts = [post for post in posts_of(user, on=on) if post_id in (None, post.pk)]
    return _actor(user, posts[-1]) if posts and user.is_active else None


def actor_named(username: str, *, on: date) -> Actor | None:
    """The actor of an account name, as a job finds the person who asked for it; `system` is the system itself."""
    if username == SYSTEM.username:
        return SYSTEM
    user = User.objects.filter(username=username).first()
    return actor_of(user, on=on) if user else None


def actor_in_post(username: str, role: str, place_code: str, *, on: date) -> Actor | None:
    """Somebody in the very post that an earlier act was begun under, as long as it is held (仍在岗); None afterwards."""
    user = User.objects.filter(username=username, is_active=True).first()
    held = posts_of(user, on=on) if user else []
    post = next((one for one in held if one.role == role and one.place.code == place_code), None)
    return _actor(post.user, post) if post else None


def as_posted(username: str, role: str, place_code: str) -> Actor:
    """Somebody as they stood in a post that may have ended: to be named in a record, with no right to anything."""
    name = names_of([username]).get(username, username)
    return Actor(username, name, role, place_code, "", 0, 0)


def people_for(place_number: int, permission: Permission, *, on: date) -> list[Actor]:
    """Who may do something in a village on a day (可承办的人员), those of the narrowest area first; at most fifty."""
    roles = [role for role, allowed in ALLOWED.items() if permission in allowed]
    found = _held(on).filter(role__in=roles, place__range_low__lte=place_number, place__range_high__gt=place_number)
    return [_actor(post.user, post) for post in found.order_by(Length("place__code").desc(), "pk")[:50]]


def actors_in_post(*, on: date) -> list[Actor]:
    """Everybody in every post held on a day (在任人员)."""
    return [_actor(post.user, post) for post in posts_in_force(on=on)]


def names_of(usernames: Iterable[str]) -> dict[str, str]:
    """Account → the person's name, of accounts in use or not any more."""
    wanted = set(usernames)
    found = dict(User.objects.filter(username__in=wanted).values_list("username", "name"))
    return found | ({VILLAGER: "农户（网上）"} if VILLAGER in wanted else {})


def accounts_called(text: str) -> list[str]:
    """The accounts of this name, and the account itself."""
    return list(User.objects.filter(Q(username=text) | Q(name=text)).values_list("username", flat=True)) or [text]


def _actor(user: User, post: Post) -> Actor:
    place = post.place
    return Actor(
        username=user.username,
        name=user.name,
        role=post.role,
        place_code=place.code,
        place_name=place.full_name,
        range_low=place.range_low,
        range_high=place.range_high,
        unit=post.unit,
    )


def accounts(actor: Actor) -> QuerySet[User]:
    """Accounts opened in the actor's area or with a post there (账号), for whoever manages them; nobody's otherwise."""
    if not (actor.may(Permission.MANAGE_STAFF) or actor.may(Permission.GRANT_POSTS)):
        return User.objects.none()
    low, high = actor.range_low, actor.range_high
    opened = Q(range_low__gte=low, range_high__lte=high)
    posted = Q(posts__place__range_low__gte=low, posts__place__range_high__lte=high)
    return User.objects.filter(opened | posted).distinct().order_by("username")


def posts_within(actor: Actor) -> QuerySet[Post]:
    """Posts inside the actor's area (岗位), for whoever grants them."""
    if not actor.may(Permission.GRANT_POSTS):
        return Post.objects.none()
    found = Post.objects.filter(place__range_low__gte=actor.range_low, place__range_high__lte=actor.range_high)
    return found.select_related("user", "place").order_by("user__username", "-valid_from")


def post_within(actor: Actor, post_id: int) -> Post | None:
    """One post inside the actor's area, None when it is elsewhere or nowhere."""
    return posts_within(actor).filter(pk=post_id).first()


def is_approver(user: User, *, on: date) -> bool:
    """Whether an account decides in any of its posts (审批人): it needs a second factor and has one session."""
    return any(post.role in APPROVERS for post in posts_of(user, on=on))


def active_account(pk: int | None) -> User | None:
    """The account with this key when it is active."""
    return User.objects.filter(pk=pk, is_active=True).first() if pk is not None else None


def account_within(actor: Actor, username: str) -> User | None:
    """One account of the actor's area, None when it is elsewhere or nowhere."""
    return accounts(actor).filter(username=username).first()


def has_second_factor(user: User) -> bool:
    """Whether the second factor is switched on."""
    return SecondFactor.objects.filter(user=user).exists()


TRIES, WINDOW = 5, timedelta(minutes=15)


def is_locked(username: str, address: str, *, at: datetime) -> bool:
    """Whether an account was tried too often from an address (登录过于频繁)."""
    failed = SignInAttempt.objects.filter(username=username[:40], address=address[:45], at__gt=at - WINDOW)
    return failed.count() >= TRIES


def guide_marks(actor: Actor) -> frozenset[str]:
    """The steps of the post's first day that somebody has ticked off, with GuideMark.CLOSED when the guide is closed."""
    mine = GuideMark.objects.filter(user__username=actor.username, role=actor.role)
    return frozenset(mine.values_list("step", flat=True))


GUIDE_CLOSED = GuideMark.CLOSED
