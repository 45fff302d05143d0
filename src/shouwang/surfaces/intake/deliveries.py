"""Pushing files (报送文件): taken in with a signed receipt, followed to the screening, corrected row by row."""

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Header, Query, Router

from shouwang.kernel.errors import Refusal
from shouwang.kernel.sheets.writing import write_csv
from shouwang.register.ledger.sealed_files import own_folder
from shouwang.register.machines.receipts import signed_text
from shouwang.register.machines.signatures import ManifestText
from shouwang.register.staff.choices import Permission
from shouwang.stream.feeds.actions import Declared, OpenFile, download_rejects, receive_signed_file
from shouwang.stream.feeds.choices import DeliveryStatus
from shouwang.stream.feeds.queries import corrections_of, deliveries, delivery_of, manifests_of, rejected_rows
from shouwang.stream.linkage.jobs import defer_acceptance
from shouwang.stream.screening.queries import published_with
from shouwang.surfaces.intake import schemas
from shouwang.surfaces.intake.door import Scope, SignedManifest, SignedRequest, operation, told, working
from shouwang.surfaces.intake.problems import Problem
from shouwang.surfaces.intake.uploads import received

router = Router(tags=["报送"])
FILE = {
    "requestBody": {
        "required": True,
        "description": "文件本身（xlsx、csv 或 parquet），不要用表单",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
SHEETS = {
    "responses": {
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                schemas.XLSX: {"schema": {"type": "string", "format": "binary"}},
            }
        }
    }
}
RECEIVED, READ, LINKED, PUBLISHED = "received", "read", "linked", "published"


@router.post(
    "/deliveries",
    auth=SignedManifest(),
    response={202: schemas.PushAnswer} | schemas.PROBLEMS,
    summary="报送一个文件",
    openapi_extra=FILE,
)
@operation(Permission.SEND_DELIVERY, Scope.UNIT, waits=True)
def push(
    request: Any,
    shouwang_manifest: str = Header(..., alias="Shouwang-Manifest", description="清单 JSON 的 base64"),
    shouwang_signature: str = Header(..., alias="Shouwang-Signature", description="清单原文的 Ed25519 签名，base64"),
    idempotency_key: str | None = Header(
        None, alias="Idempotency-Key", description="同一件报送用同一个键；默认取 nonce"
    ),
) -> HttpResponse:
    """收下文件，立即给签名回执和查询地址；读取、匹配、入库随后进行。同一件报送再发一次，得到同一张回执，不会重复入库。"""
    manifest: ManifestText = request.manifest
    if manifest.feed not in request.known.machine.feeds:
        raise Problem(
            403, "feed-not-allowed", "不能报送这种数据", "这个系统没有报送这种数据的授权。", "请联系县安全管理员。"
        )
    with received(request, manifest.sha256) as given:
        return working(request, lambda: _take_in(request, manifest, given))


@router.get(
    "/deliveries",
    auth=SignedRequest(),
    response={200: schemas.DeliveryPage} | schemas.PROBLEMS,
    summary="本单位的送达",
)
@operation(Permission.SEE_DELIVERIES, Scope.UNIT)
def delivery_page(
    request: Any, before: int | None = Query(None, ge=1, le=2**62), limit: int = Query(50, ge=1, le=200)
) -> Any:
    """新的在前；用上一页给的 next 作 before 翻页。"""
    found = deliveries(request.known.actor).order_by("-id")
    rows = list((found.filter(pk__lt=before) if before else found)[: limit + 1])
    shown = rows[:limit]
    return {
        "deliveries": [_brief(one) for one in shown],
        "next": shown[-1].pk if len(rows) > limit else None,
    }


@router.get(
    "/deliveries/{int:delivery_id}",
    auth=SignedRequest(),
    response={200: schemas.DeliveryStatus} | schemas.PROBLEMS,
    summary="一次送达办到哪里",
)
@operation(Permission.SEE_DELIVERIES, Scope.UNIT)
def delivery_status(request: Any, delivery_id: int) -> Any:
    """received 已收到，read 已读取，linked 已匹配入库，published 已进入筛查结果；办结后附签名的办理回执。"""
    return status_of(request, _mine(request, delivery_id))


@router.get(
    "/deliveries/{int:delivery_id}/rejects",
    auth=SignedRequest(),
    response={200: schemas.Rejects} | schemas.PROBLEMS,
    summary="退回的行和原因",
    openapi_extra=SHEETS,
)
@operation(Permission.SEND_DELIVERY, Scope.UNIT)
def rejects(request: Any, delivery_id: int, form: Literal["json", "csv", "xlsx"] = "json") -> Any:
    """退回的行按原样给出，每行写明原因；改正后作为更正（清单里写 corrects）再报送，已入库的行不受影响。"""
    found = _mine(request, delivery_id)
    if not found.sheet_path:
        return told({"delivery": found.pk, "header": [], "rows": []}) if form == "json" else _nothing()
    sheet = download_rejects(delivery_id=found.pk, actor=request.known.actor, at=timezone.now())
    if form == "xlsx":
        return _file(sheet, f"rejects-{found.pk}.xlsx")
    header, rows = rejected_rows(sheet)
    if form == "csv":
        return _csv(header, rows, f"rejects-{found.pk}.csv")
    told_rows = [{"row_no": one.row_no, "cells": one.cells, "reasons": one.reasons} for one in rows]
    return {"delivery": found.pk, "header": header, "rows": told_rows}


