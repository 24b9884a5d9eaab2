import pytest

from crossline.sigma.expressions import check_expression, matcher, needle_of
from crossline.sigma.values import RefusalError


@pytest.mark.parametrize(
    ("source", "needle"),
    [
        ("abc", "abc"),
        ("ABC.*de", "abc"),
        ("(?i)aBc", "abc"),
        ("ab|cd", ""),
        ("x(?:yz)+", "yz"),
        ("x(?:yz)*", "x"),
        ("a?bcd", "bcd"),
        ("[ab]cd", "cd"),
        (r"C:\\Temp\\", "c:\\temp\\"),
        (r"\d+", ""),
        (r"\pL+x", ""),
    ],
)
def test_the_needle_is_text_that_every_match_holds(source, needle):
    assert needle_of(source) == needle


@pytest.mark.parametrize("source", ["(a", "a(?=b)", "(?<!a)b", r"(a)\1", "a{5000}", "[z-a]"])
def test_what_is_broken_or_not_linear_is_refused(source):
    with pytest.raises(RefusalError, match="regular expression"):
        check_expression(source)


def test_a_hostile_text_takes_linear_time():
    matches = matcher("(a+)+$")
    assert not matches("a" * 100_000 + "b")
