"""Which modules are Django apps, in the order of the layers (模块), and the language and time zone."""

from pathlib import Path

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "procrastinate.contrib.django",
    "shouwang.register.places",
    "shouwang.register.staff",
    "shouwang.register.ledger",
    "shouwang.register.releases",
    "shouwang.register.machines",
    "shouwang.register.households",
    "shouwang.register.exchange",
    "shouwang.register.calendar",
    "shouwang.register.papers",
    "shouwang.register.procedure",
    "shouwang.register.visits",
    "shouwang.stream.feeds",
    "shouwang.stream.linkage",
    "shouwang.stream.rules",
    "shouwang.stream.screening",
    "shouwang.stream.clues",
    "shouwang.stream.determination",
    "shouwang.stream.assistance",
    "shouwang.stream.clearance",
    "shouwang.stream.self_service",
    "shouwang.stream.fieldwork",
    "shouwang.surfaces.web",
    "shouwang.surfaces.portal",
    "shouwang.surfaces.field",
    "shouwang.surfaces.intake",
]
AUTH_USER_MODEL = "staff.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).resolve().parents[2] / "surfaces" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
