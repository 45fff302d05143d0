"""Weight and time of the list and of the dashboard on a slow line, beside the same list in Vue 3 and Element Plus.

    python benchmarks/page_weight.py --runs 5
    python benchmarks/run.py --only page_weight

Headless Chromium over 1.5 Mbit/s with 120 ms there and back, its processor slowed four times, nothing in its cache.
Bytes are what went over the line. A list is ready when its last row stands there, the dashboard when its areas do, all
that the page asked for has come, and something was painted: the latest of these. Both lists are loaded in turn in
every run; the peer gets the rows of our list as JSON from a server that compresses, in a bundle that esbuild has
shaken (`npm install` fetches vue, element-plus and esbuild). Medians as JSON.
"""

import argparse
import gzip
import json
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from shouwang.kernel.npm import npm_command

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.startup import COMMAND, answered, env_of, free_port  # noqa: E402

LINE = {"offline": False, "latency": 120, "downloadThroughput": 1.5e6 / 8, "uploadThroughput": 1.5e6 / 8}
SLOWER = 4
LIST, DASHBOARD = "/households/", "/dashboard/"
OFFICER = "xiaozhou"  # the demo's county officer
PASSWORD = re.compile("口令都是 ([^）]+)）")
PACKAGES = ("vue@3", "element-plus@2", "esbuild@0.25")
MAIN = """
import { createApp, h, ref, onMounted } from "vue";
import { ElTable, ElTableColumn, ElPagination, ElTag } from "element-plus/es";
import "element-plus/es/components/table/style/css";
import "element-plus/es/components/pagination/style/css";
import "element-plus/es/components/tag/style/css";
createApp({
  setup() {
    const rows = ref([]);
    const heads = ref([]);
    onMounted(async () => {
      const found = await (await fetch("rows.json")).json();
      heads.value = found.heads; rows.value = found.rows;
    });
    return () => h("main", [
      h(ElTable, { data: rows.value }, () => heads.value.map((head, at) =>
        h(ElTableColumn, { label: head, key: head }, { default: ({ row }) => at === 3 ? h(ElTag, () => row[at]) : row[at] }))),
      h(ElPagination, { total: 1000, pageSize: 20, layout: "total, prev, pager, next" }),
    ]);
  },
}).mount("#app");
"""
SHELL = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>list</title><link rel="stylesheet" href="main.css">'
    '<div id="app"></div><script type="module" src="main.js"></script></html>'
)
DRAWN = "document.querySelectorAll('svg.areas a').length > 0 && document.readyState === 'complete'"
LAST_ROW = "document.querySelectorAll('{rows}').length >= {count} && document.readyState === 'complete'"
WATCH = """
const look = () => {{ if ({ready}) window.readyAt = performance.now(); else requestAnimationFrame(look); }};
requestAnimationFrame(look);
"""
"""Notes the frame that shows it first, in the page itself: asking from outside would itself slow a slow processor."""


def browser_path() -> str | None:
    """The machine's own browser, else Playwright's."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


def slow_page(context: BrowserContext) -> tuple[Page, dict[str, float]]:
    """A page on the slow line, and where its bytes and requests are counted."""
    page = context.new_page()
    line = context.new_cdp_session(page)
    counted = {"bytes": 0.0, "requests": 0.0}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def finished(event: dict[str, Any]) -> None:
        counted["bytes"] += event["encodedDataLength"]
        counted["requests"] += 1

    line.on("Network.loadingFinished", finished)
    return page, counted


def load(context: BrowserContext, address: str, ready: str) -> dict[str, float]:
    """One cold load: seconds until `ready` is true in the page, first paint, kilobytes, requests."""
    page, counted = slow_page(context)
    page.add_init_script(WATCH.format(ready=ready))
    page.goto(address, wait_until="load", timeout=60_000)
    page.wait_for_function("window.readyAt > 0", timeout=60_000)
    seconds = page.evaluate("window.readyAt / 1000")
    painted = page.evaluate(
        "(performance.getEntriesByName('first-contentful-paint')[0] || {startTime: 0}).startTime / 1000"
    )
    page.wait_for_load_state("networkidle")
    page.close()
    seconds = max(seconds, painted)  # rows can stand in a page that waits for its style sheet
    return {"ready_s": seconds, "paint_s": painted, "kb": counted["bytes"] / 1000, "requests": counted["requests"]}


def signed_in(browser: Browser, base: str, user: str, password: str) -> BrowserContext:
    """A fresh browser profile in which somebody has signed in; its cache is empty but for the sign-in page."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.close()
    state = context.storage_state()
    context.close()
    return browser.new_context(viewport={"width": 1366, "height": 768}, storage_state=state, bypass_csp=True)


