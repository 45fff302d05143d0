"""Pages (页面): routes, templates, static files, middleware."""

from pathlib import Path

from shouwang.conf import env
from shouwang.conf.settings.database import HOME

_web = Path(__file__).resolve().parents[2] / "surfaces" / "web"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

ROOT_URLCONF = "shouwang.surfaces.urls"
WSGI_APPLICATION = "shouwang.conf.wsgi.application"
LOGIN_URL = "/sign-in/"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads every answer with random bytes against BREACH
    "shouwang.surfaces.web.middleware.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shouwang.surfaces.web.sessions.SessionRules",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shouwang.surfaces.web.middleware.DeclaredAccess",
]
TEMPLATES = [
    {
        "NAME": "django",
        "BACKEND": "shouwang.surfaces.web.language.Pages",
        "DIRS": [_web / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "shouwang.surfaces.web.templatetags.speech"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shouwang.surfaces.web.navigation.navigation",
                "shouwang.surfaces.training.training",
            ],
        },
    }
]
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "shouwang.surfaces.web.storage.StaticFiles"},
}
WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A pushed file must have come within this time, however slowly it drips.
UPLOAD_SECONDS = 600
# Hosts and networks of the government's own net that messages may go to although they are private or speak plain http.
WEBHOOK_HOSTS: tuple[str, ...] = env.value("SHOUWANG_WEBHOOK_HOSTS")
UPLOAD_LIMIT = env.value("SHOUWANG_UPLOAD_MB") * 1024 * 1024
DEMO = env.value("SHOUWANG_DEMO") and not env.value("SHOUWANG_HTTPS")
# A practice county says on every page that nothing in it is real.
TRAINING = env.value("SHOUWANG_TRAINING") and not env.value("SHOUWANG_HTTPS")
# The demo's people have no phones; everywhere else whoever decides signs in with a code as well.
SECOND_FACTOR = env.value("SHOUWANG_SECOND_FACTOR") and not DEMO
CODE_MINUTES: int = env.value("SHOUWANG_CODE_MINUTES")
MAP_APPROVAL = env.value("SHOUWANG_MAP_APPROVAL")
BOUNDARIES = env.value("SHOUWANG_BOUNDARIES")
# What a paper's QR code leads to; a paper outlives the machine that printed it, so this is the county's own name.
PUBLIC_ADDRESS: str = env.value("SHOUWANG_PUBLIC_ADDRESS").rstrip("/")
