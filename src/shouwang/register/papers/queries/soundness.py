"""Whether papers are whole (文书核验)."""

from collections.abc import Iterator

from django.db.models import Count

from shouwang.kernel.soundness import Broken, KeptFile
from shouwang.register.papers.models import Counter, Paper, Template
from shouwang.register.staff.queries import Actor


def broken_papers(actor: Actor) -> Iterator[Broken]:
    """Counties and years whose numbers have a gap."""
    issued = Paper.objects.visible_to(actor).values("county_code", "year").annotate(n=Count("number", distinct=True))
    there = {(row["county_code"], row["year"]): row["n"] for row in issued}
    for county, year, last in Counter.objects.values_list("county_code", "year", "last"):
        if last != there.get((county, year), 0):
            said = f"{county} {year} 年的文书编到 {last} 号，实际有 {there.get((county, year), 0)} 份。"
            yield Broken(f"papers:{county}:{year}", said)


def kept_files(actor: Actor) -> Iterator[KeptFile]:
    """Files of papers and of templates."""
    for pk, *paths in Paper.objects.visible_to(actor).values_list("pk", "docx_path", "pdf_path").iterator():
        yield from (KeptFile(f"paper:{pk}", path) for path in paths)
    for pk, path in Template.objects.exclude(path="").values_list("pk", "path"):
        yield KeptFile(f"template:{pk}", path)
