"""File mode (文件模式): screen, compute, link and synth on files, with no server and no database."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from shouwang.engine.engines import DEFAULT_ENGINE, ENGINES
from shouwang.kernel.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Console

AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出")]
AsOf = Annotated[str, typer.Option("--as-of", help="筛查日期，如 2026-11-01")]
RegisterFolder = Annotated[Path, typer.Option(help="登记数据文件夹：households、residents、incomes …")]
FeedsFolder = Annotated[Path, typer.Option(help="部门数据文件夹：<feed>.parquet/.csv/.xlsx")]
PackName = Annotated[str, typer.Option(help="政策包名称或文件夹")]
OutFolder = Annotated[Path, typer.Option(help="结果文件夹")]
EngineName = Annotated[str, typer.Option(help="、".join(ENGINES))]
CacheFolder = Annotated[Path | None, typer.Option(help="缓存文件夹：数据没变的指标不再重算")]


def console() -> Console:
    """The terminal beside the answer: progress goes to stderr."""
    from rich.console import Console

    return Console(stderr=True)


def day(text: str) -> date:
    """A date from the command line. Raises InputError with the remedy."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"“{text}”不是日期。", "请写成 2026-11-01。") from None


class Steps:
    """A line on the terminal that says what is being done and for how long."""

    def __enter__(self) -> Steps:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self.progress = Progress(*columns, console=console(), transient=True)
        self.progress.start()
        self.task = self.progress.add_task("准备", total=None)
        return self

    def __exit__(self, *exc: object) -> None:
        self.progress.stop()

    def say(self, text: str) -> None:
        self.progress.update(self.task, description=text)


def screen(
    register: RegisterFolder,
    feeds: FeedsFolder,
    pack: PackName,
    as_of: AsOf,
    out: OutFolder,
    engine: EngineName = DEFAULT_ENGINE,
    cache: CacheFolder = None,
    as_json: AsJson = False,
) -> int:
    """对文件夹里的数据做一次筛查，写出预警、指标、缺项与疑点。"""
    from shouwang.engine.model import LEVEL_TITLES
    from shouwang.policy import load_pack
    from shouwang.stream.screening.running import screen_folders

    loaded = load_pack(pack)
    with Steps() as steps:
        run = screen_folders(
            pack=loaded,
            register=register,
            feeds=feeds,
            as_of=day(as_of),
            out=out,
            engine=engine,
            cache=cache,
            progress=steps.say,
        )
    if as_json:
        typer.echo(json.dumps(run.summary, ensure_ascii=False, indent=2))
        return 0
    summary = run.summary
    typer.secho(f"{loaded.title}，{as_of}：{summary['households']:,} 户 {summary['residents']:,} 人", bold=True)
    for level, count in summary["warnings"].items():
        if count:
            typer.echo(f"  {LEVEL_TITLES[level]} {count:,}")
    typer.echo(
        f"  预警涉及 {summary['warned_households']:,} 户；未能判断 {summary['gaps']:,} 条；疑点 {summary['doubts']:,} 条"
    )
    if summary["missing_feeds"]:
        titles = "、".join(loaded.sources[n].title for n in summary["missing_feeds"])
        typer.echo(f"  没有收到：{titles}（相关指标按未知处理，不按零处理）")
    typer.echo(f"结果在 {out}，用时 {sum(summary['seconds'].values()):.1f} 秒")
    return 0


def benefits(
    register: RegisterFolder,
    feeds: FeedsFolder,
    pack: PackName,
    as_of: AsOf,
    out: OutFolder,
    engine: EngineName = DEFAULT_ENGINE,
    cache: CacheFolder = None,
    lists: Annotated[bool, typer.Option("--lists/--sums-only", help="写出名单，或只要人数和金额")] = True,
    as_json: AsJson = False,
) -> int:
    """核对待遇：谁应享未享，谁在享，谁可能不应享，金额多少。只是名单，由人核实。"""
    from shouwang.engine.entitlements import OUTCOMES
    from shouwang.policy import load_pack
    from shouwang.stream.screening.running import entitle_folders

    loaded = load_pack(pack)
    with Steps() as steps:
        found = entitle_folders(
            pack=loaded,
            register=register,
            feeds=feeds,
            as_of=day(as_of),
            out=out,
            engine=engine,
            cache=cache,
            progress=steps.say,
            lists=lists,
        )
    if as_json:
        typer.echo(json.dumps(found.summary, ensure_ascii=False, indent=2))
        return 0
    for about in found.summary["benefits"].values():
        told = [f"{title} {about[o]['count']:,}" for o, title in OUTCOMES.items() if about[o]["count"]]
        owed = f"，应享未享合计 {about['owed']['amount']:,.2f} 元" if about["owed"]["amount"] else ""
        typer.echo(f"{about['title']}：{'，'.join(told) or '无人涉及'}{owed}")
    if lists:
        typer.echo(f"名单在 {out / 'benefits.parquet'}，请逐户核实后再办理")
    return 0


