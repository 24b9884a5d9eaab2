"""The stage: ask each question of the tables, write sentences and actions."""

from crossline.case import Case
from crossline.judgements.blindness import what_could_not_be_seen
from crossline.judgements.claims import action_rows, judgement_id, judgement_rows
from crossline.judgements.clusters import who_and_together
from crossline.judgements.detected import what_was_detected
from crossline.judgements.findings import read_findings
from crossline.judgements.meaning import what_it_means
from crossline.judgements.next_steps import what_to_do
from crossline.judgements.stories import which_intrusions
from crossline.kernel.progress import Progress
from crossline.store import Tables

__all__ = ["run"]


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Write `judgements` and `actions`.

    Reads the tables of the earlier stages and the names in `organisations.csv`. A question that
    the tables do not answer gets no sentence.
    """
    progress.start("Judging", None, "sentence")
    rows = case.side_table("organisations")
    findings = read_findings(
        tables, {row["organisation"]: row.get("name", "") for row in rows if "organisation" in row}
    )
    blindness = tuple(what_could_not_be_seen(findings))
    judgements = (
        *what_was_detected(findings), *which_intrusions(findings), *who_and_together(findings),
        *what_it_means(findings), *blindness,
    )  # fmt: skip
    tables.replace("judgements", judgement_rows(judgements))
    actions = what_to_do(findings, tuple(judgement_id(each) for each in blindness))
    tables.replace("actions", action_rows(actions))
    progress.advance(len(judgements))
