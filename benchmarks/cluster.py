"""The same rules on a Spark standalone cluster of two workers and on one machine, over the same Parquet.

    python benchmarks/cluster.py --residents 300000 1000000 --runs 3
    python benchmarks/run.py --only cluster

A master and two workers are started here, each a JVM of its own with one core and --memory; the driver is a process of
its own that connects to the master as it would to any cluster. What is compared: the benchmark's rules of the Chenzhou
pack over frozen synthetic data, from the plan to the hits in one Parquet file. The hits must be the same, with values and
what is missing, or the benchmark ends with an error. Starting the session is told by itself. From the seconds of all
sizes a line is drawn for each (a fixed part, and a part per resident); they say from which size on a cluster of how
many cores would overtake one machine with two, if it shared the work perfectly, which is in the cluster's favour.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.screening import job_for  # noqa: E402
from benchmarks.screening_ways import hits_hash, ours  # noqa: E402

WORKERS, CORES = 2, 2
LARGER = (16, 32, 64, 128)
COUNTRY = 1_400_000_000


def main() -> None:
    """Start the cluster, run both ways at every size, print the figures."""
    given = _options()
    if given.one:
        print(json.dumps(once(given.one, Path(given.job), given.master)))
        return
    sizes: dict[str, Any] = {}
    with cluster(given.memory) as master:
        for residents in given.residents:
            job, _ = job_for(residents, given.folder.resolve())
            job.findings = job.findings[: given.rules]
            job.folder = Path(tempfile.mkdtemp(prefix="shouwang-cluster-", dir="/var/tmp"))
            rows = sum(table.rows for table in job.frozen.tables.values())
            try:
                sizes[str(residents)] = {"rows": rows, "rules": len(job.findings), **_both(job, master, given.runs)}
            finally:
                shutil.rmtree(job.folder)
    print(json.dumps({"workers": WORKERS, "memory": given.memory, "sizes": sizes, **overtaking(sizes)}))


def _both(job: Any, master: str, runs: int) -> dict[str, Any]:
    file = job.folder / "job.pickle"
    file.write_bytes(pickle.dumps(job))
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "spark": []}
    for _ in range(runs):
        for way, told in found.items():
            command = [sys.executable, __file__, "--one", way, "--job", str(file), "--master", master]
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
            if done.returncode:
                raise SystemExit(f"{way}: {done.stderr}")
            told.append(json.loads(done.stdout.splitlines()[-1]))
    if len({one["hash"] for told in found.values() for one in told}) > 1:
        raise SystemExit(f"the cluster does not find the same: {found}")
    return {way: _median(told) for way, told in found.items()}


def once(way: str, file: Path, master: str) -> dict[str, Any]:
    """One way, once: seconds from the plan to the hits in a file."""
    job = pickle.loads(file.read_bytes())  # noqa: S301 - written a moment ago by ourselves
    began = time.perf_counter()
    if way == "spark":
        from shouwang.engine.backends.spark import session

        session(master=master, **{"spark.executor.memory": "2g", "spark.driver.memory": "2g"})
    session_s = time.perf_counter() - began
    started, cpu = time.perf_counter(), _cpu()
    ours(job, engine="spark" if way == "spark" else "arrays")
    seconds = time.perf_counter() - started
    told = {"seconds": round(seconds, 3), "cpu_seconds": round(_cpu() - cpu, 3), "hash": hits_hash(job.hits)}
    return told | {"session_s": round(session_s, 2)}


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    seconds = [run["seconds"] for run in runs]
    told = {name: round(statistics.median(run[name] for run in runs), 3) for name in ("cpu_seconds", "session_s")}
    told |= {"seconds": round(statistics.median(seconds), 3), "range": [min(seconds), max(seconds)]}
    return told | {"runs": len(runs), "hash": runs[0]["hash"]}


def overtaking(sizes: dict[str, Any]) -> dict[str, Any]:
    """A line through the sizes for each way, and from how many residents on a larger cluster would be quicker."""
    if len(sizes) < 2:
        return {}
    lines = {way: _line({int(n): told[way]["seconds"] for n, told in sizes.items()}) for way in ("ours", "spark")}
    (fixed, each), (spark_fixed, spark_each) = lines["ours"], lines["spark"]
    found = {}
    for cores in LARGER:
        gain = each - spark_each * CORES / cores
        found[str(cores)] = round((spark_fixed - fixed) / gain) if gain > 0 else None
    told = {way: {"fixed_s": round(a, 2), "per_million_s": round(b * 1e6, 3)} for way, (a, b) in lines.items()}
    return {"lines": told, "overtakes_at": found, "country_on_one_s": round(fixed + each * COUNTRY)}


def _line(points: dict[int, float]) -> tuple[float, float]:
    mean_x, mean_y = statistics.mean(points), statistics.mean(points.values())
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points.items()) / sum((x - mean_x) ** 2 for x in points)
    return max(0.0, mean_y - slope * mean_x), slope


@contextmanager
def cluster(memory: str) -> Iterator[str]:
    """A master and two workers on this machine; gives the master's address."""
    import pyspark

    home = Path(pyspark.__file__).parent
    folder = Path(tempfile.mkdtemp(prefix="shouwang-spark-", dir="/var/tmp"))
    port = _free_port()
    java = [str(home / "bin/spark-class")]
    around = os.environ | {"SPARK_HOME": str(home), "SPARK_NO_DAEMONIZE": "1", "SPARK_LOCAL_IP": "127.0.0.1",
                           "SPARK_WORKER_DIR": str(folder), "SPARK_LOCAL_DIRS": str(folder)}  # fmt: skip
    address = f"spark://127.0.0.1:{port}"
    calls = [[*java, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port),
              "--webui-port", "0"]]  # fmt: skip
    worker = [*java, "org.apache.spark.deploy.worker.Worker", "--cores", str(CORES // WORKERS), "--memory", memory]
    calls += [[*worker, "--webui-port", "0", address]] * WORKERS
    with (folder / "log").open("wb") as log:
        parts = []
        try:
            for number, call in enumerate(calls):
                parts.append(subprocess.Popen(call, env=around, stdout=log, stderr=log))
                if number == 0:
                    _wait(port)
            _workers_registered(folder / "log")
            yield address
        finally:
            for part in parts:
                part.terminate()
            for part in parts:
                part.wait(timeout=30)
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(3000):
        with socket.socket() as link:
            if link.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the master did not start")


def _workers_registered(log: Path) -> None:
    for _ in range(3000):
        if log.read_text(errors="replace").count("Registering worker") >= WORKERS:
            return
        time.sleep(0.1)
    raise SystemExit(f"the workers did not start: {log.read_text(errors='replace')[-2000:]}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--residents", type=int, nargs="+", default=[300_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", default="3g", help="of each worker")
    parser.add_argument("--rules", type=int, help="only the first so many")
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench")
    parser.add_argument("--one", choices=("ours", "spark"), help=argparse.SUPPRESS)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    parser.add_argument("--master", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
