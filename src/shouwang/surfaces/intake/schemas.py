"""Shapes of what goes in and out (应答格式), as the description of the interface shows them."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ProblemDetails(Schema):
    """What went wrong (RFC 9457), sent as application/problem+json."""

    type: str
    title: str
    status: int
    detail: str = Field(description="中文一句话，说明哪里不对")
    next: str = Field(description="接下来怎么办")
    instance: str
    retry_after: int | None = None


KEY = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "同一件事用同一个键，重发得到同样的应答，不会办两次",
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"},
        }
    ]
}
PROBLEMS: dict[Any, Any] = {frozenset({400, 401, 403, 404, 408, 409, 411, 413, 422, 429}): ProblemDetails}


class Signature(Schema):
    """Our signature beside a text."""

    algorithm: Literal["ed25519"]
    key_id: str
    signature: str = Field(description="对上面那段文字（UTF-8）的 Ed25519 签名，base64")


class PushAnswer(Signature):
    """What a push is answered at once."""

    delivery: int
    duplicate: bool = Field(description="同样内容的文件以前送过，没有重复入库")
    status: str = Field(description="查询办理情况的地址")
    receipt: str = Field(description="回执原文，签名就签这段文字")


class Delivery(Schema):
    """A delivery in a list."""

    delivery: int
    feed: str
    file_name: str
    sha256: str
    state: str
    received_at: datetime


class DeliveryPage(Schema):
    """One page of deliveries."""

    deliveries: list[Delivery]
    next: int | None


class Account(Signature):
    """The signed account of a settled delivery."""

    account: str = Field(description="办理回执原文，签名就签这段文字")


class DeliveryStatus(Delivery):
    """Where a delivery stands."""

    stage: Literal["received", "read", "linked", "published"] | None = Field(description="隔离或撤回的没有阶段")
    progress: int
    problem: str | None
    rows_in: int
    rows_good: int
    rows_bad: int
    rows_review: int
    rows_unknown_people: int
    published_at: datetime | None
    sent_by: str | None
    corrects: int | None
    corrected_by: list[int]
    rejects: str | None
    account: Account | None


class RejectedRow(Schema):
    """A row that was not taken."""

    row_no: int
    cells: dict[str, str]
    reasons: list[str]


class Rejects(Schema):
    """The rows that were not taken."""

    delivery: int
    header: list[str]
    rows: list[RejectedRow]


class Key(Schema):
    """One of our public keys."""

    key_id: str
    algorithm: str
    public: str
    pem: str
    active: bool


class Keys(Schema):
    """Our public keys."""

    keys: list[Key]


class Myself(Schema):
    """What a machine is registered for."""

    machine: str
    name: str
    unit: str
    place_code: str
    feeds: list[str]
    fields: list[str]
    purpose: str
    per_minute: int
    per_day: int
    asked_today: int
    server_time: datetime
    key_until: date | None


class Watermark(Signature):
    """Who pulled what for which purpose, under our signature: it stays with the data."""

    watermark: str = Field(description="取数凭据原文，签名就签这段文字；数据流转时请一并保存")


class Determination(Schema):
    """A decided case, with the fields that this system may have; a field it may not have is absent."""

    case: str
    changed_at: datetime
    household_id: str | None = None
    head_name: str | None = None
    place_code: str | None = None
    matter: str | None = None
    outcome: str | None = None
    decided_on: date | None = None
    effective_on: date | None = None
    state: str | None = None


class DeterminationPage(Schema):
    """One page of determinations."""

    determinations: list[Determination]
    next: str | None = Field(description="下一页的 cursor；没有下一页时为空")
    watermark: Watermark


class Enquiry(Schema):
    """A question to the own unit."""

    enquiry: int
    kind: str
    case: str
    household_id: str
    head_name: str
    place_code: str
    asked_at: datetime
    due_on: date | None
    answered_at: datetime | None


class EnquiryPage(Schema):
    """Questions to the own unit."""

    enquiries: list[Enquiry]
    next: int | None


class EnquiryAnswer(Schema):
    """An answer to a question."""

    result: Literal["nothing", "explain", "unknown"] = Field(
        description="nothing 没有发现需要说明的情况，explain 有情况请农户说明，unknown 查不到不能判断"
    )
    words: str = Field("", max_length=2000, description="有情况时写明请农户说明什么")


class Answered(Schema):
    """That an answer was taken."""

    enquiry: int
    case: str
    answered_at: datetime


class NewSubscription(Schema):
    """What a system wants to be told of, and where."""

    address: str = Field(max_length=300, description="https 地址；政务内网地址须经服务器管理员许可")
    events: list[Literal["delivery_processed", "case_decided", "case_cleared", "enquiry_opened"]] = Field(
        min_length=1, max_length=4
    )


class Subscription(Schema):
    """A subscription."""

    subscription: int
    address: str
    events: list[str]
    made_at: datetime


class Subscriptions(Schema):
    """The subscriptions of this system."""

    subscriptions: list[Subscription]


class Message(Signature):
    """A message as it was or will be sent."""

    number: int
    event: str
    state: str
    message: str = Field(description="通知原文，签名就签这段文字")


class Messages(Schema):
    """Messages to this system, oldest first."""

    messages: list[Message]
    next: int | None
