"""A file on its way in (收文件): written down piece by piece, counted, hashed, judged; never whole in memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings

from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.opening import refuse_hostile
from shouwang.register.ledger.sealed_files import own_folder
from shouwang.stream.feeds.actions import OpenFile
from shouwang.surfaces.intake.problems import Problem

PIECE = 256 * 1024


@contextmanager
def received(request: Any, expected: str) -> Iterator[OpenFile]:
    """The file of a push, complete, as signed and fit to be read; it is gone afterwards. Raises Problem."""
    length = _length(request)
    with tempfile.NamedTemporaryFile(dir=own_folder(), suffix=".upload") as file:
        size, digest = _spool(request, file, length)
        if digest != expected:
            raise Problem(
                422,
                "other-file",
                "文件与清单不符",
                "收到的文件与清单里的 sha256 不符。",
                "请确认发的是清单所写的文件，或重新计算后再签名。",
            )
        file.flush()
        _judge(Path(file.name))
        file.seek(0)
        yield OpenFile(file.file, size, digest)


def _length(request: Any) -> int:
    given = request.META.get("CONTENT_LENGTH") or ""
    if not given.isdecimal() or int(given) == 0:
        raise Problem(411, "no-length", "没有长度", "请求没有写明文件的长度。", "请带 Content-Length，不要分块传输。")
    limit = settings.UPLOAD_LIMIT
    if int(given) > limit:
        size = f"{limit // 1024**2} MB"
        raise Problem(413, "too-large", "文件太大", f"文件超过 {size}。", "请分成几个文件报送。")
    return int(given)


def _spool(request: Any, file: Any, length: int) -> tuple[int, str]:
    digest, size, until = sha256(), 0, monotonic() + settings.UPLOAD_SECONDS
    while size < length and (piece := request.read(min(PIECE, length - size))):
        if monotonic() > until:
            raise Problem(408, "too-slow", "传得太慢", "文件没有在规定的时间内传完。", "请换网络或分成几个文件再传。")
        digest.update(piece)
        file.write(piece)
        size += len(piece)
    if size != length:
        raise Problem(400, "cut", "没有传完", "文件没有传完。", "请重新传整个文件。")
    return size, digest.hexdigest()


def _judge(path: Path) -> None:
    try:
        refuse_hostile(path)
    except InputError as wrong:
        raise Problem(422, "refused-file", "文件不接收", wrong.message, wrong.remedy) from None
