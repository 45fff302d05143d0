"""The interface as a whole (接口): its operations, put together."""

from ninja import NinjaAPI

from shouwang.surfaces.intake import about, deliveries, determinations, enquiries, subscriptions
from shouwang.surfaces.intake.problems import handle

DESCRIPTION = """部门系统用这个接口报送文件、取认定结果、答复比对请求、订阅通知。每个请求都用本系统登记的 Ed25519 密钥签名；
私钥不离开部门。说明见 docs/machine-interface.md。"""

api = NinjaAPI(
    title="守望 Shouwang 机器接口",
    version="1.0.0",
    description=DESCRIPTION,
    openapi_url="",
    docs_url="",
    urls_namespace="machine",
)
for room in (about, deliveries, determinations, enquiries, subscriptions):
    api.add_router("", room.router)
handle(api)
