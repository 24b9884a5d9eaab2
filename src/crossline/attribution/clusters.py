"""What was seen of each cluster, in the words of the knowledge."""

from collections.abc import Iterable, Mapping
from typing import Any

from crossline.attribution.profiles import Observed
from crossline.knowledge import Knowledge, called
from crossline.store import Tables, connect

__all__ = ["blind_formats", "read_clusters"]

# Lists are unfolded once for each format, as few lists stand in many rows.
_BLIND = """
SELECT technique, list_sort(list(DISTINCT format)) FROM (
  SELECT format, unnest(any_value(techniques_blind)) AS technique
  FROM coverage GROUP BY format, hash(techniques_blind))
GROUP BY technique ORDER BY technique
"""


def read_clusters(tables: Tables, knowledge: Knowledge) -> list[tuple[str, Observed]]:
    """Each cluster with the techniques and software of its intrusions, in the order of ids.

    The year is that of the last event. A software is named by id or by any name that was ever
    given to it; a name that several share counts for none of them.
    """
    stories = {row["intrusion_id"]: row for row in tables.read("intrusions").to_pylist()}
    signs: dict[str, set[tuple[str, str]]] = {}
    for row in tables.read("traits", ["intrusion_id", "family", "value"]).to_pylist():
        signs.setdefault(row["intrusion_id"], set()).add((row["family"], row["value"]))
    members: dict[str, list[str]] = {}
    for row in tables.read("cluster_members", ["cluster_id", "intrusion_id"]).to_pylist():
        members.setdefault(row["cluster_id"], []).append(row["intrusion_id"])
    return [
        (
            cluster,
            _observed(
                [stories[each] for each in members.get(cluster, ()) if each in stories],
                {sign for each in members.get(cluster, ()) for sign in signs.get(each, ())},
                knowledge,
            ),
        )
        for cluster in tables.read("clusters", ["cluster_id"])["cluster_id"].to_pylist()
    ]


def _observed(
    stories: list[Mapping[str, Any]], signs: Iterable[tuple[str, str]], knowledge: Knowledge
) -> Observed:
    techniques = {each for story in stories for each in story["techniques"] or ()}
    techniques |= {value for family, value in signs if family == "technique"}
    names = sorted({value for family, value in signs if family == "software"})
    ends = [story["last_seen"] for story in stories if story["last_seen"]]
    return Observed(
        tuple(sorted(techniques)),
        tuple(sorted({each for name in names for each in _software(name, knowledge)})),
        max(ends).year if ends else None,
    )


def _software(name: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The one software so called; the name itself where the knowledge holds none of it."""
    ids = tuple(each for each in called(knowledge, name) if each in knowledge.software)
    return ids if len(ids) == 1 else () if ids else (name,)


def blind_formats(tables: Tables) -> dict[str, tuple[str, ...]]:
    """For each technique the logs that would show it and that some host never gave."""
    coverage = tables.read("coverage", ["format", "techniques_blind"])
    rows = connect({"coverage": coverage}).execute(_BLIND).fetchall()
    return {technique: tuple(formats) for technique, formats in rows}
