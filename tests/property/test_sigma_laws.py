import itertools
import random
import tempfile
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle.naive_sigma import NaiveRule
from tests.unit.sigma.made import events

from crossline.sigma import load_rules, match, plan
from crossline.sigma.folding import fold
from crossline.sigma.rules import Correlation
from crossline.sigma.windows import Signal, findings

NAMES = ("A", "B", "C")
TEXT = st.text(alphabet="abAB*?\\-/ x.ΩωЖж", max_size=6)
VALUE = st.one_of(TEXT, st.integers(-3, 12), st.booleans(), st.none())
MODIFIERS = st.sampled_from(
    ["", "|contains", "|startswith", "|endswith", "|contains|all", "|windash", "|cased", "|neq"]
)


@st.composite
def lines(draw):
    name, modifiers = draw(st.sampled_from(NAMES)), draw(MODIFIERS)
    plain = TEXT if modifiers else VALUE
    # pySigma applies `neq` and `all` to single values and lists alike, as the specification asks.
    values = draw(st.lists(plain, min_size=1, max_size=3))
    return f"{name}{modifiers}", values


SELECTION = st.one_of(
    st.lists(lines(), min_size=1, max_size=3).map(dict),
    st.lists(TEXT.filter(bool), min_size=1, max_size=2),
    st.lists(st.lists(lines(), min_size=1, max_size=2).map(dict), min_size=1, max_size=2),
)
CONDITION = st.sampled_from(
    ["s1", "not s1", "s1 and not s2", "s1 or s2", "1 of s*", "all of s*", "not (s1 and s2) or s3",
     "1 of them", "not 1 of s*", "s3 and (s1 or not s2)"]
)  # fmt: skip
EVENT = st.dictionaries(st.sampled_from(NAMES), st.one_of(TEXT, st.none()), max_size=3)


@st.composite
def documents(draw):
    detection = {name: draw(SELECTION) for name in ("s1", "s2", "s3")}
    document = {
        "title": "made",
        "logsource": {"product": "conformance"},
        "detection": {**detection, "condition": draw(CONDITION)},
    }
    return yaml.safe_dump(document, allow_unicode=True)


def loaded(*texts):
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            (Path(folder) / f"{number}.yml").write_text(f"id: rule-{number}\n{text}", "utf-8")
        return load_rules([Path(folder)])


def matched(texts, rows):
    ruleset = loaded(*texts)
    assert ruleset.refused == ()
    found = match(plan(ruleset), events(*rows)).hits
    ids = [ruleset.rules[rule].rule_id for rule in found["rule"].to_pylist()]
    return set(zip(found["row"].to_pylist(), ids, strict=True))


@settings(max_examples=150, deadline=None)
@given(st.lists(documents(), min_size=1, max_size=3), st.lists(EVENT, min_size=1, max_size=5))
def test_the_engine_agrees_with_the_naive_reading(texts, rows):
    expected = {
        (row, f"rule-{number}")
        for number, text in enumerate(texts)
        for row, event in enumerate(rows)
        if NaiveRule(text).matches({name: [value] for name, value in event.items()})
    }
    assert matched(texts, rows) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(documents(), min_size=2, max_size=4), st.lists(EVENT, min_size=1, max_size=4))
def test_a_rule_alone_and_among_others_gives_the_same_hits(texts, rows):
    together = matched(texts, rows)
    first = {hit for hit in together if hit[1] == "rule-0"}
    assert matched(texts[:1], rows) == first


@settings(max_examples=40, deadline=None)
@given(documents(), st.lists(EVENT, min_size=1, max_size=6), st.randoms())
def test_the_order_of_events_does_not_change_which_hit(text, rows, chance):
    order = list(range(len(rows)))
    chance.shuffle(order)
    shuffled = matched([text], [rows[place] for place in order])
    assert {(order[row], rule) for row, rule in shuffled} == matched([text], rows)


@given(st.text())
def test_folding_keeps_the_length_and_is_done_once(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def correlation(kind, steps=1, condition=()):
    names = tuple(f"r{n}" for n in range(steps))
    return Correlation(
        "c", None, "c", "", "", "", (), (), kind, names, (), {}, 10, condition, (), None,
        generate=False, rule_hash="", referred=names,
    )  # fmt: skip


SIGNALS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), max_size=9)


def made_signals(pairs):
    return [
        Signal(second * 1_000_000, (rule,), (), (), (str(place),), ())
        for place, (second, rule) in enumerate(sorted(pairs))
    ]


def first_chain_end(signals, steps):
    """The earliest signal that ends some combination of all rules in order within 10 s."""
    ends = [
        place[-1]
        for place in itertools.combinations(range(len(signals)), steps)
        if all(signals[p].rules == (step,) for step, p in enumerate(place))
        and signals[place[-1]].time_us - signals[place[0]].time_us <= 10_000_000
    ]
    return min(ends, default=None)


@settings(max_examples=300)
@given(SIGNALS)
def test_the_first_finding_in_order_is_that_of_a_search_over_all_combinations(pairs):
    signals = made_signals(pairs)
    found = next(findings(correlation("temporal_ordered", 3), signals), None)
    end = first_chain_end(signals, 3)
    assert (None if found is None else signals.index(found[-1])) == end
    if found:
        assert [signal.rules for signal in found] == [(0,), (1,), (2,)]


@settings(max_examples=300)
@given(SIGNALS)
def test_the_first_finding_in_any_order_is_the_first_time_that_all_are_near(pairs):
    signals = made_signals(pairs)
    found = next(findings(correlation("temporal", 3), signals), None)
    near = [
        place
        for place, last in enumerate(signals)
        if len({s.rules for s in signals[: place + 1] if last.time_us - s.time_us <= 10_000_000})
        == 3
    ]
    assert (None if found is None else signals.index(found[-1])) == min(near, default=None)


def test_shuffled_rules_give_the_same_hits():
    texts = [
        f"title: t\nlogsource: {{product: conformance}}\ndetection: {{s: {{A|contains: '{c}'}}, "
        "condition: s}\n"
        for c in "abcdef"
    ]
    rows = [{"A": text} for text in ("abc", "def", "xyz", "fed")]
    expected = {(row, texts[int(rule[5:])]) for row, rule in matched(texts, rows)}
    shuffled = random.Random(4).sample(texts, len(texts))
    assert {(row, shuffled[int(rule[5:])]) for row, rule in matched(shuffled, rows)} == expected
