"""What people fill in at the portal, in as few words as tests need."""

import re
from typing import Any

from tests.cast import VILLAGE

FORM = f"/portal/apply/{VILLAGE}/"
KEY = "k" * 22
PHONE = "15400007788"
FIELDS = {
    "form_key": KEY,
    "whose": "other",
    "name": "王桂花",
    "identity": "李大山",
    "phone": PHONE,
    "what": "老伴走了，眼睛看不清，没有收入",
    "trouble": "lack_of_labour",
    "heard": "1",
}


def send(client: Any, **other: str) -> Any:
    """The form as a neighbour of 王桂花 fills it in, unless it is said otherwise."""
    return client.post(FORM, FIELDS | other)


def code_on(answer: Any) -> str:
    """The twelve digits of a receipt."""
    found = re.search(r'class="code-big">([0-9 ]+)<', answer.content.decode())
    return found.group(1).replace(" ", "") if found else ""


def ask(client: Any, code: str, tail: str = PHONE[-4:]) -> Any:
    """Ask for an application with its code."""
    return client.post("/portal/status/", {"code": code, "tail": tail})
