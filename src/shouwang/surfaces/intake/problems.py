"""Answers to what went wrong (出错应答): application/problem+json (RFC 9457), a 中文 sentence and what to do next."""

import json
import logging
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.main import NinjaAPI

from shouwang.kernel.errors import InputError, Refusal
from shouwang.register.machines.actions import AnotherRequest, BadSignature, ClockOff, Replayed, TooMany
from shouwang.register.machines.signatures import NotSigned
from shouwang.register.staff.queries import NotAllowed
from shouwang.stream.feeds.actions import NothingToCorrect, WrongUnit
from shouwang.stream.feeds.contracts import UnknownFeed

CONTENT_TYPE = "application/problem+json"
log = logging.getLogger(__name__)

KINDS: tuple[tuple[type[Exception], int, str, str], ...] = (
    (NotSigned, 401, "not-signed", "没有有效签名"),
    (BadSignature, 401, "bad-signature", "签名无效"),
    (ClockOff, 401, "clock-off", "时钟不准"),
    (Replayed, 409, "replayed", "签名已经用过"),
    (AnotherRequest, 409, "key-in-use", "幂等键已用于别的请求"),
    (TooMany, 429, "too-many", "超过次数限制"),
    (NotAllowed, 403, "not-allowed", "没有权限"),
    (WrongUnit, 403, "wrong-unit", "不是本单位的数据"),
    (UnknownFeed, 422, "unknown-feed", "没有这种数据"),
    (NothingToCorrect, 422, "nothing-to-correct", "没有可更正的送达"),
    (Refusal, 422, "refused", "不予办理"),
    (InputError, 422, "bad-input", "内容不对"),
)
"""Refusal → status, name of the problem and its title; the first that fits."""


class Problem(Exception):
    """A refusal of the interface itself (接口拒绝), with its status."""

    def __init__(self, status: int, kind: str, title: str, detail: str, following: str = "", **more: Any) -> None:
        self.status, self.kind, self.title, self.detail, self.following = status, kind, title, detail, following
        self.more = more
        super().__init__(detail)


def answer(
    request: HttpRequest, status: int, kind: str, title: str, detail: str, following: str = "", **more: Any
) -> HttpResponse:
    """The answer that tells a problem; `next` says what to do about it."""
    told = {"type": f"/api/v1/#problem-{kind}", "title": title, "status": status, "detail": detail, "next": following}
    body = json.dumps(told | {"instance": request.path} | more, ensure_ascii=False)
    response = HttpResponse(body, status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Signature realm="shouwang"'
    if "retry_after" in more:
        response["Retry-After"] = str(more["retry_after"])
    return response


def told(request: HttpRequest, wrong: Exception) -> HttpResponse:
    """The answer to anything that was raised; what nobody foresaw is logged and told without details."""
    if isinstance(wrong, Problem):
        return answer(request, wrong.status, wrong.kind, wrong.title, wrong.detail, wrong.following, **wrong.more)
    if isinstance(wrong, Http404):
        return answer(request, 404, "not-found", "没有找到", "没有这一项，或者它不归这个系统。", "请核对地址和编号。")
    if isinstance(wrong, ValidationError):
        return answer(request, 422, "bad-input", "内容不对", _wrong_fields(wrong), "请对照接口说明改正后再发。")
    if isinstance(wrong, AuthenticationError):
        return answer(request, 401, "not-signed", "没有有效签名", "请求没有签名。", "请按接口说明给请求签名。")
    if isinstance(wrong, RequestDataTooBig):
        return answer(request, 413, "too-large", "内容太大", "请求的内容太大。", "文件请用报送接口。")
    if isinstance(wrong, BadRequest):
        return answer(request, 400, "bad-request", "请求读不出来", "请求读不出来。", "请核对请求的写法。")
    if isinstance(wrong, HttpError):
        return answer(request, wrong.status_code, "bad-request", "请求读不出来", "请求的内容读不出来。", "请发 JSON。")
    for kind, status, name, title in KINDS:
        if isinstance(wrong, kind):
            return _refused(request, wrong, status, name, title)
    log.error("the machine interface failed at %s", request.path, exc_info=wrong)
    return answer(request, 500, "our-fault", "系统出错", "系统出了问题，已经记录。", "请稍后用同一个幂等键再试。")


def _refused(request: HttpRequest, wrong: Exception, status: int, name: str, title: str) -> HttpResponse:
    if isinstance(wrong, TooMany):
        return answer(request, status, name, title, wrong.message, wrong.remedy, retry_after=wrong.seconds)
    if isinstance(wrong, InputError):
        return answer(request, status, name, title, wrong.message, wrong.remedy)
    message, _, remedy = str(wrong).partition("。")
    return answer(
        request, status, name, title, f"{message}。" if remedy or str(wrong).endswith("。") else message, remedy
    )


def _wrong_fields(wrong: ValidationError) -> str:
    """Where the input does not fit, by name and never by value: it may say who somebody is."""
    places = sorted({".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]) for one in wrong.errors})
    return f"这些项目不对：{'、'.join(places)[:300]}。"


def handle(api: NinjaAPI) -> None:
    """Make an interface answer in this way whatever is raised."""
    for kind in (Exception, Problem, Http404, ValidationError, AuthenticationError, HttpError):
        api.exception_handler(kind)(told)
