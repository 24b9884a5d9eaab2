"""More coordination cases from the few there are: real backgrounds with planted relations.

The ten other clusters of each case are independent of each other. Any two of them, with the rest
as surroundings, are a true case of coincidence; what a relation would leave is then planted with
the strengths in `STRENGTH`, which were set so that the mean of each measure agrees with the
development cases.
"""

import copy
from typing import Any

import numpy as np

Case = dict[str, Any]

STRENGTH = {
    # (variant): list handed down, hosts avoided, accounts handed on, pauses, hosts followed,
    # accounts borrowed, supplier's builds, operator's addresses, builds, days kept apart, accounts
    "plain": {
        "list": (0.1, 0.45),
        "avoid": (0.5, 0.9),
        "hand": 0.45,
        "pauses": 2.0,
        "follow": (5, 14),
        "borrow": 2.2,
        "supply": 0.8,
        "addresses": 1.4,
        "own_builds": 0.6,
        "apart": (0.6, 0.95),
        "accounts": 1.2,
    },
    "hard": {
        "list": (0.1, 0.35),
        "avoid": (0.4, 0.8),
        "hand": 0.3,
        "pauses": 0.7,
        "follow": (2, 10),
        "borrow": 1.7,
        "supply": 0.45,
        "addresses": 0.2,
        "own_builds": 0.45,
        "apart": (0.3, 0.7),
        "accounts": 0.7,
    },
}


def planted(case: Case, relation: int, random: np.random.Generator) -> Case | None:
    """A new case on the background of `case` with relation H<relation>, or None if none fits."""
    background = copy.deepcopy(case)
    pool = background["others"]
    one, two = _two(pool, relation, random)
    if one is None:
        return None
    rest = [each for number, each in enumerate(pool) if number not in (one, two)]
    made = {**background, "a": pool[one], "b": pool[two], "others": [*rest, case["a"], case["b"]]}
    made["others"] = copy.deepcopy(made["others"])
    _PLANT[relation](made, STRENGTH[case["variant"]], random)
    _chance_links(made, random)
    return made


def _chance_links(case: Case, random: np.random.Generator) -> None:
    """The links by chance that the pairs of the development cases have beyond other pairs."""
    a, b = case["a"], case["b"]
    for part, mean in (("infra", 0.15), ("builds", 0.06)):
        for number in range(random.poisson(mean)):
            for side in (a, b):
                side[part] = [*side[part], f"chance_{part}{number}"]
    for part, mean in (("hosts", 0.5), ("creds", 0.35)):
        own = sorted(value for value in a[part] if value[:3] in _common_orgs(case))
        for value in (
            random.choice(own, min(len(own), random.poisson(mean)), replace=False) if own else ()
        ):
            b[part].setdefault(str(value), [int(random.choice(b["days"]))])


def _two(
    pool: list[Case], relation: int, random: np.random.Generator
) -> tuple[int | None, int | None]:
    """Two clusters that meet in as many organisations as the relation needs."""
    need = {0: (0, 9), 1: (2, 4), 2: (1, 9), 3: (2, 4), 4: (0, 9), 5: (1, 3)}[relation]
    for _ in range(60):
        one, two = random.choice(len(pool), 2, replace=False)
        shared = len(set(pool[one]["orgs"]) & set(pool[two]["orgs"]))
        wish = 1.0 if relation not in (1, 3) else {2: 0.2, 3: 1.0, 4: 1.0}.get(shared, 0.0)
        if need[0] <= shared <= need[1] and random.random() < wish:
            return int(one), int(two)
    return None, None


def _align(case: Case, random: np.random.Generator) -> None:
    """Both lists drawn anew from one interest: that of `a`, smoothed."""
    people = case["world"]["subscriber"]
    names = sorted(people)
    popular = np.array(
        [sum(p in other["watched"] for other in case["others"]) + 0.3 for p in names]
    )
    interest = np.ones(len(names))
    for part in (0, 1):
        kinds = [people[p][part] for p in names]
        room = {
            k: sum(w for w, kk in zip(popular, kinds, strict=True) if kk == k) for k in set(kinds)
        }
        held = dict.fromkeys(set(kinds), 0.6)
        for p in case["a"]["watched"]:
            held[people[p][part]] += 1
        interest *= np.array([held[k] / room[k] for k in kinds])
    chance = popular * interest
    chance /= chance.sum()
    for side in (case["a"], case["b"]):
        size = min(len(side["watched"]), int((chance > 0).sum()))
        chosen = random.choice(len(names), size, replace=False, p=chance)
        side["watched"] = {names[k]: int(random.choice(side["days"])) for k in chosen}


def _common_orgs(case: Case) -> list[str]:
    return sorted(set(case["a"]["orgs"]) & set(case["b"]["orgs"]))


