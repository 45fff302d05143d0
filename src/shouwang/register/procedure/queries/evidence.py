"""Files of a case (证据)."""

from django.conf import settings

from shouwang.kernel import filestore
from shouwang.register.ledger.keys import keyring
from shouwang.register.procedure.models import Case, Evidence


def evidence_of(case: Case) -> list[Evidence]:
    """The files of a case, oldest first; the case was found for the actor before."""
    return list(Evidence.objects.filter(case=case).order_by("id"))


def evidence_file(case: Case, sha256: str) -> tuple[Evidence, bytes] | None:
    """A file and its content. Raises ValueError or Tampered when it is no longer what was kept."""
    found = Evidence.objects.filter(case=case, sha256=sha256).first()
    if found is None:
        return None
    return found, keyring().open_file(f"evidence:{sha256}", filestore.get(settings.STORE, found.path))
