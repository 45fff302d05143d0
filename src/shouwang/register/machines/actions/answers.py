"""Answers under an idempotency key (幂等应答): the same request again gets the same answer, and nothing is done twice."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from shouwang.kernel.errors import Refusal
from shouwang.register.machines.models import KeptAnswer, Machine

RESERVE = """
INSERT INTO machines_kept_answer (machine_id, key, request, body, at) VALUES (%s, %s, %s, '', %s) ON CONFLICT DO NOTHING
"""


class AnotherRequest(Refusal):
    """The key stands for another request (幂等键已用于别的请求)."""


@dataclass(frozen=True)
class Kept:
    """The answer that was given."""

    status: int
    body: str


def answer_given(*, machine: Machine, key: str, request: str) -> Kept | None:
    """The answer that a request under this key got, None when there is none yet. Raises AnotherRequest."""
    found = KeptAnswer.objects.filter(machine=machine, key=key, status__isnull=False).first()
    if found is None:
        return None
    if found.request != request:
        raise AnotherRequest("这个幂等键（Idempotency-Key）已经用于另一个请求。", "请为新的请求换一个键。")
    return Kept(found.status or 0, found.body)


def reserve_answer(*, machine: Machine, key: str, request: str, at: datetime) -> Kept | None:
    """Take a key inside the act's transaction; when another request holds it, wait for it and give its answer back."""
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [machine.pk, key, request, at])
        mine = cursor.rowcount == 1
    return None if mine else answer_given(machine=machine, key=key, request=request)


def keep_answer(*, machine: Machine, key: str, status: int, body: str) -> None:
    """Keep the answer, in the same transaction: act and answer are there together or not at all."""
    KeptAnswer.objects.filter(machine=machine, key=key).update(status=status, body=body)
