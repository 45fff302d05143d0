"""Secret values of differences (差异里的证件号码和电话): sealed, and bound to their sheet and household."""

from shouwang.register.exchange.models import Difference
from shouwang.register.ledger.keys import keyring


def sealed_text(sheet_id: int, household_id: str, which: str, text: str | None) -> str | None:
    """`ours` or `theirs` encrypted; null stays null."""
    return keyring().encrypt_all(_place(sheet_id, which), [household_id], [text])[0]


def opened_text(one: Difference, which: str) -> str | None:
    """`ours` or `theirs` of a difference in clear."""
    sealed: str | None = getattr(one, f"{which}_cipher")
    if sealed is None:
        value: str | None = getattr(one, which)
        return value
    return keyring().decrypt(_place(one.sheet_id, which), one.household_id, sealed)


def _place(sheet_id: int, which: str) -> str:
    return f"exchange_difference.{which}.{sheet_id}"