def compute(
    case: Annotated[Path, typer.Argument(help="一户的资料（YAML 或 JSON）")],
    pack: PackName,
    as_of: Annotated[str | None, typer.Option("--as-of", help="测算日期；不写则用文件里的 as_of")] = None,
    as_json: AsJson = False,
) -> int:
    """测算一户：指标及步骤、预警、待遇、疑点。"""
    from shouwang.engine.model import LEVEL_TITLES
    from shouwang.policy import load_pack
    from shouwang.policy.computing import compute as compute_household
    from shouwang.policy.reading import read_document

    loaded = load_pack(pack)
    if not case.is_file():
        raise InputError(f"没有文件“{case}”。", "请核对文件名。", file=case)
    try:
        result = compute_household(loaded, read_document(case).data, day(as_of) if as_of else None)
    except InputError as error:
        raise InputError(error.message, error.remedy, file=error.file or case, line=error.line) from None
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2, default=str))
        return 0
    for warning in result["warnings"]:
        typer.secho(f"{LEVEL_TITLES[warning['level']]} {warning['title']}", bold=True)
        typer.echo(f"  {warning['because']}")
    for gap in result["undecided"]:
        typer.echo(f"未能判断 {gap['title']}，缺 {'、'.join(gap['missing'])}")
    for doubt in result["doubts"]:
        typer.echo(f"疑点 {doubt['title']}：{doubt['message']}")
    words = {True: "符合", False: "不符合", None: "未能判断"}
    for benefit in result["benefits"]:
        amount = f"，{benefit['amount']} 元" if "amount" in benefit else ""
        typer.echo(f"待遇 {benefit['title']}：{words[benefit['eligible']]}{amount}")
    return 0


def link(
    register: Annotated[Path, typer.Option(help="登记数据文件夹：households、residents")],
    records: Annotated[Path, typer.Option(help="要归户的文件")],
    out: OutFolder,
    source: Annotated[str, typer.Option(help="按哪个部门数据的约定读取")] = "medical_settlements",
    pack: PackName = "national",
    foreign: Annotated[bool, typer.Option("--foreign", help="名单上都是拉丁字母姓名的人，如外籍配偶")] = False,
    as_json: AsJson = False,
) -> int:
    """把一份名单比对到人和户，写出 links、review、unlinked，每条带依据。"""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from shouwang.policy import load_pack
    from shouwang.register.places.reading import read_places
    from shouwang.stream.linkage.matching import link_foreign, link_records
    from shouwang.stream.screening.inputs import village_names

    loaded = load_pack(pack)
    table = _records(records, loaded.sources.get(source), source)
    residents, households = (_register_table(register, name, loaded) for name in ("residents", "households"))
    with Steps() as steps:
        steps.say("比对归户")
        entity: Literal["resident", "household"] = (
            "household" if loaded.sources[source].entity == "household" else "resident"
        )
        if foreign:
            found = link_foreign(table, _in_latin_letters(residents))
        else:
            places = village_names(read_places())
            found = link_records(table, residents, households, places=places, entity=entity)
    out.mkdir(parents=True, exist_ok=True)
    pq.write_table(found.links, out / "links.parquet")
    pq.write_table(found.review, out / "review.parquet")
    unlinked = pa.table({"row_no": pa.array(list(found.unlinked), pa.int64())})
    pq.write_table(unlinked, out / "unlinked.parquet")
    tiers = {str(t): found.links["tier"].to_pylist().count(t) for t in (1, 2, 3)}
    report: dict[str, Any] = {"rows": table.num_rows, "linked": tiers, "review": found.review.num_rows}
    report["unlinked"] = unlinked.num_rows
    (out / "link.json").write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        typer.echo(
            f"{table.num_rows:,} 行：证件号一致 {tiers['1']:,}，修复后一致 {tiers['2']:,}，综合比对 {tiers['3']:,}；"
        )
        typer.echo(f"待人工核对 {report['review']:,}，未找到 {report['unlinked']:,}。结果在 {out}")
    return 0


def _records(path: Path, source: Any, name: str) -> pa.Table:
    from shouwang.stream.feeds.reading import read_delivery

    if source is None:
        raise InputError(f"没有名为“{name}”的部门数据。", "请用 --source 给出约定名称。")
    return read_delivery(path, source).table


def _in_latin_letters(residents: pa.Table) -> pa.Table:
    import pyarrow.compute as pc

    return residents.filter(pc.match_substring_regex(residents["name"], "[A-Za-z]"))


def _register_table(folder: Path, name: str, pack: Any) -> pa.Table:
    import pyarrow.parquet as pq

    for suffix in (".parquet", ".csv", ".xlsx"):
        path = folder / f"{name}{suffix}"
        if path.is_file():
            return pq.read_table(path) if suffix == ".parquet" else _records(path, pack.sources[name], name)
    raise InputError(f"“{folder}”里没有 {name}。", "请放入 parquet、csv 或 xlsx 文件。", file=folder)


def synth(
    residents: Annotated[int, typer.Option(help="人数")],
    out: OutFolder,
    as_of: AsOf,
    seed: Annotated[int, typer.Option(help="随机种子")] = 1,
    place: Annotated[list[str] | None, typer.Option(help="区划代码前缀，可重复，如 4310")] = None,
    linked: Annotated[bool, typer.Option(help="部门数据是否已归户；--no-linked 带身份差错")] = True,
    pack: Annotated[str, typer.Option(help="政策包；它自己的部门数据也一起造")] = "national",
    as_json: AsJson = False,
) -> int:
    """造一个合成的地市：真实村名、拟真的户与部门数据，以及埋好的真相。"""
    from shouwang.synth import make

    if residents < 1:
        raise InputError("人数要大于零。", "请给出 --residents，如 100000。")
    with Steps() as steps:
        steps.say("合成数据")
        summary = make(
            residents=residents, seed=seed, as_of=day(as_of), out=out, places=place, linked=linked, pack=pack
        )
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=2, default=str))
    else:
        typer.echo(f"已写出 {out}：{residents:,} 人。这是合成数据，证件号前缀从未启用，不属于任何人。")
    return 0
