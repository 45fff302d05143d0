"""The demo's people on the sign-in page (演示账号): who they are and what they see; nothing of it outside a demo."""

from datetime import date
from typing import Any

from django.conf import settings

from shouwang.register.staff.choices import Role
from shouwang.register.staff.queries import posts_in_force

PASSWORD_FILE = "demo.password"  # noqa: S105 - the name of a file
STORIES = {
    Role.COLLECTOR: "只看本村的农户和预警，入户前先看清楚为什么",
    Role.VILLAGE_CADRE: "看本村全貌，哪几户要先去",
    Role.HELPER: "看帮的几户计划落实了没有，登记回访",
    Role.TOWNSHIP_OFFICER: "看全镇，复核拿不准的人员比对",
    Role.COUNTY_OFFICER: "看全县各乡镇，报送数据、开展筛查",
    Role.LIAISON: "只报送本部门的数据，看回执和退回的行，看不到农户",
    Role.PREFECTURE_OFFICER: "看全市各县，层层点开到村",
    Role.TOWNSHIP_LEADER: "审核办理件和帮扶计划",
    Role.COUNTY_LEADER: "作最后的决定，写明理由",
    Role.SYSTEM_ADMIN: "只管账号",
    Role.SECURITY_ADMIN: "只管授岗和部门系统",
    Role.AUDIT_ADMIN: "只看记录，看不到农户",
    Role.AUDITOR: "看谁在什么时候做了什么，看不到农户",
}


def demo_cast(*, on: date) -> dict[str, Any]:
    """The demo's accounts with their common password; empty when this is no demo."""
    path = settings.KEY_FILE.with_name(PASSWORD_FILE)
    if not settings.DEMO or not path.exists():
        return {}
    cast = [
        {
            "username": post.user.username,
            "name": post.user.name,
            "post": f"{post.place.full_name or post.place.name} {post.unit} {post.get_role_display()}",
            "story": STORIES.get(Role(post.role), ""),
        }
        for post in posts_in_force(on=on)
    ]
    return {"cast": cast, "password": path.read_text().strip()}
