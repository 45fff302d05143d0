"""Forms that were sent (已办的表单): sent again, by a double click or after a lost answer, they are answered and not done again."""

from datetime import datetime, timedelta

from django.db import connection

from shouwang.register.staff.models import SentForm

KEPT = timedelta(days=2)
"""Nobody sends a form again from a page that was opened before; its sign-in has long ended."""

CLAIM = "INSERT INTO staff_sent_form (digest, answer, sent_at) VALUES (%s, '', %s) ON CONFLICT DO NOTHING"


def claim_form(*, digest: str, at: datetime) -> str | None:
    """Begin to do a form (办理表单): None when it is ours to do, else where the answer to the same one led.

    In the transaction of what the form does: whoever sends the same one meanwhile waits here for how that ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [digest, at])
        if cursor.rowcount:
            return None
    return SentForm.objects.get(pk=digest).answer


def answer_form(*, digest: str, answer: str) -> None:
    """Remember where the answer to a form led (记下答复)."""
    SentForm.objects.filter(pk=digest).update(answer=answer)


def release_form(*, digest: str) -> None:
    """Nothing was done (未办成): the same form may be sent again."""
    SentForm.objects.filter(pk=digest).delete()


def forget_forms(*, at: datetime) -> int:
    """Clear away what nobody sends again any more; gives back how many."""
    return SentForm.objects.filter(sent_at__lt=at - KEPT).delete()[0]
