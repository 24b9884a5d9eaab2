"""Attack Flows: the techniques of an intrusion in the order of time.

Attack Flow 2.0: one `attack-flow`, its `attack-action`s, the `attack-asset`s they act on.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from crossline.kernel.words import counted
from crossline.report.machines.frame import timestamp
from crossline.report.machines.identities import LONGEST_NAME, host_id
from crossline.report.machines.ids import content_id, name_id
from crossline.report.machines.objects import AttackAction, AttackAsset, AttackFlow
from crossline.report.machines.observed import Observed
from crossline.report.machines.rows import IntrusionRow, StepRow
from crossline.report.techniques import known, technique_name, technique_tactics
from crossline.report.wording import clipped

__all__ = ["Flow", "flow_of"]

# Reason: a flow is looked at as a drawing.
_MOST_ACTIONS = 100
_LONGEST_TEXT = 1_000
_EXTENSION = "extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4"
_NEW_OBJECT = {_EXTENSION: {"extension_type": "new-sdo"}}
_Act = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Flow:
    """The objects of one flow; actions in the order of time."""

    flow: AttackFlow
    actions: tuple[AttackAction, ...]
    assets: tuple[AttackAsset, ...]


def flow_of(intrusion: IntrusionRow, steps: list[StepRow], observed: Observed) -> Flow | None:
    """The flow of an intrusion; None where no step has a technique that ATT&CK knows.

    Steps of one technique on one host by one account are one action.
    """
    acts: dict[_Act, list[StepRow]] = defaultdict(list)
    for step in steps:
        for technique in known([step.technique]):
            acts[technique, step.host, step.account].append(step)
    order = sorted(acts, key=lambda act: (_begin(acts[act]), *(part or "" for part in act)))
    shown = order[:_MOST_ACTIONS]
    if not shown:
        return None
    ids = [
        content_id("attack-action", ":".join((intrusion.intrusion_id, *map(str, act))))
        for act in shown
    ]
    actions = tuple(
        _action(intrusion, act, acts[act], ids[n : n + 2], observed) for n, act in enumerate(shown)
    )
    return Flow(
        flow=_flow(intrusion, ids[0], len(steps), len(shown), len(order)),
        actions=actions,
        assets=tuple(_assets(intrusion.organisation, shown)),
    )


def _begin(steps: list[StepRow]) -> str:
    """The first time of the steps; those without a time come last."""
    return min((timestamp(step.time) for step in steps if step.time), default="~")


def _flow(intrusion: IntrusionRow, start: str, steps: int, shown: int, acts: int) -> AttackFlow:
    more = f" The first {shown:,} of {acts:,} are given." if acts > shown else ""
    return AttackFlow(
        id=content_id("attack-flow", intrusion.intrusion_id),
        name=clipped(intrusion.title or "Intrusion", LONGEST_NAME),
        description=(
            f"{counted(acts, 'action')} of {counted(steps, 'step')}, one for each technique, host "
            f"and account.{more} The order is that of time: that one action enabled the next is "
            "not claimed."
        ),
        scope="incident",
        start_refs=(start,),
        extensions=_NEW_OBJECT,
    )


def _action(
    intrusion: IntrusionRow, act: _Act, steps: list[StepRow], ids: list[str], observed: Observed
) -> AttackAction:
    """An action; `ids` are its own and, where there is one, that of the next."""
    technique, host, account = act
    times: list[datetime] = sorted(step.time for step in steps if step.time)
    tactics = technique_tactics(technique)
    told = "; ".join(sorted({clipped(step.step, LONGEST_NAME) for step in steps if step.step}))
    who = f"Account: {clipped(account, LONGEST_NAME)}. " if account else ""
    commands = sorted({step.event_id for step in steps} & observed.processes.keys())
    return AttackAction(
        id=ids[0],
        name=technique_name(technique),
        description=f"{who}{counted(len(steps), 'record')}: {clipped(told, _LONGEST_TEXT)}",
        technique_id=technique,
        tactic_id=tactics[0] if len(tactics) == 1 else None,
        execution_start=timestamp(times[0]) if times else None,
        execution_end=timestamp(times[-1]) if times else None,
        command_ref=observed.processes[commands[0]] if commands else None,
        asset_refs=(_asset_id(intrusion.organisation, host),) if host else (),
        effect_refs=tuple(ids[1:]),
        extensions=_NEW_OBJECT,
    )


def _asset_id(organisation: str, host: str) -> str:
    return name_id("attack-asset", organisation, host)


def _assets(organisation: str, acts: list[_Act]) -> list[AttackAsset]:
    return [
        AttackAsset(
            id=_asset_id(organisation, host),
            name=clipped(host, LONGEST_NAME),
            object_ref=host_id(organisation, host),
            extensions=_NEW_OBJECT,
        )
        for host in sorted({host for _, host, _ in acts if host})
    ]
