"""The truth tables beside that of events: intrusions, clusters, access, suppliers and so on."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from crossline.scenario.content import table
from crossline.scenario.days import LAST_DAY, moment
from crossline.scenario.evidence import Outcome
from crossline.scenario.losses import Losses
from crossline.scenario.plot import Intrusion, Step, intrusions
from crossline.scenario.scene import Scene
from crossline.scenario.truth.columns import write_table
from crossline.scenario.truth.events import Told
from crossline.scenario.truth.gaps import gaps
from crossline.scenario.truth.targets import targets

__all__ = ["write_tables"]

_KNOWN = "GSBCDR"
_PROOFS = 50
_PRIVILEGES = ("none", "read", "write", "admin")

Row = Mapping[str, Any]


def write_tables(folder: Path, scene: Scene, losses: Losses, told: Told) -> None:
    """Write all truth tables but that of events.

    Args:
        folder: where to.
        scene: the world.
        losses: what its logs lack.
        told: what became of the plot's records.
    """
    present = [one for one in intrusions(scene.world) if one.id in told.by_intrusion]
    tables: Mapping[str, Iterable[Row]] = {
        "truth_intrusions": [_intrusion(scene, one, told) for one in present],
        "truth_clusters": [_cluster(scene, one) for one in present],
        "truth_targets": targets(scene, losses, told),
        "truth_supplier": _suppliers(scene, present, told),
        "truth_mitigations": _mitigations(scene, told),
        "truth_access": [row for one in present for row in _access(scene, one, told)],
        "truth_gaps": gaps(scene, losses),
        "truth_lookalikes": _lookalikes(scene, told),
        "truth_coordination": _coordination(scene, told),
    }
    for name, rows in tables.items():
        write_table(folder, name, rows)


def _times(outcomes: Iterable[Outcome]) -> tuple[datetime | None, datetime | None]:
    times = [outcome.true_time for outcome in outcomes]
    return (min(times), max(times)) if times else (None, None)


def _intrusion(scene: Scene, one: Intrusion, told: Told) -> Row:
    outcomes = told.by_intrusion[one.id]
    visible = sorted(
        (outcome for outcome in outcomes if not outcome.lost_to), key=lambda seen: seen.true_time
    )
    stated = next(row for row in table("intrusions")["intrusions"] if row["id"] == _way(scene, one))
    first, last = _times(outcomes)
    first_visible, last_visible = _times(visible)
    parent_seen = any(not outcome.lost_to for outcome in told.by_intrusion.get(one.parent, ()))
    label = scene.estate.organisations[one.supplier].label if one.supplier else None
    return {
        "world": scene.world,
        "intrusion": one.id,
        "actor": one.actor,
        "org": scene.estate.organisations[one.organisation].label,
        "first_true_utc": first,
        "last_true_utc": last,
        "first_visible_utc": first_visible,
        "last_visible_utc": last_visible,
        "way_in": one.way_in,
        "vector": stated["vector"],
        "before_disclosure": stated.get("before_disclosure"),
        "way_in_event_uid": visible[0].truth.uid if visible else None,
        "parent_intrusion": one.parent if parent_seen else None,
        "supplier": label,
        "n_events": len(outcomes),
        "n_visible": len(visible),
        "open_at_end": not stated.get("closed", False),
        "grade_possible": one.possible,
        "grade_used": one.used,
    }


def _way(scene: Scene, one: Intrusion) -> str:
    """The id of the record that states the way in of an intrusion in this world."""
    dropped = table("worlds")[scene.world]["without"]
    return f"{one.id}P" if one.id in dropped else one.id


def _cluster(scene: Scene, one: Intrusion) -> Row:
    group = table("actors")[one.actor]["like"]
    return {
        "world": scene.world,
        "intrusion": one.id,
        "cluster": one.actor,
        "like_group": group or None,
        "like_is_known": bool(group),
    }


def _suppliers(scene: Scene, present: Iterable[Intrusion], told: Told) -> Iterator[Row]:
    """One row for each account through which a supplier's path was used."""
    for one in present:
        if not one.supplier:
            continue
        supplier = scene.estate.organisations[one.supplier]
        parent = told.by_intrusion.get(one.parent, [])
        rebuilt = [
            moment(scene.dates.mitigations[row["id"]], zone=supplier.zone)
            for row in table("mitigations")["mitigations"]
            if row["organisation"] == one.supplier
        ]
        uses = [out for out in told.by_intrusion[one.id] if out.truth.play == "SUPPLIER_IN"]
        steps = {step.id: step for step in scene.steps}
        for account in dict.fromkeys(steps[out.truth.step].account for out in uses):
            own = [out for out in uses if steps[out.truth.step].account == account]
            yield {
                "world": scene.world,
                "supplier": supplier.label,
                "actor": one.actor,
                "intrusion": one.id,
                "compromised_from": _times(parent)[0],
                "compromised_to": min(rebuilt, default=moment(LAST_DAY + 1)),
                "org_reached": scene.estate.organisations[one.organisation].label,
                "first_use_utc": _times(own)[0],
                "account": scene.estate.accounts[account].logon,
                "logs_held": any(not out.lost_to for out in parent),
            }


