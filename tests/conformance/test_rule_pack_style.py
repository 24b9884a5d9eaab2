"""What every rule of crossline's own pack must have, whatever it detects."""

import datetime
import re
import uuid
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest
import yaml

LEVELS = ("informational", "low", "medium", "high", "critical")
ORDER = (
    "title", "id", "name", "status", "description", "references", "author", "date", "tags",
    "logsource", "detection", "correlation", "falsepositives", "level",
)  # fmt: skip
FILES = sorted(
    (entry for entry in (files("crossline.content") / "rules").iterdir()
     if entry.name.endswith(".yml")),
    key=lambda entry: entry.name,
)  # fmt: skip


def documents() -> list[tuple[str, dict[str, Any]]]:
    return [
        (entry.name, document)
        for entry in FILES
        for document in yaml.safe_load_all(entry.read_text("utf-8"))
    ]


RULES = documents()
each_rule = pytest.mark.parametrize(
    ("file", "rule"), RULES, ids=[rule.get("name", "?") for _, rule in RULES]
)


def test_no_id_name_or_title_is_used_twice() -> None:
    for key in ("id", "name", "title"):
        twice = [value for value, times in Counter(r[key] for _, r in RULES).items() if times > 1]
        assert twice == []


@each_rule
def test_a_rule_has_the_keys_of_the_pack_in_order(file: str, rule: dict[str, Any]) -> None:
    assert list(rule) == [key for key in ORDER if key in rule]
    assert set(ORDER) - set(rule) in ({"correlation"}, {"logsource", "detection"})


@each_rule
def test_a_rule_names_author_date_status_and_level(file: str, rule: dict[str, Any]) -> None:
    assert rule["author"] == "crossline"
    assert isinstance(rule["date"], datetime.date)
    assert rule["status"] == "experimental"
    assert rule["level"] in LEVELS
    assert uuid.UUID(rule["id"]).version == 4


@each_rule
def test_a_title_fits_one_line(file: str, rule: dict[str, Any]) -> None:
    assert 15 <= len(rule["title"]) <= 80
    assert not rule["title"].endswith(".")


@each_rule
def test_a_description_says_more_than_the_title(file: str, rule: dict[str, Any]) -> None:
    assert len(rule["description"]) > len(rule["title"])
    assert rule["description"].endswith(".")


@each_rule
def test_tags_name_a_tactic_a_technique_and_the_number_of_its_file(
    file: str, rule: dict[str, Any]
) -> None:
    tags = rule["tags"]
    number = re.match(r"td\d\d|common", file)
    assert number
    assert tags.count(f"crossline.{number.group()}") == 1
    assert sum(tag.startswith("crossline.") for tag in tags) == 1
    assert any(re.fullmatch(r"attack\.t\d{4}(\.\d{3})?", tag) for tag in tags)
    assert any(re.fullmatch(r"attack\.[a-z-]+", tag) for tag in tags)
    assert len(tags) == len(set(tags))


@each_rule
def test_false_positives_and_references_are_named(file: str, rule: dict[str, Any]) -> None:
    assert rule["falsepositives"]
    assert all(reference.startswith("https://") for reference in rule["references"])


def test_rules_that_only_feed_correlations_are_informational() -> None:
    fed = {name for _, r in RULES if "correlation" in r for name in r["correlation"]["rules"]}
    loud = {
        name
        for _, r in RULES
        if r.get("correlation", {}).get("generate")
        for name in r["correlation"]["rules"]
    }
    levels = {r["name"]: r["level"] for _, r in RULES}
    assert {levels[name] for name in fed - loud} <= {"informational", "low"}
