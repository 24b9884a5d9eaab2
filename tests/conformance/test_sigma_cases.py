import json
from pathlib import Path

import pytest
import yaml
from tests.conformance.sigma_answers import answers, hits_by_rule

HERE = Path(__file__).parent
CASES = yaml.load((HERE / "sigma_cases.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
EXAMPLES = HERE.parents[2] / "shared" / "sigma" / "examples.jsonl"


def rule_text(case):
    if "rules" in case:
        return case["rules"]
    source = case.get("source", "{product: conformance}")
    detection = case.get("detection") or f"\n  sel:\n    {case['sel']}\n  condition: sel"
    return f"title: case\nid: case\nlogsource: {source}\ndetection: {detection}\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['section']}: {case['why']}")
def test_a_case_gives_the_lines_or_the_refusal_it_names(case, tmp_path):
    found = answers(tmp_path, rule_text(case), case.get("events", []))
    refused = [answer["refused"] for answer in found if "refused" in answer]
    assert [case["refused"] in reason for reason in refused] == [True] * ("refused" in case)
    assert [answer["line"] for answer in found if "line" in answer] == case.get("expect", [])


def examples():
    if not EXAMPLES.exists():
        reason = "the shared example cases are not beside the repository"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]
    lines = EXAMPLES.read_text("utf-8").splitlines()
    return [pytest.param(json.loads(line), id=json.loads(line)["id"]) for line in lines]


@pytest.mark.parametrize("case", examples())
def test_a_shared_example_gives_what_it_expects(case, tmp_path):
    found = answers(tmp_path, case["rule"], case["events"])
    refused = {answer["rule_id"] for answer in found if "refused" in answer}
    findings = [answer for answer in found if "group" in answer]
    if case["id"].startswith("d"):
        assert bool(refused) == ("expect_refused" in case)
        assert [line for lines in hits_by_rule(found).values() for line in lines] == case.get(
            "expect", []
        )
        return
    named = case.get("expect_rules", {})
    assert refused == {rule for rule, lines in named.items() if lines == "refused"}
    assert hits_by_rule(found) == {r: lines for r, lines in named.items() if lines != "refused"}
    expected = case.get("expect", [])
    for wanted in expected:
        assert any(all(found[key] == wanted[key] for key in wanted) for found in findings)
    groups = [(wanted["rule_id"], wanted["group"]) for wanted in expected]
    assert all((found["rule_id"], found["group"]) in groups for found in findings)
