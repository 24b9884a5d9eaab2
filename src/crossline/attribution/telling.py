"""Rows that tell an answer: candidates with their profiles, reasons, and trials of the answer."""

from collections.abc import Iterator, Mapping

import numpy as np

from crossline.attribution.answer import NONE_OF_THESE
from crossline.attribution.profiles import Profiles
from crossline.attribution.sturdiness import expected_but_not_seen, leader, range_of, sought
from crossline.attribution.trials import Trial
from crossline.attribution.waterfall import probability_of
from crossline.knowledge import Claim, Knowledge, sponsor_claims

__all__ = ["candidate_rows", "evidence_rows"]

Row = dict[str, object]
MOST = 5
"""Rows of one kind for one candidate: the strongest. Reason: a person reads them."""


def candidate_rows(
    cluster: str, trial: Trial, knowledge: Knowledge, profiles: Profiles
) -> list[Row]:
    """The rows of `attributions`: every group of the knowledge, and none of these."""
    variations = list(trial.variations())
    rows: list[Row] = []
    for candidate in (*(group for group, _ in trial.given.ranking), NONE_OF_THESE):
        low, high = range_of(candidate, trial.given, variations)
        group = knowledge.groups.get(candidate)
        claims = sponsor_claims(knowledge, candidate) if candidate in trial.explained else ()
        rows.append(
            {
                "cluster_id": cluster,
                "candidate": candidate,
                "probability": probability_of(trial.given, candidate),
                "low": low,
                "high": high,
                "name": group.name if group else None,
                **_profile(candidate, profiles),
                "confidence": trial.confidence,
                "sponsor_claims": [_claim(each) for each in claims],
                "rests_on": [cluster],
            }
        )
    return rows


def evidence_rows(
    cluster: str, trial: Trial, profiles: Profiles, blind: Mapping[str, tuple[str, ...]]
) -> list[Row]:
    """The rows of `attribution_evidence`."""
    reasons = (
        *_waterfalls(trial),
        *_absent(trial, profiles),
        *_left_out(trial),
        *_priors(trial),
        *_sought(trial, profiles),
    )
    return [
        {
            "cluster_id": cluster,
            "candidate": candidate,
            "kind": kind,
            "item": item,
            "bits": bits,
            "probability": probability,
            "blind_formats": list(blind.get(item, ())),
            "rests_on": [cluster],
        }
        for candidate, kind, item, bits, probability in reasons
    ]


_Reason = tuple[str, str, str, float | None, float | None]


def _profile(candidate: str, profiles: Profiles) -> dict[str, int | None]:
    names = ("known_techniques", "known_software", "known_reports")
    if candidate not in profiles.groups:
        return dict.fromkeys(names)
    at = profiles.groups.index(candidate)
    uses = profiles.uses[at]
    counts = (
        int(uses[: profiles.techniques].sum()),
        int(uses[profiles.techniques :].sum()),
        int(np.count_nonzero(profiles.bag_group == at)),
    )
    return dict(zip(names, counts, strict=True))


def _claim(claim: Claim) -> str:
    return f"{claim.name} ({', '.join(filter(None, (claim.source, claim.date)))})"


def _waterfalls(trial: Trial) -> Iterator[_Reason]:
    for candidate, found in trial.waterfalls.items():
        yield candidate, "start", "", found.start, None
        for family, bits in found.families.items():
            yield candidate, "family", family, bits, None


def _absent(trial: Trial, profiles: Profiles) -> Iterator[_Reason]:
    for candidate in trial.explained:
        for item, bits in expected_but_not_seen(profiles, trial.observed, candidate)[:MOST]:
            yield candidate, "absent", item, bits, None


def _left_out(trial: Trial) -> Iterator[_Reason]:
    first = trial.leader
    for each in trial.dropped[:MOST]:
        yield first, "drop_one", each.item, each.bits, probability_of(each.answer, first)
    if trial.dropped:
        strongest = trial.dropped[0]
        then = leader(strongest.answer)
        yield (
            then,
            "false_flag",
            strongest.item,
            strongest.bits,
            probability_of(strongest.answer, then),
        )


def _priors(trial: Trial) -> Iterator[_Reason]:
    for prior, given in trial.at_priors.items():
        for candidate in trial.explained:
            yield candidate, "prior", f"{prior:.0%}", None, probability_of(given, candidate)


def _sought(trial: Trial, profiles: Profiles) -> Iterator[_Reason]:
    if len(trial.explained) > 2:
        one, other = trial.explained[:2]
        for each in sought(profiles, trial.observed, one, other)[:MOST]:
            yield each.candidate, "collect", each.item, each.bits, None
