"""The stage: set each cluster against what is known, and try how far the answer holds."""

import pyarrow as pa

from crossline.attribution.clusters import blind_formats, read_clusters
from crossline.attribution.profiles import build_profiles
from crossline.attribution.telling import candidate_rows, evidence_rows
from crossline.attribution.trials import put_to_the_test
from crossline.attribution.weights import shipped_weights
from crossline.case import Case
from crossline.kernel.ids import digest
from crossline.kernel.progress import Progress
from crossline.knowledge import case_files, case_knowledge
from crossline.store import Tables
from crossline.tables import TABLES

__all__ = ["fingerprint", "run"]


def run(case: Case, tables: Tables, progress: Progress) -> None:
    """Write `attributions` and `attribution_evidence`.

    Reads `clusters`, `cluster_members`, `traits`, `intrusions`, `coverage`, and the knowledge: what
    crossline ships and what lies under `knowledge/` in the case.
    """
    progress.start("Reading what is known of groups", None, "groups")
    knowledge = case_knowledge(case.root)
    clusters = read_clusters(tables, knowledge)
    profiles, weights = build_profiles(knowledge), shipped_weights()
    blind = blind_formats(tables)
    candidates: list[dict[str, object]] = []
    evidence: list[dict[str, object]] = []
    progress.start("Attributing clusters", len(clusters), "clusters")
    for cluster, observed in clusters:
        trial = put_to_the_test(observed, profiles, weights)
        candidates += candidate_rows(cluster, trial, knowledge, profiles)
        evidence += evidence_rows(cluster, trial, profiles, blind)
        progress.advance(1)
    _write(tables, "attributions", candidates)
    _write(tables, "attribution_evidence", evidence)


def fingerprint(case: Case) -> str:
    """A text that changes with the case's own knowledge."""
    parts = ((path.name, path.read_bytes()) for path in case_files(case.root))
    return digest(*(part for pair in parts for part in pair))


def _write(tables: Tables, name: str, rows: list[dict[str, object]]) -> None:
    key = TABLES[name].key
    rows.sort(key=lambda row: tuple(str(row[column]) for column in key))
    tables.replace(name, pa.Table.from_pylist(rows, schema=TABLES[name].schema))
