"""What two intrusions have in common, in bits."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossline.clusters.pairs import richness, weigh_pair
from crossline.clusters.traits import Trait
from crossline.clusters.vocabulary import signs, use
from crossline.settings import ClusterSettings

SETTINGS = ClusterSettings()
FAMILIES = {sign.kind: sign.family for sign in signs()} | {
    "technique": "technique",
    "software": "software",
    "watched": "target",
    "hour_utc": "schedule",
}


def trait(intrusion: str, kind: str, value: str, event: str = "", host: str = "") -> Trait:
    return Trait(
        intrusion,
        f"org-{intrusion}",
        FAMILIES[kind],
        kind,
        value,
        frozenset({event or f"ev_{intrusion}_{kind}_{value}"}),
        (datetime(2020, 1, 1, tzinfo=UTC),),
        frozenset(),
        frozenset({("org", host or f"{intrusion}-host")}),
    )


def bits(*signs: tuple[str, str], days: dict[tuple[str, str], int] | None = None) -> float:
    one, other = ([trait(each, *sign) for sign in signs] for each in "xy")
    return sum(each.bits for each in weigh_pair(one, other, days or {}, SETTINGS))


def test_techniques_in_common_never_prove_a_common_hand() -> None:
    techniques = [("technique", name) for name in sorted(use().techniques)]
    assert 0 < bits(*techniques) <= SETTINGS.technique_cap_bits < SETTINGS.prior_bits


def test_public_tools_in_common_never_prove_a_common_hand() -> None:
    tools = [("software", name) for name in sorted(use().software)]
    assert bits(*tools) <= SETTINGS.tool_cap_bits < SETTINGS.prior_bits
    assert bits(("software", "S0002"), ("software", "S0029")) == 0


def test_the_same_hours_and_the_same_persons_weigh_nothing() -> None:
    assert bits(("hour_utc", "03"), ("watched", "0" * 32)) == 0


def test_one_make_of_tool_with_a_technique_and_a_client_does_not_join() -> None:
    shared = [("imphash", "aa"), ("service_name", "oaksvc"), ("user_agent", "oak/1")]
    assert bits(*shared) - SETTINGS.prior_bits < SETTINGS.join_bits + 1
    assert bits(("imphash", "aa"), ("product", "oak")) == bits(("imphash", "aa"))


def test_a_file_with_its_name_folder_and_hash_counts_once() -> None:
    kinds = [("file_hash", "aa"), ("file_name", "oak.exe"), ("folder", r"\programdata\oak")]
    one, other = ([trait(each, *sign, event="ev_1") for sign in kinds] for each in "xy")
    assert sum(each.bits for each in weigh_pair(one, other, {}, SETTINGS)) == 8.0


def test_what_ordinary_life_shows_often_counts_for_nothing() -> None:
    sign = ("folder", r"\programdata\oak")
    assert bits(sign, days={sign: 3}) == bits(sign)
    assert 0 < bits(sign, days={sign: 20}) < bits(sign)
    assert bits(sign, days={sign: 400}) == 0


def test_a_place_on_one_machine_counts_half() -> None:
    one, other = (trait(each, "folder", r"\programdata\oak", host="h") for each in "xy")
    assert [each.bits for each in weigh_pair([one], [other], {}, SETTINGS)] == [3.0]


@pytest.mark.parametrize(("kind", "count"), [("folder", 1), ("account_used", 0), ("technique", 0)])
def test_only_an_intruders_own_signs_make_it_rich(kind: str, count: int) -> None:
    assert richness([trait("x", kind, "a")]) == count


some = st.lists(st.tuples(st.sampled_from(sorted(FAMILIES)), st.sampled_from("abc")), unique=True)


@given(some, some)
def test_a_pair_weighs_the_same_from_both_sides(
    mine: list[tuple[str, str]], theirs: list[tuple[str, str]]
) -> None:
    one = [trait("x", *sign) for sign in mine]
    other = [trait("y", *sign) for sign in theirs]
    forth = weigh_pair(one, other, {}, SETTINGS)
    back = weigh_pair(other, list(reversed(one)), {}, SETTINGS)
    assert forth == back
    assert all(each.bits >= 0 for each in forth)
    counted = [FAMILIES[each.kind] for each in forth if each.bits]
    assert len(counted) == len(set(counted))
