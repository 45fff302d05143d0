"""The shell of the phone's page (手机页外壳): the same for everybody, without a name in it, so that it may be cached.

The worker names every file with the hash of its content: a phone has either all of a version or none of it.
"""

import json
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from shouwang.surfaces.access import open_page
from shouwang.surfaces.field.english import page_words

FOLDER = Path(__file__).parent / "static" / "field"
DEVICES = "camera=(self), geolocation=(self), microphone=()"
"""A photo and a place may be added by whoever fills in a form; nothing asks for them by itself."""
SCRIPT = "text/javascript; charset=utf-8"


@open_page
@require_GET
def field(request: HttpRequest) -> HttpResponse:
    """The page itself."""
    response = render(request, "field/field.html", _context())
    response.headers["Permissions-Policy"] = DEVICES
    response.headers["Cache-Control"] = "no-cache"
    return response


@open_page
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker with the list of files of this version; asked for anew every time."""
    files = shell_files()
    version = sha256((json.dumps(files, sort_keys=True) + _worker_text()).encode()).hexdigest()[:16]
    head = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(files)};\n"
    response = HttpResponse(head + _worker_text(), content_type=SCRIPT)
    patch_cache_control(response, no_cache=True)
    return response


@open_page
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What the phone needs to know to put the page on its home screen."""
    static = f"{settings.STATIC_URL}field/"
    icons = [
        {"src": f"{static}icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
        for size in (192, 512)
    ]
    told = {
        "name": "守望外出采集", "short_name": "守望外出", "lang": "zh-CN", "start_url": reverse("field"),
        "scope": reverse("field"), "display": "standalone", "background_color": "#f4f6f9", "theme_color": "#0f3a6b",
        "icons": icons,
    }  # fmt: skip
    response = HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/manifest+json")
    patch_cache_control(response, no_cache=True)
    return response


def shell_files() -> dict[str, str]:
    """Address → SHA-256 of everything that the page needs without a signal."""
    static = f"{settings.STATIC_URL}field/"
    kept = sorted(one for one in FOLDER.iterdir() if one.suffix in (".js", ".css", ".png") and one.name != "worker.js")
    found = {f"{static}{one.name}": _digest(one.read_bytes()) for one in kept}
    page = render_to_string("field/field.html", _context())
    return {reverse("field"): _digest(page.encode()), **found}


def _context() -> dict[str, Any]:
    """The same for who asks and for the list of files: the page and its fingerprint must agree."""
    return {"static": f"{settings.STATIC_URL}field/", "practice": settings.TRAINING, "english": page_words()}


@lru_cache(maxsize=1)
def _worker_text() -> str:
    return (FOLDER / "worker.js").read_text("utf-8")


def _digest(content: bytes) -> str:
    return b64encode(sha256(content).digest()).decode()
