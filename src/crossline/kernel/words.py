"""Words from numbers: likelihood (ICD 203, first row), shares and counts."""

__all__ = ["counted", "likelihood_word", "percent"]

# Upper ends of the bands of ICD 203 (2015), D.6.e.(2)(a); the last band ends at 1.
_BANDS = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.00, "almost certain"),
)


def likelihood_word(probability: float) -> str:
    """The ICD 203 word for a probability from 0 to 1; a border value takes the word nearer 50 %.

    Raises:
        ValueError: the number is not a probability.
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"{probability!r} is not a probability from 0 to 1")
    below_half = [word for upper, word in _BANDS if probability < upper or upper == 1]
    at_or_below = [word for upper, word in _BANDS if probability <= upper]
    return below_half[0] if probability <= 0.5 else at_or_below[0]


def percent(probability: float) -> str:
    """A probability as text: whole per cent, `<1%` and `>99%` at the ends."""
    if probability < 0.01:
        return "<1%"
    if probability > 0.99:
        return ">99%"
    return f"{round(probability * 100)}%"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun: `1 host`, `2,301 hosts`, `no hosts`."""
    words = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {words}" if number else f"no {words}"
