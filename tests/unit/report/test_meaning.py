"""Sections 6 to 12: what the intrusions mean."""

import re

import pytest
from tests.unit.report.made_case import Shape, all_tables, made_case
from tests.unit.report.made_meaning import with_meaning

from crossline import judgements, report
from crossline.kernel.progress import Silent


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    case = with_meaning(made_case(tmp_path_factory.mktemp("meaning") / "case", Shape()))
    tables = all_tables(case)
    judgements.run(case, tables, Silent())
    report.run(case, tables, Silent())
    return (case.report / "index.html").read_text()


def _section(text: str, anchor: str) -> str:
    found = re.search(rf'<section id="{anchor}">.*?</section>', text, re.DOTALL)
    assert found, anchor
    return found[0]


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        ("way-in", "a hole in a public service scores highest"),
        ("way-in", "The hole was used before it was public."),
        ("way-in", "a supplier&#39;s access: Tarn Integration"),
        ("crown-jewels", "1 kinds of crown jewel were reached at 1 of 2 organisations."),
        ("watched", "Intruders asked for 8 pseudonyms"),
        ("watched", "under 5"),
        ("watched", "about 4,100 subscribers"),
        ("adaptation", "new place, after 18 days"),
        ("adaptation", "cannot be told"),
        ("attribution", "G0093: likely (57%)"),
        ("attribution", "none of these"),
        ("coordination", "common tasking leads (likely, 58%)"),
        ("coordination", "permutation within country and role"),
        ("access", "could disrupt service for many"),
        ("access", "Cross-border impact"),
        ("seen", "ss7"),
    ],
)
def test_each_section_says_what_its_tables_say(text: str, anchor: str, words: str) -> None:
    assert words in re.sub(r"\s+", " ", _section(text, anchor))


def test_an_uncalibrated_score_gets_no_word_of_likelihood(text: str) -> None:
    assert "score, not calibrated" in _section(text, "way-in")
    assert "likely (" not in _section(text, "way-in")


def test_pseudonyms_are_shown_by_their_first_digits_only(text: str) -> None:
    assert "0" * 15 + "3" not in _section(text, "watched")
    assert "0" * 32 not in _section(text, "watched")
