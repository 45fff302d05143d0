"""Letting a request in (放行请求): the key is known and good, the signature holds, the quota is not used up, it is new."""

from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.signing import is_signed
from shouwang.register.machines.choices import ANSWERS_KEPT, CLOCK_TOLERANCE, TRACES_KEPT
from shouwang.register.machines.models import KeptAnswer, Machine, PublicKey, Usage, UsedNonce
from shouwang.register.machines.queries import Known, known_machine
from shouwang.register.machines.signatures import Signed

COUNT = """
INSERT INTO machines_usage (machine_id, "window", began_at, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (machine_id, "window", began_at) DO UPDATE SET count = machines_usage.count + 1 RETURNING count
"""
USE = "INSERT INTO machines_used_nonce (machine_id, nonce, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"


class BadSignature(Refusal):
    """The signature does not hold, or its key is not good (签名无效): the sentence tells no stranger which."""


class ClockOff(Refusal):
    """The time in the signature is too far from ours (时钟不准)."""


class Replayed(Refusal):
    """This signed text was used before (重放)."""


@dataclass
class TooMany(Refusal):
    """The quota is used up (超过次数限制), with the seconds to wait."""

    message: str
    remedy: str
    seconds: int

    def __post_init__(self) -> None:
        super().__init__(self.message, self.remedy)

    def __str__(self) -> str:
        return f"{self.message}{self.remedy}"


def recognise(*, signed: Signed, at: datetime, on: date) -> Known:
    """Whose signature this is (验签). Raises BadSignature, in the same words for an unknown, ended or revoked key."""
    key = PublicKey.objects.select_related("machine__user").filter(key_id=signed.key_id).first()
    good = key is not None and key.revoked_at is None and key.valid_from <= on < key.valid_until
    if key is None or not good or not is_signed(signed.text, signed.signature, b64decode(key.public)):
        raise BadSignature(
            "签名无效，或者密钥没有登记、已到期、已吊销。", "请核对密钥编号；需要换钥请联系县安全管理员。"
        )
    known = known_machine(key.machine, on=on)
    if known is None:
        raise BadSignature("这个系统已停用。", "请联系县安全管理员。")
    return known


@transaction.atomic
def admit(*, machine: Machine, at: datetime) -> int:
    """Count a request against the quota (计次); gives back how many are left this minute. Raises TooMany."""
    now = at.astimezone(UTC)
    minute = now.replace(second=0, microsecond=0)
    day = minute.replace(hour=0, minute=0)
    windows = (("minute", minute, machine.per_minute, 60), ("day", day, machine.per_day, 86_400))
    left = machine.per_minute
    for window, began, allowed, length in windows:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [machine.pk, window, began])
            count = cursor.fetchone()[0]
        if count > allowed:
            seconds = max(1, length - int((now - began).total_seconds()))
            title = "每分钟" if window == "minute" else "每日"
            raise TooMany(f"超过了{title} {allowed} 次的限制。", f"请 {seconds} 秒后再试。", seconds)
        left = min(left, allowed - count)
    return left


@transaction.atomic
def claim_nonce(*, machine: Machine, signed: Signed, at: datetime) -> None:
    """Use up a nonce (占用随机数). Raises ClockOff for a text from too long ago or ahead, Replayed for one used before."""
    if abs(at - signed.at) > CLOCK_TOLERANCE:
        minutes = int(CLOCK_TOLERANCE.total_seconds() // 60)
        server = at.astimezone(UTC).isoformat(timespec="seconds")
        raise ClockOff(
            f"请求里的时间与服务器相差超过 {minutes} 分钟。", f"请校准时钟后重新签名；服务器时间是 {server}。"
        )
    with connection.cursor() as cursor:
        cursor.execute(USE, [machine.pk, signed.nonce, at])
        fresh = cursor.rowcount == 1
    if not fresh:
        raise Replayed("这份签名已经用过。", "请换一个新的随机数（nonce）重新签名。")


@transaction.atomic
def forget_traces(*, at: datetime) -> int:
    """Forget nonces that are too old to be used again, counts of past days and old answers; gives back how many."""
    return sum(
        found.delete()[0]
        for found in (
            UsedNonce.objects.filter(at__lt=at - TRACES_KEPT),
            Usage.objects.filter(began_at__lt=at - timedelta(days=2)),
            KeptAnswer.objects.filter(at__lt=at - ANSWERS_KEPT),
        )
    )
