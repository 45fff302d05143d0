"""The loop over Django objects as a way of the benchmark: tables loaded as for PostgreSQL, a sample of households judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.peers_rules import Rule
from benchmarks.screening_postgres import loaded
from shouwang.engine.findings import HIT_SCHEMA

if TYPE_CHECKING:
    from benchmarks.screening_ways import Job

HOUSEHOLDS = 300  # judged, spread evenly over all


def ready(job: Job, url: str, needed: dict[str, set[str]], rules: list[Rule]) -> Callable[[], None]:
    """Load what is not loaded yet, choose the sample, and return the work to be timed."""
    schema, _ = loaded(job, url, needed)
    _configure(url, schema)
    from benchmarks import peers_orm
    from benchmarks.peers_orm_models import rows

    homes = pq.read_table(job.frozen.tables["residents"].as_parquet(), columns=["hid"])["hid"]
    everyone = pa.TableGroupBy(pa.table({"hid": homes}), "hid").aggregate([([], "count_all")]).sort_by("hid")
    step = max(1, everyone.num_rows // HOUSEHOLDS)
    chosen = everyone.take(pa.array(range(step // 2, everyone.num_rows, step)))
    pq.write_table(chosen.select(["hid"]), job.sample)
    job.share = sum(chosen["count_all"].to_pylist()) / len(homes)
    written = peers_orm.ready(rules)
    rows("households", hid=-1)  # the connection is opened before the clock starts

    def work() -> None:
        found = [
            hit
            for (hid,) in zip(chosen["hid"].to_pylist(), strict=True)
            for home in rows("households", hid=hid)
            for hit in peers_orm.hits_of(home, written)
        ]
        columns = [
            pa.array(column, field.type) for column, field in zip(zip(*found, strict=True), HIT_SCHEMA, strict=True)
        ]
        pq.write_table(pa.table(columns, schema=HIT_SCHEMA), job.hits)

    return work


def _configure(url: str, schema: str) -> None:
    import django
    from django.conf import settings
    from psycopg.conninfo import conninfo_to_dict

    told = conninfo_to_dict(url)
    database = {
        "ENGINE": "django.db.backends.postgresql", "NAME": told.get("dbname"), "USER": told.get("user"),
        "PASSWORD": told.get("password"), "HOST": told.get("host"), "PORT": told.get("port"),
        "OPTIONS": {"options": f"-c search_path={schema}"},
    }  # fmt: skip
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=[], USE_TZ=True)
    django.setup()
