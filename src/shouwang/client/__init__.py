"""The client of the machine interface (机器接口客户端): for departments; needs Python and `cryptography`, nothing of the house.

>>> machine = Machine("https://shouwang.example.gov.cn", "yibao", "yibao.pem")
>>> receipt = machine.send_file("医保结算.xlsx", feed="medical_settlements", rows=100, sent_by="小孙")
>>> machine.status(receipt["delivery"])["stage"]
'linked'
"""

from shouwang.client.machine import Answer, Machine, Refused
from shouwang.client.signing import is_genuine, key_id, make_key, manifest_headers, request_headers

__all__ = [
    "Answer",
    "Machine",
    "Refused",
    "is_genuine",
    "key_id",
    "make_key",
    "manifest_headers",
    "request_headers",
]