def _take_in(request: Any, manifest: ManifestText, given: OpenFile) -> HttpResponse:
    now, actor = timezone.now(), request.known.actor
    signed = manifest.signed
    declared = Declared(
        text=signed.text.decode(),
        signature=request.headers["Shouwang-Signature"],
        key_id=signed.key_id,
        sent_by=manifest.sent_by,
        rows=manifest.rows,
        period_from=manifest.period_from,
        period_until=manifest.period_until,
        corrects=manifest.corrects,
    )
    receipt = receive_signed_file(
        feed=manifest.feed, file_name=manifest.file_name, given=given, declared=declared, actor=actor, at=now
    )
    if not receipt.duplicate:
        defer_acceptance(delivery_id=receipt.delivery.pk, actor=actor)
    body: dict[str, Any] = {
        "delivery": receipt.delivery.pk,
        "duplicate": receipt.duplicate,
        "status": f"/api/v1/deliveries/{receipt.delivery.pk}",
        **_receipt(manifest, receipt.delivery, now),
    }
    response = told(body, status=202)
    response["Location"] = body["status"]
    return response


def _receipt(manifest: ManifestText, delivery: Any, at: datetime) -> dict[str, str]:
    """The signed receipt: what came, from whom, when; the department keeps it and can prove it to anybody."""
    said = {
        "kind": "shouwang delivery receipt 1",
        "delivery": delivery.pk,
        "machine": manifest.machine,
        "key_id": manifest.signed.key_id,
        "nonce": manifest.signed.nonce,
        "feed": manifest.feed,
        "sha256": manifest.sha256,
        "bytes": delivery.size,
        "rows": manifest.rows,
        "corrects": manifest.corrects,
        "received_at": at.isoformat(),
    }
    return signed_text(json.dumps(said, ensure_ascii=False, sort_keys=True)).told("receipt")


def status_of(request: Any, delivery: Any) -> dict[str, Any]:
    """Where a delivery stands, and once it is settled the signed account of its rows."""
    standing = corrections_of(request.known.actor, delivery)
    run = published_with(delivery.pk) if delivery.status == DeliveryStatus.ACCEPTED else None
    first = manifests_of(delivery).first()
    return {
        **_brief(delivery),
        "stage": _stage(delivery, run is not None),
        "progress": delivery.progress,
        "problem": delivery.problem or None,
        "rows_in": delivery.rows_in,
        "rows_good": delivery.rows_accepted,
        "rows_bad": delivery.rows_rejected,
        "rows_review": delivery.rows_review,
        "rows_unknown_people": delivery.rows_unlinked,
        "published_at": run.finished_at if run else None,
        "sent_by": first.sent_by if first else None,
        "corrects": standing.corrects,
        "corrected_by": standing.corrected_by,
        "rejects": f"/api/v1/deliveries/{delivery.pk}/rejects" if delivery.sheet_path else None,
        "account": _account(delivery),
    }


def _account(delivery: Any) -> dict[str, str] | None:
    if not delivery.finished:
        return None
    said = {
        "kind": "shouwang delivery account 1",
        "delivery": delivery.pk,
        "sha256": delivery.sha256,
        "status": str(delivery.status),
        "rows_in": delivery.rows_in,
        "rows_good": delivery.rows_accepted,
        "rows_bad": delivery.rows_rejected,
        "rows_review": delivery.rows_review,
        "batch_sha256": delivery.receipt.get("batch_sha256"),
        "accepted_at": delivery.accepted_at.isoformat() if delivery.accepted_at else None,
    }
    return signed_text(json.dumps(said, ensure_ascii=False, sort_keys=True)).told("account")


def _brief(delivery: Any) -> dict[str, Any]:
    return {
        "delivery": delivery.pk,
        "feed": delivery.feed,
        "file_name": delivery.file_name,
        "sha256": delivery.sha256,
        "state": str(delivery.status),
        "received_at": delivery.received_at,
    }


def _stage(delivery: Any, published: bool) -> str | None:
    if delivery.status == DeliveryStatus.ACCEPTED:
        return PUBLISHED if published else LINKED
    stages = {DeliveryStatus.RECEIVED: RECEIVED, DeliveryStatus.READING: RECEIVED, DeliveryStatus.LINKING: READ}
    return stages.get(delivery.status)


def _mine(request: Any, delivery_id: int) -> Any:
    found = delivery_of(request.known.actor, delivery_id) if delivery_id < 2**62 else None
    if found is None:
        raise Http404
    return found


def _nothing() -> HttpResponse:
    raise Refusal("这次送达没有退回的行。")


def _csv(header: list[str], rows: list[Any], name: str) -> HttpResponse:
    with tempfile.TemporaryDirectory(dir=own_folder()) as folder:
        path = Path(folder) / "rejects.csv"
        lines = [[*(one.cells.get(name, "") for name in header), one.row_no, "；".join(one.reasons)] for one in rows]
        write_csv(path, [*header, "原表行号", "错误原因"], lines)
        return _file(path.read_bytes(), name)


def _file(content: bytes, name: str) -> HttpResponse:
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else schemas.XLSX
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
