"""Coordination cases of the benchmark (kind D): one JSON object a line in, one a line out."""

from pathlib import Path
from typing import Any

import msgspec
import orjson

from crossline.coordination.activity import Activity, Pair, Surroundings
from crossline.coordination.evidence import evidence
from crossline.coordination.weighing import weigh
from crossline.kernel.errors import UsageError

__all__ = ["SYMBOLS", "answer", "coordinate_cases", "read_pair"]

SYMBOLS = {
    "H0": "coincidence",
    "H1": "common_tasking",
    "H2": "common_interest",
    "H3": "piggyback",
    "H4": "shared_tool_source",
    "H5": "same_operator",
}


class _Cluster(msgspec.Struct):
    orgs: list[str] = []
    watched: dict[str, int] = {}
    hosts: dict[str, list[int]] = {}
    creds: dict[str, list[int]] = {}
    builds: list[str] = []
    infra: list[str] = []
    days: list[int] = []
    hours: list[int] = []


class _Organisation(msgspec.Struct):
    seen: float = 1.0


class _World(msgspec.Struct):
    orgs: dict[str, _Organisation] = {}
    host_role: dict[str, str] = {}
    cred: dict[str, tuple[bool, bool]] = {}
    subscriber: dict[str, tuple[str, str]] = {}
    public_holidays: list[int] = []
    public_reports: list[int] = []


class _Case(msgspec.Struct):
    case_id: str
    a: _Cluster
    b: _Cluster
    world: _World
    others: list[_Cluster] = []


def _activity(cluster: _Cluster) -> Activity:
    return Activity(
        organisations=frozenset(cluster.orgs),
        watched=cluster.watched,
        hosts={host: tuple(days) for host, days in cluster.hosts.items() if days},
        accounts={account: tuple(days) for account, days in cluster.creds.items() if days},
        builds=frozenset(cluster.builds),
        infrastructure=frozenset(cluster.infra),
        days=tuple(sorted(cluster.days)),
        hours=tuple(cluster.hours),
    )


def _pair(case: _Case) -> Pair:
    world = case.world
    # The first three characters of a host or account are its organisation.
    home = {value: value[:3] for value in (*world.host_role, *world.cred)}
    return Pair(
        _activity(case.a),
        _activity(case.b),
        Surroundings(
            others=tuple(_activity(other) for other in case.others),
            seen={name: each.seen for name, each in world.orgs.items()},
            home=home,
            host_kind=world.host_role,
            account_kind={
                account: f"{'privileged' if high else 'ordinary'}, {'leaked' if out else 'private'}"
                for account, (high, out) in world.cred.items()
            },
            person_kind=world.subscriber,
            holidays=frozenset(world.public_holidays),
            public_reports=frozenset(world.public_reports),
        ),
    )


def read_pair(line: bytes) -> tuple[str, Pair]:
    """One case: its id and the pair to be judged.

    Raises:
        msgspec.DecodeError: the line is not such a case; the message says where.
    """
    case = msgspec.json.decode(line, type=_Case)
    return case.case_id, _pair(case)


def answer(line: bytes) -> dict[str, Any]:
    """The answer to one case: its id and a probability for each of H0 to H5, summing to 1."""
    case_id, pair = read_pair(line)
    found = weigh(evidence(pair)).probabilities
    return {"case_id": case_id, "p": {symbol: found[name] for symbol, name in SYMBOLS.items()}}


def coordinate_cases(cases: Path, out: Path) -> int:
    """Answer every case of a file; returns how many.

    Raises:
        UsageError: a line is not a case; nothing is written then.
    """
    answers = []
    for number, line in enumerate(cases.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            answers.append(orjson.dumps(answer(line)))
        except msgspec.DecodeError as error:
            raise UsageError(f"{cases}:{number}: not a coordination case: {error}") from error
    out.write_bytes(b"".join(line + b"\n" for line in answers))
    return len(answers)
