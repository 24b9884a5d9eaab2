"""What suppliers opened."""

import pytest
from tests.unit.assessment.stories import at, event, story

from crossline.assessment.entries import Entry
from crossline.assessment.origins import read_origins
from crossline.assessment.suppliers import supplier_rows

ORIGINS = read_origins(
    [
        {"supplier": "sup", "organisation": "op", "account": "ada", "valid_from": "2019-06-01"},
        {"supplier": "sup", "organisation": "other", "account": "ada"},
        {"supplier": "sup", "organisation": "third", "account": "bo"},
        {"supplier": "sup", "organisation": "ended", "account": "ada", "valid_to": "2019-01-01"},
    ],
    [{"supplier": "sup"}, {"supplier": "idle"}],
)


def _rows(stories, good=None):
    entries = {each.intrusion_id: [(Entry("supplier", 7, supplier="sup"), 0.9)] for each in stories}
    return supplier_rows(stories, entries, ORIGINS, good or {}, (at(-900), at(300))).to_pylist()


USED = story(event(0, "radius", account="ada"), event(5, "winsec", account="ada"))


def test_the_tiers_are_nested():
    found = {}
    for row in _rows([USED]):
        found.setdefault(row["tier"], set()).add(row["organisation"])
    assert found == {
        "observed": {"op"},
        "usable": {"op", "other"},
        "contractual": {"op", "other", "third", "ended"},
    }


def test_a_supplier_that_was_itself_broken_into_opens_all_its_accounts():
    own = story(event(-30), organisation="sup", name="in_0")
    usable = {row["organisation"] for row in _rows([own, USED]) if row["tier"] == "usable"}
    assert usable == {"op", "other", "third"}


@pytest.mark.parametrize(
    ("good", "earliest"),
    [({}, "2019-06-01"), ({("op", "ada"): [at(-40), at(-3), at(9)]}, "2019-12-29")],
)
def test_the_compromise_began_after_the_last_good_use(good, earliest):
    row = _rows([USED], good)[0]
    assert str(row["supplier_compromised_from_earliest"])[:10] == earliest
    assert row["supplier_compromised_from_latest"] == at(0)


def test_a_supplier_that_nobody_misused_opens_nothing():
    assert _rows([story(event(0, "sysmon"))]) == []
