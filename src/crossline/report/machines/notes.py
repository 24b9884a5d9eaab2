"""Notes: judgements with their rivals, scores, what could not be seen, what the bundle lacks."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from crossline.kernel.words import counted
from crossline.report.facts import Facts
from crossline.report.machines.frame import CREATOR, numbers
from crossline.report.machines.identities import organisation_id
from crossline.report.machines.ids import content_id, name_id
from crossline.report.machines.objects import Note
from crossline.report.machines.observed import Observed
from crossline.report.machines.rows import IntrusionRow, JudgementRow, typed
from crossline.report.machines.sightings import MOST
from crossline.report.wording import clipped, plain

__all__ = ["coverage_notes", "judgement_notes", "limits_note", "score_note"]

_STATES = ("seen", "partial", "silent", "never", "unknown")
_LONGEST_ABSTRACT = 200


def judgement_notes(facts: Facts, objects_of: Mapping[str, str]) -> Iterator[Note]:
    """The key sentences; `objects_of` gives the object that stands for a row's id."""
    everyone = tuple(sorted(organisation_id(each) for each in facts.organisations))
    for row in typed(facts.judgements, JudgementRow):
        found = {objects_of[each] for each in row.rests_on if each in objects_of}
        yield Note(
            id=content_id("note", row.judgement_id),
            abstract=clipped(row.sentence, _LONGEST_ABSTRACT),
            content=_judgement(row),
            object_refs=tuple(sorted(found)) or everyone or (CREATOR.id,),
            extensions=numbers(
                row_id=row.judgement_id,
                question=row.question,
                likelihood=row.likelihood,
                probability=row.probability,
                low=row.low,
                high=row.high,
                analytic_confidence=row.confidence,
                rivals=row.rivals,
                against=row.against,
                would_change=row.would_change,
                rests_on_rows=len(row.rests_on),
            ),
        )


def _judgement(row: JudgementRow) -> str:
    parts = [plain(row.sentence)]
    if row.probability is None:
        parts.append("No probability is given.")
    for label, texts in (
        ("Could also be", row.rivals),
        ("Against it", row.against),
        ("Would change it", row.would_change),
    ):
        parts += [f"{label}: {plain(each)}" for each in texts or ()]
    return "\n".join(parts)


def score_note(intrusion: IntrusionRow, grouping: str) -> Note:
    """The weight of an intrusion, and that it is no probability unless one is given."""
    if intrusion.score_bits is None:
        weight = "The intrusion has no score."
    else:
        weight = f"Score: {intrusion.score_bits:.1f} bits against the estate's own base rate."
    if intrusion.probability is None:
        weight += " The score is not calibrated: no probability is given."
    return Note(
        id=content_id("note", intrusion.intrusion_id),
        abstract="Score of the intrusion",
        content=weight,
        object_refs=(grouping,),
        extensions=numbers(
            row_id=intrusion.intrusion_id,
            score_bits=intrusion.score_bits,
            probability=intrusion.probability,
            analytic_confidence=intrusion.confidence,
        ),
    )


def coverage_notes(facts: Facts) -> Iterator[Note]:
    """For each organisation how much of its logs there is, in months of one log of one host."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    rows = facts.coverage.group_by(["organisation", "state"]).aggregate([([], "count_all")])
    for row in rows.to_pylist():
        counts[row["organisation"]][row["state"]] = row["count_all"]
    for organisation in sorted(counts):
        states = {state: counts[organisation][state] for state in _STATES}
        yield Note(
            id=name_id("note", "coverage", organisation),
            abstract="What could be seen and what could not",
            content=(
                f"{counted(sum(states.values()), 'host-month')} (one log of one host in one "
                f"month): {states['seen']:,} held in full, {states['partial']:,} in part, "
                f"{states['silent']:,} silent between others, {states['never']:,} without any such "
                f"log, {states['unknown']:,} before the first or after the last record."
            ),
            object_refs=(organisation_id(organisation),),
            extensions=numbers(host_months=states),
        )


def limits_note(facts: Facts, observed: Observed, report: str) -> Note:
    """What the bundle adds up or leaves out, with counts, and what was not assessed."""
    missing = sorted(facts.not_assessed)
    parts = [
        f"{counted(len(facts.detections), 'detection')} are added up in sightings by host and day; "
        f"a rule with more than {MOST} of these by host, one with more hosts by organisation.",
        f"Observed data is given for {counted(len(observed.data), 'record')} that intrusions rest "
        f"on; {observed.left_out:,} more and {observed.untimed:,} without a usable time are in "
        "the tables alone.",
        f"Detections suppressed by decisions, which are not in the bundle: {facts.suppressed:,}.",
    ]
    if missing:
        parts.append(f"Not assessed: {', '.join(each.replace('_', ' ') for each in missing)}.")
    return Note(
        id=name_id("note", "limits"),
        abstract="What this bundle adds up and leaves out",
        content="\n".join(parts),
        object_refs=(report,),
        extensions=numbers(
            detections=len(facts.detections),
            detections_suppressed=facts.suppressed,
            records_observed=len(observed.data),
            records_left_out=observed.left_out,
            records_without_time=observed.untimed,
            not_assessed=missing,
        ),
    )
