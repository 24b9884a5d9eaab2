"""Watched people against the truth: found, falsely accused, and honestly not determinable."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping

from crossline.scenario.scoring.exam import Exam
from crossline.scenario.scoring.measures import f1, precision, share

__all__ = ["scores"]

_WATCHED = 0.5
_TEN_THOUSAND = 10_000


def scores(exam: Exam) -> Mapping[str, float | None]:
    """Persons, not numbers: one found by any of their pseudonyms is found.

    A pseudonym counts as reported from a probability of 0.5 on. `false_per_10000` is by the
    subscribers of the case's `organisations.csv`; `false_decoys` counts those among them whom
    courts, care, fraud teams or probes ask for. `not_determinable_said` is the share of
    organisations with undeterminable queries for which a set without names is reported.
    """
    watched, determinable = _persons(exam)
    said = {
        row["subscriber"]
        for row in exam.found("exposure")
        if (row["watched_probability"] or 0.0) >= _WATCHED
    }
    names = {name for pseudonyms in watched.values() for name in pseudonyms}
    found = [person for person, pseudonyms in watched.items() if pseudonyms & said]
    precise = precision(len(said & names), len(said), len(watched))
    recall = share(len(found), len(watched))
    subscribers = _subscribers(exam)
    return {
        "precision": precise,
        "recall": recall,
        "f1": f1(precise, recall),
        "determinable_recall": share(len(determinable & set(found)), len(determinable)),
        "false_per_10000": len(said - names) * _TEN_THOUSAND / subscribers if subscribers else None,
        "false_decoys": float(len(said & _decoys(exam))),
        "not_determinable_said": _said_so(exam),
    }


def _persons(exam: Exam) -> tuple[Mapping[str, set[str]], set[str]]:
    """The pseudonyms of each watched person, and the persons whom the logs name."""
    watched, determinable = defaultdict(set), set()
    for row in exam.truth("targets"):
        if row["watched"]:
            watched[row["person"]].add(row["subscriber_pseudonym"])
            if row["n_determinable"]:
                determinable.add(row["person"])
    return watched, determinable


def _decoys(exam: Exam) -> set[str]:
    rows = exam.truth("targets")
    return {row["subscriber_pseudonym"] for row in rows if row["decoy_kind"] and not row["watched"]}


def _said_so(exam: Exam) -> float | None:
    hidden = {
        org
        for row in exam.truth("targets")
        if row["watched"] and row["why_not_determinable"]
        for org in _hidden_at(exam, row["orgs"])
    }
    said = {
        row["organisation"] for row in exam.found("exposed_sets") if row["determinable"] is False
    }
    return share(len(hidden & said), len(hidden))


def _hidden_at(exam: Exam, organisations: Iterable[str]) -> set[str]:
    """Those of some organisations whose database log keeps no statements."""
    mute = {row["org"] for row in exam.truth("gaps") if row["loss_kind"] == "statement_missing"}
    return mute & set(organisations)


def _subscribers(exam: Exam) -> int:
    path = exam.case / "organisations.csv"
    if not path.is_file():
        return 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(int(row.get("subscribers") or 0) for row in csv.DictReader(file))