def _tasking(case: Case, strength: dict, random: np.random.Generator) -> None:
    _align(case, random)
    a, b = case["a"], case["b"]
    share = random.uniform(*strength["list"])
    for person in list(a["watched"]):
        if random.random() < share and person not in b["watched"] and b["watched"]:
            del b["watched"][random.choice(sorted(b["watched"]))]
            b["watched"][person] = int(random.choice(b["days"]))
    _avoid(case, random.uniform(*strength["avoid"]), random)
    if random.random() < strength["hand"]:
        own = [c for c in a["creds"] if c[:3] in _common_orgs(case) and c not in b["creds"]]
        if own:
            account = random.choice(sorted(own))
            last = max(a["creds"][account])
            b["creds"][str(account)] = sorted(int(last + d) for d in random.integers(1, 40, 3))
    for _ in range(random.poisson(strength["pauses"])):
        _pause(case, random)


def _avoid(case: Case, share: float, random: np.random.Generator) -> None:
    """The later comer turns to other hosts of the same organisation."""
    a, b, role = case["a"], case["b"], case["world"]["host_role"]
    for host in sorted(set(a["hosts"]) & set(b["hosts"])):
        if random.random() >= share:
            continue
        free = [
            h for h in role if h[:3] == host[:3] and h not in a["hosts"] and h not in b["hosts"]
        ]
        days = b["hosts"].pop(host)
        if free:
            weights = np.array(
                [1 + sum(h in o["hosts"] for o in case["others"]) for h in free], float
            )
            b["hosts"][str(random.choice(free, p=weights / weights.sum()))] = days


def _pause(case: Case, random: np.random.Generator) -> None:
    a, b = case["a"], case["b"]
    first, last = max(min(a["days"]), min(b["days"])), min(max(a["days"]), max(b["days"]))
    if last - first < 40:
        return
    start = random.integers(first + 5, last - 20)
    quiet = range(start, start + random.integers(8, 17))
    for side in (a, b):
        side["days"] = [day for day in side["days"] if day not in quiet]


def _piggyback(case: Case, strength: dict, random: np.random.Generator) -> None:
    a, b = case["a"], case["b"]
    places = _common_orgs(case)
    hosts = sorted(h for h in a["hosts"] if h[:3] in places)
    count = min(len(hosts), int(random.integers(strength["follow"][0], strength["follow"][1] + 1)))
    for host in random.choice(hosts, count, replace=False) if hosts else ():
        day = min(a["hosts"][host]) + int(random.integers(1, 70))
        b["hosts"].setdefault(str(host), []).append(day)
        b["days"] = sorted({*b["days"], day})
    accounts = sorted(c for c in a["creds"] if c[:3] in places)
    count = min(len(accounts), random.poisson(strength["borrow"]))
    for account in random.choice(accounts, count, replace=False) if accounts else ():
        day = min(a["creds"][account]) + int(random.integers(1, 70))
        b["creds"].setdefault(str(account), []).extend(
            sorted({day, *(int(day + d) for d in random.integers(5, 60, 3))})
        )


def _supplier(case: Case, strength: dict, random: np.random.Generator) -> None:
    a, b = case["a"], case["b"]
    for number in range(random.poisson(strength["supply"])):
        build = f"supplied{number}"
        for side in (a, b):
            side["builds"] = [*side["builds"], build]
        third = [o for o in case["others"] if random.random() < 0.09]
        for other in third:
            other["builds"] = [*other["builds"], build]


def _operator(case: Case, strength: dict, random: np.random.Generator) -> None:
    _align(case, random)
    a, b = case["a"], case["b"]
    for name, part, mean in (
        ("address", "infra", strength["addresses"]),
        ("build", "builds", strength["own_builds"]),
    ):
        for number in range(random.poisson(mean)):
            for side in (a, b):
                side[part] = [*side[part], f"own_{name}{number}"]
            for other in case["others"]:
                if random.random() < 0.04:
                    other[part] = [*other[part], f"own_{name}{number}"]
    rates = np.convolve(np.tile(a["hours"], 3), [0.25, 0.5, 0.25], "same")[24:48] + 0.2
    rates = 0.75 * rates + 0.25 * np.roll(rates, random.choice([-2, -1, 1, 2]))
    b["hours"] = random.multinomial(max(30, sum(b["hours"])), rates / rates.sum()).tolist()
    share = random.uniform(*strength["apart"])
    for day in sorted(set(a["days"]) & set(b["days"])):
        if random.random() < share:
            side = (a, b)[int(random.integers(2))]
            side["days"] = [each for each in side["days"] if each != day]
    accounts = sorted(c for c in {*a["creds"], *b["creds"]} if c[:3] in _common_orgs(case))
    for account in (
        random.choice(
            accounts, min(len(accounts), random.poisson(strength["accounts"])), replace=False
        )
        if accounts
        else ()
    ):
        for side in (a, b):
            if account not in side["creds"]:
                side["creds"][str(account)] = sorted(int(d) for d in random.choice(side["days"], 3))


def _nothing(case: Case, strength: dict, random: np.random.Generator) -> None:
    """Coincidence: the two are independent as they are."""


def _interest(case: Case, strength: dict, random: np.random.Generator) -> None:
    _align(case, random)


_PLANT = (_nothing, _tasking, _interest, _piggyback, _supplier, _operator)
