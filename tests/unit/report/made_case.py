"""A case whose tables are made here, so that the report is tested without any other stage."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from crossline.case import Case, open_case
from crossline.kernel.ids import row_id
from crossline.store import Store, Tables
from crossline.tables import TABLES

START = datetime(2020, 3, 9, 7, 40, tzinfo=UTC)
RULES = (
    ("Encoded PowerShell Command", "A. Writer", "medium", ["T1059.001"], 3.1),
    ("Shell Spawned By Web Server Worker", "B. Writer, C. Writer", "high", ["T1505.003"], 9.7),
    ("Memory Of The Logon Process Read", "D. Writer", "critical", ["T1003.001"], 10.4),
    ("Service Installed From An Odd Place", "A. Writer", "high", ["T1543.003"], 6.2),
    ("Interactive Logon Of A Service Account", "E. Writer", "low", ["T1078"], 1.4),
)


@dataclass(frozen=True)
class Shape:
    """How large the made case is, and how nasty its texts are."""

    organisations: tuple[str, ...] = ("asterkom", "bellune")
    hosts: int = 4
    months: int = 14
    detections: int = 180
    intrusions: int = 3
    text: str = ""


def made_case(root: Path, shape: Shape = Shape()) -> Case:
    """Write all tables that come before the judgements; returns the case."""
    root.mkdir(parents=True, exist_ok=True)
    rows = _rows(shape)
    store = Store(root / "store")
    for name, made in rows.items():
        table = pa.Table.from_pylist(made, schema=TABLES[name].schema)
        if name == "events":
            if len(table):
                store.append(name, table)
        else:
            store.replace(name, table)
    return open_case(root)


def all_tables(case: Case) -> Tables:
    return Tables(Store(case.store), frozenset(TABLES), frozenset(TABLES))


def _rows(shape: Shape) -> dict[str, list[dict[str, object]]]:
    sources = [_source(n, each, shape) for n, each in enumerate(shape.organisations)]
    events, detections = [], []
    for n in range(shape.detections if shape.organisations else 0):
        event = _event(n, sources[n % len(sources)], shape)
        events.append(event)
        detections.append(_detection(n, event, shape))
    held = _intrusions(detections, shape)
    told = {each for row in held for each in row["rests_on"]}
    return {
        "sources": sources,
        "events": events,
        "detections": detections,
        "problems": [_problem(each) for each in sources],
        "rule_status": _rule_status(sources),
        "coverage": _coverage(sources, shape),
        "intrusions": held,
        "intrusion_events": _steps(held, detections, events, shape),
        "unlinked": [
            {
                "detection_id": row["detection_id"],
                "reason": "shares nothing rare with another detection",
                "group_bits": 2.0,
                "rests_on": [row["detection_id"]],
            }
            for row in detections
            if row["detection_id"] not in told
        ],
    }


def _source(n: int, organisation: str, shape: Shape) -> dict[str, object]:
    return {
        "source_id": row_id("so", (organisation,)),
        "organisation": organisation,
        "evidence_path": f"evidence/{organisation}/Security{shape.text}.evtx",
        "member": None,
        "also_at": [],
        "sha256": f"{n:02x}" * 32,
        "size": 1_118_208,
        "container": "evtx",
        "read": 2_400,
        "kept": 2_397,
        "rejected": 3,
        "withheld": 0,
        "first_time": START - timedelta(days=20 - 12 * (n % 3)),
        "last_time": START + timedelta(days=28 * shape.months),
        "reader_version": "evtx 0.14",
    }


def _host(n: int, shape: Shape) -> str:
    return f"WS{n % max(1, shape.hosts):02}{shape.text}.example"


def _event(n: int, source: dict[str, object], shape: Shape) -> dict[str, object]:
    span = 27 * shape.months * (n / max(1, shape.detections)) ** 2
    time = START + timedelta(days=span, minutes=n)
    return {
        "event_id": row_id("ev", (str(n), str(source["source_id"]))),
        "organisation": source["organisation"],
        "month": time.strftime("%Y-%m"),
        "evidence_path": source["evidence_path"],
        "member": None,
        "locator": 40_000 + n,
        "position": n + 1,
        "source_id": source["source_id"],
        "format": "winsec" if n % 3 else "sysmon",
        "host": _host(n // 7, shape),
        "time": time,
        "time_uncertainty_s": 2.0,
        "time_basis": "stated",
        "time_raw": time.isoformat(),
        "channel": "Security",
        "provider": "Microsoft-Windows-Security-Auditing",
        "event_code": "4688",
        "record_id": 40_000 + n,
        "fields": [
            ("CommandLine", f"powershell -enc {n:04}aGVsbG8{shape.text}"),
            ("Image", "C:\\Windows\\System32\\cmd.exe"),
            ("User", f"svc_{n % 5}"),
        ],
    }


def _detection(n: int, event: dict[str, object], shape: Shape) -> dict[str, object]:
    title, author, level, techniques, bits = RULES[n % len(RULES)]
    return {
        "detection_id": row_id("de", (str(event["event_id"]), title)),
        "rule_id": f"rule-{n % len(RULES)}",
        "rule_title": title + shape.text,
        "rule_author": author,
        "level": level,
        "techniques": techniques,
        "organisation": event["organisation"],
        "host": event["host"],
        "time": event["time"],
        "matched": [("CommandLine", f"powershell -enc {n:04}{shape.text}")],
        "rarity_bits": bits,
        "suppressed_by": None,
        "rule_hash": "0" * 32,
        "kind": "rule",
        "rests_on": [event["event_id"]],
    }


def _intrusions(detections: list[dict[str, object]], shape: Shape) -> list[dict[str, object]]:
    made = []
    for n in range(shape.intrusions):
        organisation = shape.organisations[n % len(shape.organisations)]
        mine = [row for row in detections if row["organisation"] == organisation]
        mine = mine[n % 4 :: 4][:30]
        made.append(
            {
                "intrusion_id": row_id("in", (str(n), organisation)),
                "organisation": organisation,
                "first_seen": min(row["time"] for row in mine),
                "last_seen": max(row["time"] for row in mine),
                "status": ("open", "closed", "unknown")[n % 3],
                "probability": None,
                "confidence": ("moderate", "low", "low")[n % 3],
                "title": f"web shell, credential theft on {mine[0]['host']}",
                "score_bits": 41.5 - n,
                "hosts": sorted({str(row["host"]) for row in mine}),
                "accounts": ["svc_1", "admin"],
                "techniques": ["T1505.003", "T1003.001"],
                "rests_on": [str(row["detection_id"]) for row in mine],
            }
        )
    return made


def _steps(
    held: list[dict[str, object]],
    detections: list[dict[str, object]],
    events: list[dict[str, object]],
    shape: Shape,
) -> list[dict[str, object]]:
    by_id = {row["detection_id"]: row for row in detections}
    rows = []
    for intrusion in held:
        for n, detection_id in enumerate(intrusion["rests_on"]):
            row = by_id[detection_id]
            rows.append(
                {
                    "intrusion_id": intrusion["intrusion_id"],
                    "event_id": row["rests_on"][0],
                    "role": "detected",
                    "technique": row["techniques"][0],
                    "host": row["host"],
                    "account": f"svc_{n % 2}",
                    "link_reason": "same logon session as the shell of the web server" + shape.text,
                    "link_bits": 8.0 - (n % 7),
                    "time": row["time"],
                    "step": f"{row['rule_title']}: cmd.exe",
                    "rests_on": [detection_id],
                }
            )
    return rows


def _problem(source: dict[str, object]) -> dict[str, object]:
    return {
        "problem_id": row_id("pr", (str(source["source_id"]),)),
        "kind": "chunk",
        "evidence_path": source["evidence_path"],
        "member": None,
        "locator": 12,
        "reason": "checksum of the chunk is wrong: its records were skipped",
        "count": 3,
        "source_id": source["source_id"],
        "found_by": "reading",
        "rests_on": [source["source_id"]],
    }


def _rule_status(sources: list[dict[str, object]]) -> list[dict[str, object]]:
    below = [str(row["source_id"]) for row in sources]
    more = (
        ("Directory Copied", "high", ["T1003.003"], "ran", None),
        ("Remote Service Created", "medium", ["T1021.002"], "ran", None),
        ("Proxy Beacon", "medium", ["T1071.001"], "not_applicable", "no proxy log in the case"),
        ("Mail Rule Set", "low", ["T1114.003"], "degraded", "field Operation never seen"),
        ("Backtracking Pattern", "low", ["T1190"], "refused", "look-ahead in the pattern"),
    )
    rules = [(title, level, tags, "ran", None) for title, _, level, tags, _ in RULES]
    return [
        {
            "rule_id": f"rule-{n}",
            "rule_title": title,
            "pack": "builtin",
            "status": status,
            "reason": reason,
            "events_checked": 4_794 if status == "ran" else 0,
            "hits": 36,
            "level": level,
            "techniques": tags,
            "rests_on": below,
        }
        for n, (title, level, tags, status, reason) in enumerate([*rules, *more])
    ]


def _coverage(sources: list[dict[str, object]], shape: Shape) -> list[dict[str, object]]:
    rows = []
    for s, source in enumerate(sources):
        for h in range(shape.hosts):
            for m in range(shape.months):
                for f, log in enumerate(("powershell", "sysmon", "winsec", "iis")):
                    state = _state(s, h, m, f)
                    rows.append(
                        {
                            "organisation": source["organisation"],
                            "host": _host(h, shape),
                            "month": f"{2020 + (m + 1) // 12}-{(m + 1) % 12 + 1:02}",
                            "format": log,
                            "state": state,
                            "events": 170 if state in ("seen", "partial") else 0,
                            "techniques_blind": [] if state == "seen" else ["T1059"],
                            "rests_on": [source["source_id"]],
                        }
                    )
    return rows


def _state(source: int, host: int, month: int, log: int) -> str:
    if log == 3 and host:
        return "never"
    if log == 1 and month < 3 + source:
        return "unknown"
    if (month + log * 5 + source) % 11 == 4:
        return "silent"
    return "partial" if (month + host + log) % 9 == 0 else "seen"
