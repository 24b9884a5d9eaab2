from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from tests.conformance.sigma_answers import answers, hits_by_rule

CASES = yaml.load(
    (Path(__file__).parent / "sigma_correlations.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
)
START = datetime(2024, 3, 5, 10, tzinfo=UTC)


def moment(seconds):
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def rule_text(case):
    top = {"title": "top", "id": "id-top", "name": "top", "correlation": case["correlation"]}
    rules = [
        {
            "title": name,
            "id": f"id-{name}",
            "name": name,
            "logsource": {"product": "conformance"},
            "detection": {"sel": {"r": name}, "condition": "sel"},
        }
        for name in "abc"
    ]
    documents = [yaml.safe_dump(document) for document in (top, *rules)]
    return "---\n".join([*documents, *([case["more"]] if "more" in case else [])])


def events_of(case):
    for seconds, rule, fields in case.get("events", []):
        yield {"timestamp": moment(seconds), "r": rule, **fields}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_correlation_gives_the_findings_or_the_refusal_it_names(case, tmp_path):
    found = answers(tmp_path, rule_text(case), list(events_of(case)))
    refused = [a["refused"] for a in found if a.get("rule_id") == "id-top" and "refused" in a]
    assert [case["refused"] in reason for reason in refused] == [True] * ("refused" in case)
    findings = [(a["time"], a["group"], a["lines"]) for a in found if "group" in a]
    expected = [(moment(time), group, lines) for time, group, lines in case.get("expect", [])]
    assert sorted(findings, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("case", [c for c in CASES if "hits" in c], ids=lambda case: case["why"])
def test_rules_report_by_themselves_where_the_case_says_so(case, tmp_path):
    hits = hits_by_rule(answers(tmp_path, rule_text(case), list(events_of(case))))
    assert hits == {rule: lines for rule, lines in case["hits"].items() if lines}
