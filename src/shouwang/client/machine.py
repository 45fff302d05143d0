"""Speaking to the interface (与接口通话): files sent, their way followed, what is allowed pulled, questions answered."""

import http.client
import json
import secrets
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit

from shouwang.client.signing import load_key, manifest_headers, request_headers

API = "/api/v1"


class Refused(Exception):
    """The server refused (服务器拒绝): `told` says what is wrong (detail) and what to do next (next)."""

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        self.status, self.told = status, told
        super().__init__(f"{status} {told.get('detail', '')}{told.get('next', '')}")


@dataclass(frozen=True)
class Answer:
    """An answer of the server."""

    status: int
    headers: dict[str, str]
    body: bytes

    def read(self) -> Any:
        """What it says."""
        return json.loads(self.body) if self.body else None


class Machine:
    """A department's system that speaks to one server (部门系统)."""

    def __init__(self, address: str, name: str, key: Path | str, *, seconds: float = 60) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("服务器地址要以 https:// 开头")
        self.secure, self.authority, self.name, self.seconds = parts.scheme == "https", parts.netloc, name, seconds
        self.key = load_key(key)

    def send_file(
        self,
        path: Path | str,
        *,
        feed: str,
        rows: int,
        sent_by: str,
        period_from: date | None = None,
        period_until: date | None = None,
        corrects: int | None = None,
        key: str = "",
    ) -> dict[str, Any]:
        """Send a file (报送文件) and give back the signed receipt; with the same `key` it is sent once, however often."""
        path = Path(path)
        with path.open("rb") as file:
            said: dict[str, Any] = {
                "machine": self.name,
                "feed": feed,
                "rows": rows,
                "sha256": _digest(file),
                "file_name": path.name,
                "sent_by": sent_by,
            }
            for name, day in (("period_from", period_from), ("period_until", period_until)):
                if day:
                    said[name] = day.isoformat()
            if corrects:
                said["corrects"] = corrects
            headers = manifest_headers(self.key, said, at=_now())
            headers |= {"Content-Type": "application/octet-stream", "Content-Length": str(path.stat().st_size)}
            headers["Idempotency-Key"] = key or secrets.token_urlsafe(18)
            file.seek(0)
            return self._sent("POST", f"{API}/deliveries", file, headers).read()

    def status(self, delivery: int) -> dict[str, Any]:
        """Where a delivery stands (办到哪里)."""
        return self.ask("GET", f"/deliveries/{delivery}").read()

    def rejects(self, delivery: int, *, form: str = "json") -> Any:
        """The rows that were not taken (退回的行): as data, or as the bytes of a csv or xlsx file."""
        answer = self.ask("GET", f"/deliveries/{delivery}/rejects", {"form": form})
        return answer.read() if form == "json" else answer.body

    def determinations(self, *, changed_since: datetime | None = None, limit: int = 200) -> Iterator[dict[str, Any]]:
        """Every determination that this system may see (认定结果), page by page."""
        query: dict[str, Any] = {"limit": limit}
        if changed_since:
            query["changed_since"] = changed_since.isoformat()
        while True:
            page = self.ask("GET", "/determinations", query).read()
            yield from page["determinations"]
            if not page["next"]:
                return
            query["cursor"] = page["next"]

    def enquiries(self) -> list[dict[str, Any]]:
        """Questions to the own unit that wait for an answer (待答复的比对请求)."""
        return self.ask("GET", "/enquiries").read()["enquiries"]

    def answer(self, enquiry: int, result: str, words: str = "", *, key: str = "") -> dict[str, Any]:
        """Answer one of them (答复): nothing, explain or unknown."""
        said = {"result": result, "words": words}
        return self.ask("POST", f"/enquiries/{enquiry}/answer", said=said, key=key).read()

    def subscribe(self, address: str, events: list[str]) -> dict[str, Any]:
        """Have messages sent to an address (订阅)."""
        return self.ask("POST", "/subscriptions", said={"address": address, "events": events}).read()

    def public_keys(self) -> dict[str, str]:
        """The server's public keys by key id: keep them, to verify receipts offline."""
        answer = self._sent("GET", f"{API}/keys", b"", {})
        return {one["key_id"]: one["public"] for one in answer.read()["keys"]}

    def ask(
        self, method: str, path: str, query: dict[str, Any] | None = None, *, said: Any = None, key: str = ""
    ) -> Answer:
        """Any signed request. Raises Refused with what the server says."""
        path, asked = API + quote(path), urlencode(query or {})
        body = json.dumps(said, ensure_ascii=False).encode() if said is not None else b""
        headers = request_headers(
            self.key, method=method, authority=self.authority, path=path, query=asked, body=body, at=_now()
        )
        if said is not None:
            headers["Content-Type"] = "application/json"
        if method != "GET":
            headers["Idempotency-Key"] = key or secrets.token_urlsafe(18)
        return self._sent(method, f"{path}?{asked}" if asked else path, body, headers)

    def _sent(self, method: str, target: str, body: bytes | IO[bytes], headers: dict[str, str]) -> Answer:
        connection: http.client.HTTPConnection
        if self.secure:
            tls = ssl.create_default_context()
            connection = http.client.HTTPSConnection(self.authority, timeout=self.seconds, context=tls)
        else:
            connection = http.client.HTTPConnection(self.authority, timeout=self.seconds)
        try:
            connection.request(method, target, body or None, headers)
            found = connection.getresponse()
            answer = Answer(found.status, dict(found.getheaders()), found.read())
        finally:
            connection.close()
        if answer.status >= 400:
            raise Refused(answer.status, _told(answer))
        return answer


def _told(answer: Answer) -> dict[str, Any]:
    try:
        said = answer.read()
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {"detail": "服务器没有说明原因。", "next": "请稍后再试。"}


def _digest(file: IO[bytes]) -> str:
    found = sha256()
    while piece := file.read(1024 * 1024):
        found.update(piece)
    return found.hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
