import pytest

from crossline.kernel.words import likelihood_word, percent


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "almost no chance"),
        (0.049, "almost no chance"),
        (0.05, "very unlikely"),
        (0.2, "unlikely"),
        (0.45, "roughly even chance"),
        (0.5, "roughly even chance"),
        (0.55, "roughly even chance"),
        (0.551, "likely"),
        (0.8, "likely"),
        (0.95, "very likely"),
        (0.951, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_a_border_value_takes_the_word_nearer_even(probability: float, word: str) -> None:
    assert likelihood_word(probability) == word


@pytest.mark.parametrize("number", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not a probability"):
        likelihood_word(number)


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.001, "<1%"), (0.01, "1%"), (0.684, "68%"), (0.99, "99%"), (0.995, ">99%")],
)
def test_a_percentage_never_claims_certainty(probability: float, text: str) -> None:
    assert percent(probability) == text
