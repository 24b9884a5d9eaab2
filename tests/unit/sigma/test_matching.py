from datetime import UTC, datetime

import pytest
from tests.unit.sigma.made import events, rule

from crossline.sigma import load_rules, match, plan


@pytest.fixture
def planned(tmp_path):
    def make(*texts):
        (tmp_path / "rules.yml").write_text("---\n".join(texts), "utf-8")
        ruleset = load_rules([tmp_path / "rules.yml"])
        assert ruleset.refused == ()
        return plan(ruleset)

    return make


def hits(planned, found):
    rows = found.hits.to_pylist()
    return [(row["row"], planned.rules[row["rule"]].rule_id) for row in rows]


def test_no_events_give_no_hits(planned):
    found = match(planned(rule()), events())
    assert (found.hits.num_rows, found.signals.num_rows) == (0, 0)


def test_hits_are_ordered_by_row_and_rule(planned):
    two = planned(rule("b", "F: x"), rule("a", "F: [x, y]"))
    assert hits(two, match(two, events({"F": "y"}, {"F": "x"}))) == [(0, "a"), (1, "a"), (1, "b")]


def test_a_hit_shows_the_fields_that_carried_it(planned):
    one = planned(rule("a", "{F|contains: [zz, x], G: y, H|re: 'b+'}"))
    found = match(one, events({"F": "aXa", "G": "y", "H": "abb", "I": "z"}))
    assert dict(found.hits["matched"][0].as_py()) == {"F": "aXa", "G": "y", "H": "abb"}


def test_what_is_negated_or_did_not_hold_is_not_shown(planned):
    text = rule("a").replace("condition: sel", "condition: (sel or other) and not bad")
    text = text.replace("  sel:", "  bad: {G: y}\n  other: {H: x, I: x}\n  sel:")
    found = match(planned(text), events({"F": "x", "G": "n", "H": "x"}))
    assert dict(found.hits["matched"][0].as_py()) == {"F": "x"}


def test_further_values_of_a_field_count(planned):
    one = planned(rule())
    assert hits(one, match(one, events({"F": "a", "F#2": "x"}, {"F": "a"}))) == [(0, "one")]


def test_columns_serve_as_system_fields(planned):
    lines = "{EventID: 7045, Channel: system, Computer: H1, Provider_Name: SCM}"
    one = planned(rule("one", lines, "{product: windows, service: system}"))
    row = {"channel": "System", "event_code": "7045", "host": "h1", "provider": "scm"}
    assert hits(one, match(one, events(row, {**row, "host": "h2"}))) == [(0, "one")]


def test_events_checked_counts_the_events_of_the_log_source(planned):
    two = planned(
        rule("a", source="{product: windows, category: process_creation}"),
        rule("b", source="{product: windows, category: registry_add}"),
    )
    sysmon = "Microsoft-Windows-Sysmon/Operational"
    table = events(
        {"channel": sysmon, "event_code": "1"},
        {"channel": "Security", "event_code": "4688"},
        {"channel": sysmon, "event_code": "12", "EventType": "CreateKey"},
        {"channel": sysmon, "event_code": "12", "EventType": "DeleteKey"},
        {"channel": "System", "event_code": "1"},
    )
    assert match(two, table).events_checked.tolist() == [2, 1]


def test_a_log_source_without_a_place_is_named(planned):
    two = planned(rule("a", source="{product: macos, category: process_creation}"), rule("b"))
    assert two.unmapped == {0}


def test_a_slice_of_a_table_is_matched_by_its_own_rows(planned):
    one = planned(rule())
    table = events({"F": "x"}, {"F": "y"}, {"F": "x", "G": "z"}, {"F": "x"})
    assert hits(one, match(one, table.slice(1, 2))) == [(1, "one")]
    assert hits(one, match(one, table.to_batches()[0].slice(2, 1))) == [(0, "one")]


def test_large_events_are_matched_in_parts(planned, monkeypatch):
    one = planned(rule())
    table = events(*({"F": "x" if n % 3 else "y", "G": "z" * 50} for n in range(40)))
    whole = match(one, table)
    monkeypatch.setattr("crossline.sigma.matching._MAX_BYTES", 200)
    parts = match(one, table)
    assert parts.hits.equals(whole.hits)
    assert parts.events_checked.tolist() == [40]


def test_forgotten_values_are_read_again(planned, monkeypatch):
    one = planned(rule("a", "F|contains: x"))
    table = events(*({"F": f"{n}{'x' * (n % 2)}"} for n in range(30)))
    whole = match(one, table).hits
    monkeypatch.setattr("crossline.sigma.fields._MAX_KEPT", 5)
    assert match(one, table).hits.equals(whole)
    assert match(one, table).hits.equals(whole)


def test_values_are_read_in_portions(planned, monkeypatch):
    monkeypatch.setattr("crossline.sigma.fields._MAX_READ", 10)
    one = planned(rule("a", "F|endswith: x"))
    table = events(*({"F": f"{n:05}{'x' * (n % 2)}"} for n in range(30)))
    assert [row for row, _ in hits(one, match(one, table))] == list(range(1, 30, 2))


def test_rules_of_correlations_give_signals_with_the_fields_they_need(planned):
    correlation = (
        "title: c\nid: c\ncorrelation: {type: value_count, rules: [one], group-by: [G], "
        "timespan: 1m, condition: {field: H, gte: 2}}\n"
    )
    both = planned(rule(), correlation)
    time = datetime(2024, 1, 1, tzinfo=UTC)
    row = {"F": "x", "G": "g", "H": "h", "I": "i", "time": time}
    found = match(both, events(row, {"F": "x", "G": "g"}))
    assert found.hits.num_rows == 0
    assert found.signals.to_pylist() == [
        {
            "row": 0,
            "rule": 1,
            "time": time,
            "event_id": "e1",
            "values": [("G", "g"), ("H", "h")],
        }
    ]


FILTER = """\
title: {name}
id: {name}
logsource: {{product: conformance}}
filter: {{rules: any, own: {{{lines}}}, condition: not own}}
"""


def stopped(planned, found):
    return [(row["row"], row["suppressed_by"]) for row in found.hits.to_pylist()]


def test_what_a_filter_stops_is_told_and_not_lost(planned):
    one = planned(rule(), FILTER.format(name="site", lines="G: ours"))
    found = match(one, events({"F": "x", "G": "ours"}, {"F": "x", "G": "theirs"}, {"F": "x"}))
    assert stopped(one, found) == [(0, "site"), (1, None), (2, None)]


def test_the_first_filter_by_id_is_named(planned):
    two = planned(rule(), *(FILTER.format(name=n, lines="G: ours") for n in ("b", "a")))
    assert stopped(two, match(two, events({"F": "x", "G": "ours"}))) == [(0, "a")]


def test_a_filter_may_search_the_whole_event(planned):
    text = FILTER.format(name="site", lines="").replace("own: {}", "own: [backup]")
    one = planned(rule(), text)
    found = match(one, events({"F": "x", "G": "the backup job"}, {"F": "x"}))
    assert stopped(one, found) == [(0, "site"), (1, None)]


def test_what_a_filter_stops_does_not_count_towards_a_correlation(planned):
    correlation = """\
title: many
id: many
correlation: {type: event_count, rules: [one], timespan: 1h, group-by: [F], condition: {gte: 2}}
"""
    ready = planned(rule(), correlation, FILTER.format(name="site", lines="G: ours"))
    time = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [{"F": "x", "G": "ours", "time": time}, {"F": "x", "time": time}]
    assert match(ready, events(*rows)).signals["event_id"].to_pylist() == ["e2"]
