"""What a screening was made of (筛查的输入): its frozen tables, to look into again."""

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from shouwang.stream.screening.choices import RunStatus
from shouwang.stream.screening.models import Run

if TYPE_CHECKING:
    from shouwang.engine.frozen import Frozen
    from shouwang.policy import Pack


def frozen_inputs(run: Run, pack: "Pack") -> "Frozen":
    """The frozen inputs of a run; made once, then found again without reading them."""
    from shouwang.engine.frozen import freeze, load, save

    content = "|".join(f"{one['table']} {one['sha256']}" for one in run.inputs)
    known = settings.HOME / "cache" / f"inputs-{sha256(content.encode()).hexdigest()[:24]}.json"
    found = load(known)
    if found is None:
        register = {one["table"]: settings.STORE / one["path"] for one in run.inputs if one["kind"] == "register"}
        found = freeze(pack.sources, register, feed_files(run), settings.HOME / "cache")
        save(found, known)
    return found


def feed_files(run: Run) -> dict[str, list[Path]]:
    """The files of each feed that went into a run (部门数据文件), in their order."""
    found: dict[str, list[Path]] = {}
    for one in run.inputs:
        if one["kind"] == "feed":
            found.setdefault(one["table"], []).append(settings.STORE / one["path"])
    return found


def published_with(delivery_id: int) -> Run | None:
    """The first published run that a delivery went into (进入筛查结果), None while there is none."""
    used = Run.objects.filter(status=RunStatus.PUBLISHED, inputs__contains=[{"deliveries": [delivery_id]}])
    return used.order_by("finished_at", "id").first()
