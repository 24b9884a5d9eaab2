"""The sections of the report in their order, and which of them nothing has been assessed for."""

from collections.abc import Iterator

from crossline.report.facts import Facts
from crossline.report.page import Section

__all__ = ["sections", "unknown"]

# Number, anchor, title, and the tables that it is made from where a later stage writes them.
_SECTIONS = (
    (1, "key-judgements", "Key judgements", ""),
    (2, "decision-makers", "For decision makers", ""),
    (3, "seen", "Seen and not seen", "gaps"),
    (4, "clusters", "Clusters", "clusters pair_weights"),
    (5, "intrusions", "Intrusions", ""),
    (6, "way-in", "Way in", "entries supplier_paths"),
    (7, "crown-jewels", "Crown jewels", "reach"),
    (8, "watched", "Who was watched", "exposure exposed_sets"),
    (9, "adaptation", "Adaptation", "adaptation"),
    (10, "attribution", "Attribution", "attributions"),
    (11, "coordination", "Coordination", "coordination coordination_evidence"),
    (12, "access", "What the access allowed", "interference"),
    (13, "next", "Next: collect, hunt, contain", ""),
    (14, "detections", "Detections", ""),
    (15, "indicators", "Hosts and accounts", ""),
    (16, "method", "Method and limits", ""),
)


def sections(facts: Facts) -> Iterator[Section]:
    """All sections; `missing` names tables that no stage wrote, `tables` those that are there."""
    for number, anchor, title, made_from in _SECTIONS:
        tables = made_from.split()
        there = tuple(name for name in tables if name not in facts.not_assessed)
        yield Section(number, anchor, title, () if there else tuple(tables), there)


def unknown(facts: Facts) -> Iterator[str]:
    """What the report cannot say, each with its reason."""
    for section in sections(facts):
        if section.missing:
            yield f"{section.title} (section {section.number}): not assessed."
