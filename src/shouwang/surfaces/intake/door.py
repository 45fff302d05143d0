"""The door of the machine interface (接口的门): who asks, whether it may, how often, within which rows.

Every operation declares the permission that it needs and what narrows its rows; one without a declaration cannot be made
(see `operation`). Place holds twice, as for people: in the queries, and in the database by the range of the machine's
post, set around the operation inside its own transaction (docs/rights.md).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.encoding import escape_uri_path
from ninja.security.base import AuthBase

from shouwang.kernel.row_security import rows_within
from shouwang.register.machines.actions import (
    Kept,
    admit,
    answer_given,
    claim_nonce,
    keep_answer,
    recognise,
    reserve_answer,
)
from shouwang.register.machines.queries import Known
from shouwang.register.machines.signatures import (
    NONCE,
    ManifestText,
    NotSigned,
    Signed,
    read_manifest,
    read_request,
)
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.intake.problems import Problem

CHANGING = ("POST", "PUT", "DELETE")


class Scope(StrEnum):
    """What narrows the rows of an operation (范围)."""

    NOBODY = "nobody"
    PLACE = "place"
    UNIT = "unit"
    SELF = "self"


@dataclass(frozen=True)
class Access:
    """An operation's declaration: the permission that it needs and what narrows its rows."""

    permission: Permission | None
    scope: Scope
    signed_in: bool = False


class SignedRequest(AuthBase):
    """RFC 9421: the headers Signature-Input, Signature and Content-Digest (请求签名)."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "Signature"

    def __call__(self, request: HttpRequest) -> Known:
        """Let the request in, or raise the refusal that says why not."""
        body = request.body
        signed = read_request(
            method=request.method or "",
            authority=request.get_host(),
            path=escape_uri_path(request.path),
            query=request.META.get("QUERY_STRING", ""),
            body=body,
            headers=request.headers,
        )
        target = f"{request.method} {request.get_full_path()}".encode()
        return _let_in(request, signed, sha256(target + b"\n" + body).hexdigest(), key="")


class SignedManifest(AuthBase):
    """A push: the manifest and its Ed25519 signature in two headers, proved before a byte of the file is read (清单签名)."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "Shouwang-Signature"

    def __call__(self, request: HttpRequest) -> Known:
        """Let the push in; what it says is at `request.manifest`."""
        manifest = read_manifest(
            request.headers.get("Shouwang-Manifest", ""), request.headers.get("Shouwang-Signature", "")
        )
        request.manifest = manifest  # type: ignore[attr-defined]
        return _let_in(request, manifest.signed, _meaning(manifest), key=manifest.signed.nonce, named=manifest.machine)


def operation(
    permission: Permission | None, scope: Scope, *, waits: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation and bind it to its transaction and rows.

    One that `waits` (for a file to come in) opens the transaction itself, by `working`, when everything is there.
    """
    access = Access(permission, scope)

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def bounded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if permission is not None:
                request.known.actor.require(permission)
            if request.answered is not None:
                return _said_again(request.answered)
            if waits:
                return view(request, *args, **kwargs)
            return working(request, lambda: view(request, *args, **kwargs))

        bounded.access = access  # type: ignore[attr-defined]
        return bounded

    return mark


def working(request: Any, act: Callable[[], Any]) -> HttpResponse:
    """Carry out an act inside one transaction and the machine's rows; a changing one is answered once per key."""
    known, now = request.known, timezone.now()
    with transaction.atomic(), rows_within(*known.actor.row_range, area=known.actor.area):
        if request.key and request.method in CHANGING:
            earlier = reserve_answer(machine=known.machine, key=request.key, request=request.fingerprint, at=now)
            if earlier is not None:
                return _said_again(earlier)
        response = act()
        if not isinstance(response, HttpResponse):
            response = told(response)
        if request.key and request.method in CHANGING:
            body = response.content.decode()
            keep_answer(machine=known.machine, key=request.key, status=response.status_code, body=body)
    response["Shouwang-Requests-Left"] = str(request.left)
    return response


def told(value: Any, status: int = 200) -> HttpResponse:
    """An answer in JSON."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return HttpResponse(text, status=status, content_type="application/json")


def _let_in(request: Any, signed: Signed, fingerprint: str, *, key: str, named: str = "") -> Known:
    now = timezone.now()
    with transaction.atomic():
        known = recognise(signed=signed, at=now, on=timezone.localdate(now))
        if named and named != known.actor.username:
            raise NotSigned("清单里写的系统不是这把密钥的系统。", "请核对 machine 和 key_id。")
        request.known, request.fingerprint = known, fingerprint
        request.left = admit(machine=known.machine, at=now)
    request.key, request.answered = _key(request, key), None
    if request.key and request.method in CHANGING:
        request.answered = answer_given(machine=known.machine, key=request.key, request=fingerprint)
    if request.answered is None:  # said again without any effect, an old text does no harm
        claim_nonce(machine=known.machine, signed=signed, at=now)
    return known


def _key(request: HttpRequest, otherwise: str) -> str:
    given = request.headers.get("Idempotency-Key", "")
    if given and not NONCE.match(given):
        raise Problem(400, "bad-key", "幂等键不对", "Idempotency-Key 要用 16 到 64 个字母、数字、短横或下划线。")
    return given or otherwise


def _meaning(manifest: ManifestText) -> str:
    """What a push is about: signed anew, with another time and nonce, it is the same push."""
    about = {"feed": manifest.feed, "sha256": manifest.sha256, "corrects": manifest.corrects}
    return sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def _said_again(kept: Kept) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json")
    response["Idempotent-Replayed"] = "true"
    return response
