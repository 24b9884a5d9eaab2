"""Each item against hand-made pairs whose answer is plain."""

from dataclasses import replace
from math import log

import pytest

from crossline.coordination.activity import Activity, Pair, Surroundings
from crossline.coordination.evidence import evidence
from crossline.coordination.weighing import shipped_weights, softmax, weigh
from crossline.kernel.ids import digest

PEOPLE = {f"s{n:03}": (f"K{n % 4}", ("official", "ordinary")[n % 2]) for n in range(200)}
HOSTS = {f"O{o}h{n:02}": "dc" if n == 0 else "ws" for o in range(3) for n in range(30)}
ACCOUNTS = {f"O{o}c{n:02}": "ordinary" for o in range(3) for n in range(20)}
HOURS = tuple(20 if 8 <= hour < 17 else 0 for hour in range(24))
NIGHT = tuple(reversed(HOURS))


def activity(seed: int, **changes: object) -> Activity:
    """A cluster with a life of its own, different for each seed."""

    def pick(values, count):
        return sorted(values, key=lambda value: digest(str(seed), str(value)))[:count]

    days = tuple(sorted(pick(range(100), 25)))
    whole = Activity(
        organisations=frozenset(("O0", "O1", "O2")),
        watched={person: days[n] for n, person in enumerate(pick(PEOPLE, 12))},
        hosts={host: (days[n],) for n, host in enumerate(pick(HOSTS, 15))},
        accounts={account: (days[n],) for n, account in enumerate(pick(ACCOUNTS, 6))},
        builds=frozenset({f"b{seed}"}),
        infrastructure=frozenset({f"i{seed}"}),
        days=days,
        hours=HOURS,
    )
    return replace(whole, **changes)


AROUND = Surroundings(
    others=tuple(activity(seed) for seed in range(10, 20)),
    seen={"O0": 0.9, "O1": 0.9, "O2": 0.9},
    home={value: value[:2] for value in (*HOSTS, *ACCOUNTS)},
    host_kind=HOSTS,
    account_kind=ACCOUNTS,
    person_kind=PEOPLE,
)
X, Y = activity(1), activity(2)


def items(x: Activity, y: Activity) -> dict:
    return {item.name: item for item in evidence(Pair(x, y, AROUND))}


def test_one_list_in_two_hands_is_beyond_chance_and_two_lists_are_not():
    same = replace(Y, watched=dict(X.watched))
    assert items(X, same)["shared_targets"].p_value < 0.01
    assert items(X, Y)["shared_targets"].p_value > 0.05


def test_hosts_in_common_beyond_chance_are_told_and_rest_on_those_hosts():
    shared = replace(Y, hosts={host: (days[0] + 5,) for host, days in X.hosts.items()})
    item = items(X, shared)["shared_hosts"]
    assert item.p_value < 0.01
    assert item.measures["hosts_excess"] > 0.5
    assert set(item.values) == set(X.hosts)


def test_the_one_who_always_comes_later_is_the_follower():
    later = replace(Y, hosts={host: (days[0] + 5,) for host, days in X.hosts.items()})
    item = items(X, later)["who_is_first"]
    assert item.p_value < 0.01
    assert item.direction > 0
    assert items(later, X)["who_is_first"].direction == -item.direction


def test_a_build_of_third_clusters_is_not_exclusive():
    both = {"builds": frozenset({"b11"})}
    item = items(replace(X, **both), replace(Y, **both))["shared_builds"]
    assert item.measures == {"builds_exclusive": 0.0, "builds_with_third": 1.0}


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("watched", "shared_targets"),
        ("watched", "alike_interest"),
        ("hosts", "shared_hosts"),
        ("accounts", "shared_accounts"),
        ("builds", "shared_builds"),
        ("infrastructure", "shared_infrastructure"),
        ("hours", "alike_hours"),
        ("days", "same_days"),
        ("days", "joint_pauses"),
    ],
)
def test_what_was_not_seen_weighs_nothing(part, name):
    blind = replace(Y, **{part: type(getattr(Y, part))()})
    item = items(X, blind)[name]
    assert item.measures == {}
    assert item.p_value is None
    assert set(weigh([item]).bits[name].values()) == {0.0}


def test_nothing_known_gives_the_prior_and_no_fault():
    found = evidence(Pair(Activity(), Activity(), Surroundings()))
    assert sum(weigh(found).probabilities.values()) == pytest.approx(1)


def test_which_cluster_is_named_first_does_not_matter():
    assert weigh(items(X, Y).values()) == weigh(items(Y, X).values())


def test_bits_and_prior_give_the_probabilities_back():
    weighed = weigh(items(X, Y).values())
    scores = {
        relation: (prior / log(2) + sum(part[relation] for part in weighed.bits.values())) * log(2)
        for relation, prior in shipped_weights().prior.items()
    }
    assert softmax(scores) == pytest.approx(dict(weighed.probabilities))
