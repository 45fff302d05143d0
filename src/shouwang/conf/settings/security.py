"""Keys, passwords, cookies, hosts (安全): strict unless the environment says that this is a loopback demo."""

import os
import secrets
from pathlib import Path

from shouwang.conf import env
from shouwang.conf.settings.database import HOME
from shouwang.kernel.faults import arm


def _kept_key(path: Path) -> str:
    """The signing key made at the first start and kept outside the database, readable by us alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


SECRET_KEY = env.value("SHOUWANG_SECRET_KEY") or _kept_key(HOME / "keys" / "django.key")
DEBUG = env.value("SHOUWANG_DEBUG")
ALLOWED_HOSTS = list(env.value("SHOUWANG_ALLOWED_HOSTS"))

_https = env.value("SHOUWANG_HTTPS")
arm(env.value("SHOUWANG_FAULT_POINT"), allowed=DEBUG and not _https)
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
# The __Host- prefix ties the cookie to this host and to https; browsers refuse it over plain http.
SESSION_COOKIE_NAME = "__Host-shouwang" if _https else "shouwang"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
