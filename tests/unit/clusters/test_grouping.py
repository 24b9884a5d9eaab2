"""Groups by mean link, with what must and what must not stand together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossline.clusters.grouping import mean_link


def scores(size: int, **pairs: float) -> np.ndarray:
    matrix = np.full((size, size), -5.0)
    for name, value in pairs.items():
        x, y = int(name[1]), int(name[2])
        matrix[x, y] = matrix[y, x] = value
    return matrix


def test_a_chain_of_one_strong_link_each_is_not_one_group() -> None:
    assert mean_link(scores(3, p01=4, p12=3), 0) == [[0, 1], [2]]


def test_members_that_belong_together_on_average_are_joined() -> None:
    assert mean_link(scores(3, p01=4, p12=3, p02=-1), 0) == [[0, 1, 2]]


@pytest.mark.parametrize(
    ("together", "apart", "groups"),
    [
        ([(0, 2)], [], [[0, 2], [1]]),
        ([], [(0, 1)], [[0], [1], [2]]),
        ([(0, 1)], [(0, 1)], [[0], [1], [2]]),
        ([(0, 2), (1, 2)], [(0, 1)], [[0, 2], [1]]),
    ],
)
def test_decisions_outweigh_scores(
    together: list[tuple[int, int]], apart: list[tuple[int, int]], groups: list[list[int]]
) -> None:
    found = mean_link(scores(3, p01=4 if not together else -5), 0, together, apart)
    assert found == groups


@given(st.lists(st.floats(-9, 9), min_size=15, max_size=15), st.permutations(range(6)))
def test_the_order_of_the_elements_changes_no_group(values: list[float], order: list[int]) -> None:
    matrix = np.zeros((6, 6))
    # Distinct scores: equal ones may be joined in the order of the rows.
    matrix[np.triu_indices(6, 1)] = np.array(values) + np.arange(15) * 1e-3 * np.pi
    matrix += matrix.T
    turned = matrix[np.ix_(order, order)]
    found = {frozenset(order[row] for row in group) for group in mean_link(turned, 0)}
    assert found == {frozenset(group) for group in mean_link(matrix, 0)}
