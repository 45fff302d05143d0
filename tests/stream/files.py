"""Department files of the cast's county, as short texts."""

from typing import Any

from shouwang.stream.feeds.actions import Receipt, receive_delivery
from shouwang.stream.linkage.actions import accept_delivery
from tests.cast import AT, LI_ID, Cast

HEADER = "姓名,身份证号,出生日期,性别,所在村,结算编号,结算日期,总费用(元),个人自付(元)"
LI = f"李大山,{LI_ID},1955-03-12,男,金田村,S1,2026-05-04,32000,12345.50"
WANG = "王桂花,991003195811076925,1958-11-07,女,金田村,S2,2026-06-01,800,200"
STRANGER = "孙不识,991003199001011237,1990-01-01,男,别处村,S3,2026-06-02,500,100"
BROKEN = f"李大山,{LI_ID},1955-03-12,男,金田村,S4,2026-06-03,500,不详"
DOUBTFUL = f"王小二,{LI_ID},1990-01-01,男,金田村,S5,2026-06-04,900,700"
"""老李's number with another name and birthday: a relative's card, until a person says who was meant."""


def settlements(*rows: str) -> bytes:
    """A CSV file of medical settlements."""
    return ("\n".join([HEADER, *rows]) + "\n").encode()


def send(cast: Cast, *rows: str, **changes: Any) -> Receipt:
    """小孙 sends a file of settlements; nothing is read yet."""
    details = {"feed": "medical_settlements", "file_name": "医保结算.csv", "actor": cast.xiaosun, "at": AT, **changes}
    return receive_delivery(content=settlements(*rows), **details)


def deliver(cast: Cast, *rows: str, **changes: Any) -> Any:
    """小孙 sends a file of settlements and the job accepts it."""
    sent = send(cast, *rows, **changes)
    return accept_delivery(delivery_id=sent.delivery.pk, actor=cast.xiaosun, at=AT)
