import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossline.coordination.drawing import by_chance, popularity

POOL = [f"p{number:03}" for number in range(100)]
EVEN = dict.fromkeys(POOL, 1.0)
ONE_BLOCK = dict.fromkeys(POOL, "all")


def test_even_draws_agree_with_the_hypergeometric_mean():
    chance = by_chance(POOL[:20], POOL[10:40], EVEN, ONE_BLOCK)
    assert chance.observed == 10
    assert chance.expected == pytest.approx(20 * 30 / 100, abs=0.4)


def test_sharing_all_of_a_short_list_is_not_chance_and_sharing_none_of_it_is():
    assert by_chance(POOL[:6], POOL[:6], EVEN, ONE_BLOCK).p_more < 0.01
    assert by_chance(POOL[:6], POOL[6:12], EVEN, ONE_BLOCK).p_more > 0.9


def test_popular_values_are_expected_to_be_shared():
    popular = EVEN | dict.fromkeys(POOL[:5], 100.0)
    assert by_chance(POOL[:5], POOL[:5], popular, ONE_BLOCK).expected > 3
    assert by_chance(POOL[:5], POOL[:5], EVEN, ONE_BLOCK).expected < 1


def test_numbers_within_each_block_are_held_fixed():
    block = {value: str(number < 10) for number, value in enumerate(POOL)}
    chance = by_chance(POOL[:10], POOL[:10], EVEN, block)
    assert chance.expected == 10
    assert chance.p_more == 1


@settings(max_examples=20)
@given(
    x=st.sets(st.sampled_from(POOL), min_size=1, max_size=30),
    y=st.sets(st.sampled_from(POOL), min_size=1, max_size=30),
)
def test_chance_does_not_depend_on_sides_or_order(x, y):
    one = by_chance(sorted(x), sorted(y), EVEN, ONE_BLOCK)
    other = by_chance(
        sorted(y, reverse=True),
        sorted(x, reverse=True),
        dict(sorted(EVEN.items(), reverse=True)),
        ONE_BLOCK,
    )
    assert one == other
    assert 0 < one.p_more <= 1
    assert 0 < one.p_fewer <= 1


def test_popularity_is_shrunk_to_the_mean_of_the_stratum():
    strata = {"dc": "server", "db": "server", "ws": "desk"}
    shares = popularity(strata, [["dc"], ["dc"], ["dc"], []])
    assert shares["dc"] > shares["db"] > shares["ws"] > 0
