"""Intrusions as the page tells them: steps folded, hosts in order, the heaviest first."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from crossline.report.facts import Facts
from crossline.report.meaning.tables import rows_of_table
from crossline.report.page import Chip, StepLine, Story
from crossline.report.pictures.hosts import host_strip
from crossline.report.records import Records, chip_of
from crossline.report.techniques import technique_name
from crossline.report.wording import clipped, duration, plain, stamp

__all__ = ["FoldedStep", "folded_steps", "labels", "ordered_intrusions", "stories"]

_MOST_STEPS = 25
FoldedStep = list[dict[str, object]]


def ordered_intrusions(facts: Facts) -> list[dict[str, object]]:
    """Rows of `intrusions`, the heaviest first."""
    order = [("score_bits", "descending"), ("intrusion_id", "ascending")]
    rows: list[dict[str, object]] = facts.intrusions.sort_by(order).to_pylist()
    return rows


def labels(facts: Facts) -> dict[str, str]:
    """What the page calls each intrusion (`I1`: the heaviest) and cluster (`C1`: the largest)."""
    rows = ordered_intrusions(facts)
    called = {str(row["intrusion_id"]): f"I{n}" for n, row in enumerate(rows, start=1)}
    sizes = Counter(row["cluster_id"] for row in rows_of_table(facts, "cluster_members"))
    largest = sorted(sizes, key=lambda each: (-sizes[each], each))
    return called | {each: f"C{n}" for n, each in enumerate(largest, start=1)}


def folded_steps(facts: Facts) -> dict[str, list[FoldedStep]]:
    """For each intrusion its steps in time; like acts on one host by one account are one."""
    folded: dict[str, dict[tuple[object, ...], FoldedStep]] = defaultdict(dict)
    order = [("time", "ascending"), ("event_id", "ascending")]
    for row in facts.steps.sort_by(order).to_pylist():
        act = (row["host"], row["account"], row["technique"], row["step"], row["role"])
        folded[row["intrusion_id"]].setdefault(act, []).append(row)
    return {story: list(acts.values()) for story, acts in folded.items()}


def _shown(folded: list[FoldedStep]) -> list[FoldedStep]:
    """The steps printed: those that a rule fired on and the strongest links first, then by time."""
    weight = sorted(
        range(len(folded)),
        key=lambda n: (
            folded[n][0]["role"] != "detected",
            -max(float(str(row["link_bits"] or 0)) for row in folded[n]),
            n,
        ),
    )
    return [folded[n] for n in sorted(weight[:_MOST_STEPS])]


def stories(
    facts: Facts, folded: dict[str, list[FoldedStep]], records: Records
) -> tuple[Story, ...]:
    """Every intrusion with its most telling steps."""
    called = labels(facts)
    shown = {story: _shown(steps) for story, steps in folded.items()}
    rules = _rules(facts, (row for steps in shown.values() for step in steps for row in step))
    return tuple(
        _story(facts, row, called, folded, shown, rules, records)
        for row in ordered_intrusions(facts)
    )


def _rules(facts: Facts, rows: Iterable[dict[str, object]]) -> dict[str, tuple[str, str]]:
    """Title and author of the rule of each detection that the shown steps rest on."""
    ids = {str(each) for row in rows for each in _list(row["rests_on"])}
    wanted = pc.is_in(facts.detections["detection_id"], pa.array(sorted(ids), pa.string()))
    columns = ["detection_id", "rule_title", "rule_author"]
    return {
        row["detection_id"]: (plain(row["rule_title"] or ""), plain(row["rule_author"] or ""))
        for row in facts.detections.filter(wanted).select(columns).to_pylist()
    }


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(plain(str(item)) for item in _list(value))


def _time(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _story(
    facts: Facts,
    row: dict[str, object],
    called: dict[str, str],
    folded: dict[str, list[FoldedStep]],
    shown: dict[str, list[FoldedStep]],
    rules: dict[str, tuple[str, str]],
    records: Records,
) -> Story:
    key = str(row["intrusion_id"])
    first, last = _time(row["first_seen"]), _time(row["last_seen"])
    events = [each for step in folded.get(key, []) for each in step]
    acts = [(str(each["host"] or "unnamed host"), _time(each["time"])) for each in events]
    return Story(
        label=called[key],
        intrusion_id=key,
        organisation=facts.name(str(row["organisation"])),
        title=plain(str(row["title"] or "Intrusion")),
        status=str(row["status"] or "unknown"),
        first=stamp(first),
        last=stamp(last),
        lasted=duration(last - first) if first and last else "an unknown time",
        score_bits=float(str(row["score_bits"] or 0)),
        confidence=str(row["confidence"] or ""),
        hosts=_texts(row["hosts"]),
        accounts=_texts(row["accounts"]),
        techniques=_texts(row["techniques"]),
        events=len({str(each["event_id"]) for each in events}),
        detected=len({str(each["event_id"]) for each in events if each["role"] == "detected"}),
        steps=tuple(_line(step, rules, records) for step in shown.get(key, [])),
        kinds_of_step=len(folded.get(key, [])),
        strip=host_strip((host, time) for host, time in acts if time),
    )


def _line(step: FoldedStep, rules: dict[str, tuple[str, str]], records: Records) -> StepLine:
    row, last = step[0], step[-1]
    below = (str(each) for row in step for each in _list(row["rests_on"]))
    fired = {rules[each] for each in below if each in rules}
    event_id, technique = str(row["event_id"]), str(row["technique"] or "")
    record = records.get(event_id)
    title = min(fired)[0] if fired else ""
    bits = row["link_bits"]
    return StepLine(
        first=stamp(_time(row["time"])),
        last=stamp(_time(last["time"])) if len(step) > 1 else "",
        count=len(step),
        host=plain(str(row["host"] or "")),
        account=plain(str(row["account"] or "")),
        technique=technique,
        technique_name=technique_name(technique),
        text=clipped(str(row["step"] or title or "event"), 220),
        rules=tuple(sorted(fired)),
        role=str(row["role"] or ""),
        reason=clipped(str(row["link_reason"] or ""), 300),
        bits=bits if isinstance(bits, float) else None,
        chip=chip_of(record, title) if record else Chip(event_id, "record not in this page"),
    )
