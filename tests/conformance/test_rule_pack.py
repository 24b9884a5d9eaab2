"""Every rule of crossline's own pack reports its positive cases and none of its negative ones.

All cases go through the engine at once, so that a rule is also tried on the events of the others.
Cases lie ten days and one host apart. A rule that feeds a correlation is silent beside it, so plain
rules are tried without the correlations first. Flat events do not say that they are of a web or
telecom log, so rules on these are given every event.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
import yaml

from crossline.sigma import match_file

CASES = yaml.safe_load(Path(__file__).with_name("pack_cases.yaml").read_text("utf-8"))
PACK = files("crossline.content") / "rules"
START = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """Events for one rule, and whether it must report them."""

    rule: str
    fires: bool
    events: tuple[Mapping[str, Any], ...]


def plain_cases() -> Iterator[Case]:
    for rule, verdicts in CASES["rules"].items():
        for verdict in ("fires", "silent"):
            for event in verdicts[verdict]:
                yield Case(rule, verdict == "fires", (event,))


def correlation_cases() -> Iterator[Case]:
    for rule, verdicts in CASES["correlations"].items():
        for verdict in ("fires", "silent"):
            runs = list(verdicts.get(verdict, []))
            if "repeat" in verdicts:
                runs.append(repeated(**verdicts["repeat"][verdict]))
            for events in runs:
                yield Case(rule, verdict == "fires", tuple(events))


def repeated(count: int, every: int, event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The event as often as said, `{n}` in its texts being the number of the repetition."""
    for n in range(count):
        texts = {
            key: value.replace("{n}", str(n)) if isinstance(value, str) else value
            for key, value in event.items()
        }
        yield {"at": n * every, **texts}


PLAIN = list(plain_cases())
CORRELATED = list(correlation_cases())


def as_event(event: Mapping[str, Any], number: int) -> dict[str, Any]:
    """An event as the engine reads it: the fields of its kind, a host and a time of its own."""
    fields = dict(event)
    kind = CASES["kinds"].get(fields.pop("kind", ""), {})
    time = START + timedelta(days=10 * number, seconds=fields.pop("at", 0))
    return {"Computer": f"host{number}.example", **kind, "timestamp": time.isoformat(), **fields}


def documents() -> list[dict[str, Any]]:
    return [
        document
        for entry in sorted(PACK.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yml")
        for document in yaml.safe_load_all(entry.read_text("utf-8"))
    ]


NAMES = {document["id"]: document["name"] for document in documents()}
"""Names of the rules by id."""


def reports(rules: list[dict[str, Any]], cases: list[Case], folder: Path) -> dict[int, set[str]]:
    """The rules that reported an event of a case, by the number of the case."""
    pack = folder / "rules.yml"
    pack.write_text(yaml.safe_dump_all([opened(rule) for rule in rules]), "utf-8")
    path = folder / "events.jsonl"
    owners: list[int] = []
    with path.open("w", encoding="utf-8") as file:
        for number, case in enumerate(cases):
            for event in case.events:
                file.write(json.dumps(as_event(event, number)) + "\n")
                owners.append(number)
    found: dict[int, set[str]] = {number: set() for number in range(len(cases))}
    for row in match_file(pack, path):
        for line in row.get("lines") or [row["line"]]:
            found[owners[line - 1]].add(NAMES[row["rule_id"]])
    return found


def opened(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule, given every event if it reads logs that flat events cannot stand in."""
    source = rule.get("logsource", {})
    is_flat = source.get("category") in {"webserver", "proxy", "database"}
    if is_flat or source.get("product") in {"zeek", "telecom"}:
        return {**rule, "logsource": {"product": "conformance"}}
    return rule


@pytest.fixture(scope="module")
def plain_reports(tmp_path_factory: pytest.TempPathFactory) -> dict[int, set[str]]:
    plain = [document for document in documents() if "correlation" not in document]
    return reports(plain, PLAIN, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def correlated_reports(tmp_path_factory: pytest.TempPathFactory) -> dict[int, set[str]]:
    return reports(documents(), CORRELATED, tmp_path_factory.mktemp("correlated"))


def test_every_rule_of_the_pack_has_both_sorts_of_cases() -> None:
    for fires in (True, False):
        tried = {case.rule for case in PLAIN + CORRELATED if case.fires is fires}
        assert tried == set(NAMES.values())


def test_no_rule_of_the_pack_is_refused(tmp_path: Path) -> None:
    events = tmp_path / "none.jsonl"
    events.write_text("", "utf-8")
    with as_file(PACK) as folder:
        assert list(match_file(folder, events)) == []


@pytest.mark.parametrize("number", range(len(PLAIN)), ids=lambda n: f"{PLAIN[n].rule}-{n}")
def test_a_rule_reports_its_positive_cases_only(
    number: int, plain_reports: dict[int, set[str]]
) -> None:
    case = PLAIN[number]
    assert (case.rule in plain_reports[number]) is case.fires


@pytest.mark.parametrize(
    "number", range(len(CORRELATED)), ids=lambda n: f"{CORRELATED[n].rule}-{n}"
)
def test_a_correlation_reports_its_positive_cases_only(
    number: int, correlated_reports: dict[int, set[str]]
) -> None:
    case = CORRELATED[number]
    assert (case.rule in correlated_reports[number]) is case.fires
