"""The stage: check, assemble, write everything beside the old report, then swap."""

import shutil
from pathlib import Path

from crossline.case import Case
from crossline.kernel.progress import Progress
from crossline.report import gates
from crossline.report.assemble import assemble
from crossline.report.exports import write_tables
from crossline.report.facts import read_facts
from crossline.report.html import render_html
from crossline.report.machines import write_machines
from crossline.report.manifest import write_manifest
from crossline.report.markdown import render_markdown
from crossline.report.summary import as_of
from crossline.store import Tables

__all__ = ["run"]


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Write page, Markdown, machines' files, tables and manifest under the case's `report/`.

    Reads every public table and `sources`. The folder is written beside the old one and swapped
    in, so that a report is never half-written.

    Raises:
        GateError: the tables contradict each other or a sentence; the old report stays.
    """
    progress.start("Writing the report", 3, "part")
    facts = read_facts(case, tables)
    gates.check(facts)
    fresh = case.report.with_name(case.report.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    counts = write_tables(facts, fresh / "tables", case.settings.report.all_events)
    progress.advance(1)
    page = assemble(facts)
    (fresh / "index.html").write_text(render_html(page), encoding="utf-8", newline="\n")
    (fresh / "report.md").write_text(render_markdown(page), encoding="utf-8", newline="\n")
    progress.advance(1)
    write_machines(facts, fresh)
    write_manifest(facts, fresh, counts, as_of(facts))
    _swap(fresh, case.report)
    progress.advance(1)


def _swap(fresh: Path, place: Path) -> None:
    old = place.with_name(place.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)