def _mitigations(scene: Scene, told: Told) -> Iterator[Row]:
    present = {step.actor for step in scene.steps}
    for row in table("mitigations")["mitigations"]:
        org = scene.estate.organisations[row["organisation"]]
        day = scene.dates.mitigations[row["id"]]
        if row["actor"] not in present:
            continue
        answers = [out for out in told.plot if out.truth.step in row.get("steps", ())]
        first = _times(answers)[0]
        yield {
            "world": scene.world,
            "mitigation": row["id"],
            "org": org.label,
            "day": day,
            "time_utc": mitigation_time(scene, row),
            "actor_affected": row["actor"],
            "intrusion": _affected(scene, row),
            "response_kind": row["responses"][0],
            "responses": row["responses"],
            "response_first_utc": first,
            "response_steps": row.get("steps", []),
            "lag_days": (first - mitigation_time(scene, row)).days if first else None,
            "censored": row.get("censored", False),
            "decoy": row.get("decoy", False),
        }


def mitigation_time(scene: Scene, row: Row) -> datetime:
    """The moment of a mitigation: the evening of its day, where it happened."""
    org = scene.estate.organisations[row["organisation"]]
    return moment(scene.dates.mitigations[row["id"]], 18 * 3600, org.zone)


def _affected(scene: Scene, row: Row) -> str | None:
    """The actor's intrusion in the organisation that had begun by then."""
    begun = [
        (step.day, step.intrusion)
        for step in scene.steps
        if step.actor == row["actor"]
        and step.organisation == row["organisation"]
        and step.day <= row["day"]
    ]
    return max(begun)[1] if begun else None


def _access(scene: Scene, one: Intrusion, told: Told) -> Iterator[Row]:
    """One row for each host that an intrusion acted on, with the highest privilege it had."""
    steps = {step.id: step for step in scene.steps}
    by_host: dict[str, list[Outcome]] = {}
    for outcome in told.by_intrusion[one.id]:
        by_host.setdefault(steps[outcome.truth.step].host, []).append(outcome)
    for name, outcomes in by_host.items():
        host = scene.estate.hosts[name]
        role = table("estate")["roles"][host.role]
        held = [_privilege(scene, steps[outcome.truth.step]) for outcome in outcomes]
        highest = max(held, key=_PRIVILEGES.index)
        proofs = [
            outcome.truth.uid
            for outcome, privilege in zip(outcomes, held, strict=True)
            if privilege == highest and not outcome.lost_to
        ]
        first, last = _times(outcomes)
        yield {
            "world": scene.world,
            "intrusion": one.id,
            "org": host.organisation.label,
            "host_uid": host.name,
            "role": host.role,
            "crown": role.get("crown"),
            "asset_class": role["asset_class"],
            "privilege": highest,
            "grade_possible": one.possible,
            "grade_used": one.used,
            "first_utc": first,
            "last_utc": last,
            "evidence_event_uids": proofs[:_PROOFS],
        }


def _privilege(scene: Scene, step: Step) -> str:
    """What a step shows to be held on its host; a billing administrator may also write."""
    shown = str(table("plays")[step.play].get("privilege", "none"))
    account = scene.estate.accounts.get(step.account)
    if shown == "read" and account and account.kind == "billing DBA":
        return "write"
    return shown


def _lookalikes(scene: Scene, told: Told) -> Iterator[Row]:
    for (name, org), seen in sorted(told.lookalikes.items()):
        yield {
            "world": scene.world,
            "lookalike": name,
            "org": scene.estate.organisations[org].label,
            "first_utc": seen.first,
            "n_events": seen.count,
            "resembles_play": seen.play,
            "legit_evidence_event_uids": seen.proofs,
        }


def _coordination(scene: Scene, told: Told) -> Iterator[Row]:
    """One row for each pair of actors; those that have nothing to do with each other: none."""
    stated = {frozenset(row[:2]): row for row in table("worlds")[scene.world]["relations"]}
    present = sorted({step.actor for step in scene.steps})
    for pair in combinations(present, 2):
        actor_x, actor_y, relation = stated.get(frozenset(pair), (*pair, "none"))
        tells = [
            outcome
            for outcome in told.plot
            if relation != "none" and outcome.truth.actor in pair and _tells(scene, outcome)
        ]
        first, last = _times(tells)
        yield {
            "world": scene.world,
            "actor_x": actor_x,
            "actor_y": actor_y,
            "relation": relation,
            "orgs": sorted({outcome.host.organisation.label for outcome in tells}),
            "first_utc": first,
            "last_utc": last,
            "tell_event_uids": [out.truth.uid for out in tells if not out.lost_to],
        }


def _tells(scene: Scene, outcome: Outcome) -> bool:
    """Whether a record is one of those that tell the world."""
    step = next(step for step in scene.steps if step.id == outcome.truth.step)
    if scene.world == "H4":
        return step.play == "IMPLANT"
    if scene.world == "H3":
        return step.play in {"SHELL_BORROW", "SHELL_REMOVE"} or step.id == "I06X.03"
    return step.is_tell and step.is_round