def rows_of(browser: Browser, base: str, user: str, password: str) -> dict[str, Any]:
    """The texts of our list, for the peer."""
    context = signed_in(browser, base, user, password)
    page = context.new_page()
    page.goto(base + LIST)
    heads = page.eval_on_selector_all(
        "table.table thead th", "cells => cells.map(cell => cell.innerText.trim() || '操作')"
    )
    rows = page.eval_on_selector_all(
        "table.table tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    context.close()
    return {"heads": heads, "rows": rows}


def bundle(folder: Path, data: dict[str, Any]) -> None:
    """The peer's page, built into a folder."""
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    (folder / "main.js").write_text(MAIN)
    subprocess.run(
        [*npm_command(), "install", "--silent", "--no-fund", "--no-audit", *PACKAGES], cwd=folder, check=True
    )
    options = [
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=chrome90",
        "--outdir=out",
        '--define:process.env.NODE_ENV="production"',
    ]
    subprocess.run(
        [str(folder / "node_modules/.bin/esbuild"), "main.js", *options], cwd=folder, check=True, capture_output=True
    )
    (folder / "out/index.html").write_text(SHELL)
    (folder / "out/rows.json").write_text(json.dumps(data, ensure_ascii=False))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder over http, compressed as a web server would."""
    kinds = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json"}

    class Files(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = folder / (self.path.strip("/") or "index.html")
            if not found.is_file():
                self.send_error(404)
                return
            body = gzip.compress(found.read_bytes(), 6)
            self.send_response(200)
            for name, value in (
                ("Content-Type", kinds[found.suffix]),
                ("Content-Encoding", "gzip"),
                ("Content-Length", str(len(body))),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def medians(found: list[dict[str, float]]) -> dict[str, Any]:
    """The middle of each figure, and from what to what the times ran."""
    middle = {name: round(statistics.median(one[name] for one in found), 2) for name in found[0]}
    times = [one["ready_s"] for one in found]
    return {**middle, "range_s": [round(min(times), 2), round(max(times), 2)], "runs": len(found)}


def measure(base: str, user: str, password: str, runs: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """List, dashboard and peer, each loaded once in every run."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        folder, data = Path(name), rows_of(browser, base, user, password)
        tell(f"list of {len(data['rows'])} rows; building the peer")
        bundle(folder, data)
        ours = LAST_ROW.format(rows="table.table tbody tr", count=len(data["rows"]))
        theirs = LAST_ROW.format(rows=".el-table__body tr", count=len(data["rows"]))
        found: dict[str, list[dict[str, float]]] = {"list": [], "dashboard": [], "vue_list": []}
        with served(folder / "out") as peer:
            for number in range(runs):
                for way, address, ready in (
                    ("list", base + LIST, ours),
                    ("dashboard", base + DASHBOARD, DRAWN),
                    ("vue_list", peer, theirs),
                ):
                    context = browser.new_context() if way == "vue_list" else signed_in(browser, base, user, password)
                    found[way].append(load(context, address, ready))
                    context.close()
                tell(f"run {number + 1} of {runs}")
        browser.close()
    return {way: medians(rows) for way, rows in found.items()}


@contextmanager
def demo(residents: int) -> Iterator[tuple[str, str]]:
    """A demo of its own for as long as it is measured: its address and the password of its people."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)  # another user's database server lives in it
        port, said = free_port(), Path(folder) / "said.txt"
        with said.open("w", encoding="utf-8") as written:
            call = [*COMMAND, "demo", "--port", str(port), "--residents", str(residents)]
            process = subprocess.Popen(call, env=env_of(folder), stdout=written, stderr=written, cwd=ROOT)
        try:
            answered(process, port, 600)
            told = PASSWORD.search(said.read_text(encoding="utf-8"))
            if told is None:
                raise SystemExit("the demo did not say its password")
            yield f"http://127.0.0.1:{port}", told[1]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--residents", type=int, default=30_000, help="of the demo")
    given = parser.parse_args()
    with demo(given.residents) as (base, password):
        found = measure(base, OFFICER, password, given.runs, lambda text: print(text, file=sys.stderr, flush=True))
    print(json.dumps({"ways": found}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
