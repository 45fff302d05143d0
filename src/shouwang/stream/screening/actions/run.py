"""Running a screening (开展筛查): freeze what goes in, let the engine judge, publish what comes out."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.conf import settings
from django.db import transaction

from shouwang.kernel.errors import InputError
from shouwang.kernel.faults import fault_point
from shouwang.register.households.choices import ChangedPart
from shouwang.register.households.queries import register_stamp, register_tables
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.queries import Effective, effective_feed
from shouwang.stream.feeds.storage import put_table
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.screening.actions.publish import publish_run
from shouwang.stream.screening.actions.vocabulary import vocabulary
from shouwang.stream.screening.choices import RunStatus
from shouwang.stream.screening.models import Run

if TYPE_CHECKING:
    from shouwang.policy import Pack


def run_screening(*, pack: str, as_of: date, actor: Actor, at: datetime) -> Run:
    """Screen all households of a pack's area as of a day (开展筛查) and publish. Raises as the two steps do."""
    run = queue_screening(pack=pack, as_of=as_of, actor=actor, at=at)
    return execute_run(run_id=run.pk, actor=actor, at=at)


@transaction.atomic
def queue_screening(*, pack: str, as_of: date, actor: Actor, at: datetime) -> Run:
    """Put a screening on record (申请筛查); a job executes it.

    Raises InputError for an unknown pack, NotAllowed without the permission.
    """
    actor.require(Permission.RUN_SCREENING)
    loaded = pack_in_force(pack, on=as_of)
    low, high = _range(loaded)
    run = Run.objects.create(
        pack=loaded.name,
        pack_title=loaded.title,
        pack_version=loaded.version,
        as_of=as_of,
        range_low=low,
        range_high=high,
        started_at=at,
        started_by=actor.username,
    )
    details = {"pack": loaded.name, "as_of": as_of.isoformat()}
    fault_point("screening.queue.row_written")
    note(act="queue_screening", subject=f"run:{run.pk}", actor=actor, at=at, details=details)
    return run


def execute_run(*, run_id: int, actor: Actor, at: datetime) -> Run:
    """Carry out a queued screening (执行筛查). Done twice, it publishes once; what fails leaves the last run in force.

    Raises InputError when the pack or an input is at fault, after putting the reason on the run.
    """
    from shouwang.stream.screening.running import screen  # heavy: only who screens pays for it

    run = Run.objects.get(pk=run_id)
    if run.status == RunStatus.PUBLISHED:
        return run
    pack = pack_in_force(run.pack, on=run.as_of)
    try:
        _report(run, 10, "读取登记与部门数据")
        register, feeds = _freeze(run, pack)
        fault_point("screening.run.frozen")
        result = screen(
            pack=pack,
            register=register,
            feeds={feed.feed: feed.paths for feed in feeds},
            as_of=run.as_of,
            cache=settings.HOME / "cache",
            with_facts=False,
            progress=lambda text: _report(run, 45, text),
        )
        fault_point("screening.run.judged")
        _report(run, 80, "发布预警")
        return publish_run(
            run_id=run.pk,
            warnings=result.warnings,
            gaps=result.gaps,
            doubts=result.doubts,
            summary=result.summary,
            actor=actor,
            at=at,
        )
    except InputError as wrong:
        Run.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, problem=str(wrong)[:500])
        raise


def _freeze(run: Run, pack: "Pack") -> tuple[dict[str, Any], list[Effective]]:
    """Snapshot the register, fix the accepted batches, and write both down on the run."""
    inputs = _snapshot(run, pack)
    register = {one["table"]: settings.STORE / one["path"] for one in inputs}
    sources = [source for source in pack.sources.values() if source.kind == "feed"]
    feeds = [found for found in map(effective_feed, sources) if found]
    for feed in feeds:
        for part in feed.parts:
            origin = {"path": part.inside, "sha256": part.sha256, "rows": part.rows}
            inputs.append({"table": feed.feed, "kind": "feed", **origin, "deliveries": list(feed.deliveries)})
    run.inputs, run.vocabulary, run.pack_version = inputs, vocabulary(pack, run.as_of), pack.version
    run.save(update_fields=["inputs", "vocabulary", "pack_version"])
    return register, feeds


def _snapshot(run: Run, pack: "Pack") -> list[dict[str, Any]]:
    """The register as it is now: that of the last run where nothing in it has changed since, else read anew."""
    stamp = register_stamp(ChangedPart.ANY)  # asked for first: what changes while it is read counts for the next run
    alike = Run.objects.filter(
        pack=run.pack, pack_version=pack.version, range_low=run.range_low, range_high=run.range_high
    )
    last = alike.filter(inputs__contains=[{"kind": "register", "stamp": stamp}]).order_by("-id").first()
    if last:
        kept = [one for one in last.inputs if one["kind"] == "register"]
        if all((settings.STORE / one["path"]).exists() for one in kept):
            return kept
    inputs = []
    for name, table in register_tables(run.range_low, run.range_high).items():
        inside, digest = put_table("snapshots", _known(table, pack, name))
        told = {"path": inside, "sha256": digest, "rows": table.num_rows, "stamp": stamp}
        inputs.append({"table": name, "kind": "register", **told})
    return inputs


def _known(table: pa.Table, pack: "Pack", name: str) -> pa.Table:
    """The columns that the pack's contract of this table names."""
    return table.select([column for column in table.column_names if column in pack.sources[name].columns])


def _report(run: Run, percent: int, text: str) -> None:
    Run.objects.filter(pk=run.pk).exclude(status=RunStatus.PUBLISHED).update(
        status=RunStatus.RUNNING, progress=percent, progress_text=text, problem=""
    )


def _range(pack: "Pack") -> tuple[int, int]:
    """The numeric place range of a pack; a pack for the whole country covers everything."""
    if not pack.place_code:
        return 0, 10**12
    zeros = 10 ** (12 - len(pack.place_code))
    return int(pack.place_code) * zeros, (int(pack.place_code) + 1) * zeros
