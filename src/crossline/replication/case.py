"""Reads a replication case: only what a run may see, whatever else the file holds.

Every field may be missing, and unknown ones are passed over. Titles, sources, conclusions and
later knowledge are never decoded.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

__all__ = ["Case", "Cluster", "Observed", "Relation", "Run", "Told", "decode_case"]


class Told(msgspec.Struct, frozen=True):
    """One told thing of a cluster: a technique, a piece of software or a sentence."""

    technique: str | None = None
    why: str | None = None
    name: str | None = None
    attack_id: str | None = None
    availability: str | None = None
    role: str | None = None
    fact: str | None = None
    id: str | None = None
    scope: str | None = None
    inferred: bool = False
    gives_away: bool = False

    @property
    def text(self) -> str:
        """The sentence, whichever field it stands in."""
        return self.fact or self.role or self.why or ""


class Observed(msgspec.Struct, frozen=True):
    """What was observed of one cluster."""

    techniques: tuple[Told, ...] = ()
    software: tuple[Told, ...] = ()
    procedures: tuple[Told, ...] = ()
    infrastructure: tuple[Told, ...] = ()
    credentials_and_handoffs: tuple[Told, ...] = ()
    working_hours: tuple[Told, ...] = ()
    targets: tuple[Told, ...] = ()
    similarities: tuple[Told, ...] = ()


class Cluster(msgspec.Struct, frozen=True):
    """One cluster as published."""

    id: str
    first_seen: str | None = None
    last_seen: str | None = None
    victims: tuple[Told, ...] = ()
    observed: Observed = Observed()


class Relation(msgspec.Struct, frozen=True):
    """One told relation; `*` stands for all clusters, or for which is not told."""

    a: str = "*"
    b: str = "*"
    kind: str | None = None
    fact: str | None = None
    inferred: bool = False
    gives_away: bool = False


class _Cutoff(msgspec.Struct, frozen=True):
    before: str | None = None


class Case(msgspec.Struct, frozen=True):
    """What a run may see of a case."""

    clusters: tuple[Cluster, ...] = ()
    between: tuple[Relation, ...] = ()
    visibility: Any = None
    knowledge_cutoff: _Cutoff = _Cutoff()

    @property
    def before(self) -> str | None:
        """The day before which knowledge must have been public."""
        return self.knowledge_cutoff.before


@dataclass(frozen=True, slots=True)
class Run:
    """Which marked facts a run leaves out."""

    inferred: bool = True
    giveaways: bool = True
    private_software: bool = True

    def keeps(self, told: Told | Relation) -> bool:
        """Whether a fact takes part in the run."""
        if told.inferred and not self.inferred:
            return False
        if told.gives_away and not self.giveaways:
            return False
        private = getattr(told, "availability", None) == "private"
        return self.private_software or not private

    def of(self, case: Case) -> Case:
        """The case as this run sees it."""
        return msgspec.structs.replace(
            case,
            clusters=tuple(self._cluster(cluster) for cluster in case.clusters),
            between=tuple(each for each in case.between if self.keeps(each)),
        )

    def _cluster(self, cluster: Cluster) -> Cluster:
        observed = {
            name: tuple(told for told in getattr(cluster.observed, name) if self.keeps(told))
            for name in Observed.__struct_fields__
        }
        return msgspec.structs.replace(
            cluster,
            victims=tuple(victim for victim in cluster.victims if self.keeps(victim)),
            observed=Observed(**observed),
        )


def _without_nulls(value: Any) -> Any:
    """A null means "not told", as a missing field does."""
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value if each is not None]
    return value


def decode_case(data: bytes) -> Case:
    """A case from the bytes of its file.

    Raises:
        msgspec.MsgspecError: not JSON, or a known field of the wrong sort; the message says where.
    """
    return msgspec.convert(_without_nulls(msgspec.json.decode(data)), Case, strict=False)
