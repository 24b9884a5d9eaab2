"""Runs rules and events given as text through `match_file`."""

import json

from crossline.sigma import match_file


def answers(folder, rules, events):
    """All lines of output for a rule file's text and a list of events."""
    (folder / "rules.yml").write_text(rules, "utf-8")
    lines = [json.dumps(event) for event in events]
    (folder / "events.jsonl").write_text("\n".join(lines), "utf-8")
    return list(match_file(folder / "rules.yml", folder / "events.jsonl"))


def hits_by_rule(found):
    """Lines of hits by rule id."""
    hits = {}
    for answer in found:
        if "line" in answer:
            hits.setdefault(answer["rule_id"], []).append(answer["line"])
    return hits
