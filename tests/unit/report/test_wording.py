from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossline.kernel.words import counted
from crossline.report.markdown import escaped
from crossline.report.wording import clipped, duration, plain, stamp, thousands, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a‮b", "a‹U+202E›b"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a␍b"),
        ("nul\x00", "nul␀"),
        ("Grüße, 世界", "Grüße, 世界"),
    ],
)
def test_what_would_hide_or_act_is_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_nothing_unprintable_but_line_feeds_and_tabs_is_left(text: str) -> None:
    left = [each for each in visible(text) if each < " " or each in "\x7f‮​"]
    assert set(left) <= {"\n", "\t"}
    assert "\n" not in plain(text)


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_a_clipped_text_is_never_longer(text: str, most: int) -> None:
    assert len(clipped(text, most)) <= most


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no hosts"), (1, "1 host"), (2301, "2,301 hosts")]
)
def test_a_count_agrees_with_its_noun(number: int, words: str) -> None:
    assert counted(number, "host") == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=361, hours=5), "361 days"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(seconds=119), "119 seconds"),
        (timedelta(microseconds=5), "under a second"),
    ],
)
def test_a_span_is_told_in_the_largest_unit_that_it_has_two_of(span: timedelta, words: str) -> None:
    assert duration(span) == words


def test_times_and_numbers_have_one_form() -> None:
    assert stamp(datetime(2020, 5, 2, 2, 55, 31, 999, UTC)) == "2020-05-02 02:55:31Z"
    assert stamp(None) == "no time"
    assert thousands(12345) == "12,345"
    assert thousands(12345.678) == "12,345.7"


@pytest.mark.parametrize("text", ["a|b", "<script>", "[x](javascript:1)", "`id`", "# head", "*b*"])
def test_log_text_is_no_markdown(text: str) -> None:
    assert not any(f"{each}" in escaped(text).replace(f"\\{each}", "") for each in "|<>[]`#*")
