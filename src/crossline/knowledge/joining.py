"""Several bodies of knowledge side by side: ids join, names never do."""

from collections.abc import Sequence

from crossline.knowledge.model import Claim, Group, Knowledge, Relation

__all__ = ["called", "joined", "sponsor_claims"]


def joined(parts: Sequence[Knowledge]) -> Knowledge:
    """All parts as one.

    The same id is the same object; a later part's object replaces an earlier one's. Relations with
    the same ends become one that cites the reports of both.
    """
    reports: dict[tuple[str, str], dict[str, None]] = {}
    for part in parts:
        for relation in part.relations:
            cited = reports.setdefault((relation.source, relation.target), {})
            cited.update(dict.fromkeys(relation.reports))
    return Knowledge(
        groups={k: v for part in parts for k, v in part.groups.items()},
        software={k: v for part in parts for k, v in part.software.items()},
        campaigns={k: v for part in parts for k, v in part.campaigns.items()},
        techniques={k: v for part in parts for k, v in part.techniques.items()},
        reports={k: v for part in parts for k, v in part.reports.items()},
        relations=tuple(Relation(s, t, tuple(cited)) for (s, t), cited in reports.items()),
    )


def called(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    """Ids of all groups and software that the name was ever given to, sorted.

    A name is a claim: none, one or several answers are all possible.
    """
    wanted = _normal(name)
    return tuple(
        sorted(
            each
            for objects in (knowledge.groups, knowledge.software)
            for each, facts in objects.items()
            if wanted
            in {_normal(each), _normal(facts.name), *(_normal(c.name) for c in facts.names)}
        )
    )


def sponsor_claims(knowledge: Knowledge, group: str) -> tuple[Claim, ...]:
    """Who is said to stand behind a group, and by whom.

    Claims on groups of other sources that share one of its names are included: each claim's
    source says on which of them it was made, for the names may be confused.
    """
    facts = knowledge.groups.get(group)
    if facts is None:
        return ()
    own = _names(facts)
    found = {
        claim
        for other in knowledge.groups.values()
        if other.sponsors and own & _names(other)
        for claim in other.sponsors
    }
    return tuple(sorted(found, key=lambda claim: (claim.name, claim.source, claim.date or "")))


def _names(group: Group) -> set[str]:
    return {_normal(name) for name in (group.name, *(c.name for c in group.names)) if name}


def _normal(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())
