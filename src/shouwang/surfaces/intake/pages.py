"""The description of the interface (接口说明): as OpenAPI 3.1 for programs, as a plain page for people."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja.openapi import get_schema

from shouwang.surfaces.intake.api import api
from shouwang.surfaces.intake.door import Access, Scope
from shouwang.surfaces.intake.problems import CONTENT_TYPE, KINDS, answer

OPEN = Access(None, Scope.NOBODY)


@cache
def description() -> dict[str, Any]:
    """The OpenAPI description; it is the same for everybody."""
    found = json.loads(json.dumps(get_schema(api, path_prefix="/api/v1/"), default=str))
    for path in found["paths"].values():
        for one in path.values():
            _as_answered(one["responses"])
    return found


def _as_answered(responses: dict[str, Any]) -> None:
    """What is wrong is told in its own media type; the library knows one for everything."""
    for status, one in responses.items():
        if int(status) >= 400 and "content" in one:
            one["content"] = {CONTENT_TYPE: one["content"]["application/json"]}
        if status == "429":
            one["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "秒"}}


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description for programs."""
    return HttpResponse(json.dumps(description(), ensure_ascii=False, indent=1), content_type="application/json")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The description for people: no script, nothing from elsewhere."""
    return render(
        request, "intake/description.html", {"about": description()["info"], "groups": _groups(), "kinds": KINDS}
    )


def nothing_here(request: HttpRequest) -> HttpResponse:
    """The answer for an address that the interface does not have."""
    return answer(request, 404, "not-found", "没有找到", "接口没有这个地址。", "请看 /api/v1/ 的接口说明。")


for view in (openapi, page, nothing_here):
    view.access = OPEN  # type: ignore[attr-defined]


def _groups() -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in description()["paths"].items():
        for method, one in operations.items():
            row = {**one, "path": path, "method": method.upper(), "answers": sorted(one["responses"].items())[:1]}
            groups.setdefault((one.get("tags") or [""])[0], []).append(row)
    return [{"title": title, "operations": rows} for title, rows in groups.items()]
