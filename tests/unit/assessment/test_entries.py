"""The way in."""

import pytest
from tests.unit.assessment.stories import SUPPLIERS, at, event, story

from crossline.assessment.entries import entries_of
from crossline.settings import AssessmentSettings

SETTINGS = AssessmentSettings()


def _found(one, *earlier, log_start=-100.0):
    return entries_of(one, earlier, SUPPLIERS, at(log_start), SETTINGS)


def _first(one, *earlier):
    return _found(one, *earlier)[0][0]


@pytest.mark.parametrize(
    ("opening", "vector"),
    [
        (event(0, "iis", technique="T1190"), "exploit"),
        (event(0, "sysmon", code="11", technique="T1566.001"), "phishing"),
        (event(0, "radius", account="sup-ada", User__Name="sup-ada"), "supplier"),
        (event(0, "winsec", code="4624", IpAddress="203.0.113.4", account="eva"), "supplier"),
        (event(0, "radius", account="eva", Calling__Station__Id="8.8.4.4"), "valid_account"),
        (event(0, "crm", account="care.x", action="VIEW_CDR"), "valid_account"),
        (event(0, "sysmon", code="1", technique="T1033"), "unknown"),
    ],
)  # fmt: skip
def test_the_first_acts_show_the_way_in(opening, vector):
    assert _first(story(opening)).vector == vector


def test_probabilities_sum_to_one_and_unknown_is_always_a_rival():
    found = _found(story(event(0, "iis", technique="T1190"), event(0.1, technique="T1204")))
    assert sum(share for _, share in found) == pytest.approx(1)
    assert "unknown" in {entry.vector for entry, _ in found}


@pytest.mark.parametrize(("day", "before"), [(425, True), (430, False)])
def test_a_hole_used_before_its_disclosure_is_told_from_one_used_after(day, before):
    chain = event(day, "httpproxy", AnchorMailbox="ServerInfo~a]@mail1:444/x", UrlStem="/ecp/q.js")
    entry = _first(story(chain))
    assert entry.vector == "exploit"
    assert (entry.event.time.date() < entry.hole.public) is before


def test_a_suppliers_own_intrusion_is_the_parent():
    own = story(event(-20, "sysmon"), organisation="integrator", name="in_0")
    entry = _first(story(event(0, "radius", account="sup-ada")), own)
    assert (entry.supplier, entry.parent) == ("integrator", "in_0")


def test_a_request_to_anothers_web_shell_is_a_way_through_that_intrusion():
    shell = {"cs__uri__stem": "/help/x.aspx"}
    first = story(event(-50, "iis", technique="T1505.003", **shell), name="in_0")
    later = story(event(0, "iis", technique="T1505.003", **shell), event(1, "sysmon"))
    entry = _first(later, first)
    assert (entry.vector, entry.parent) == ("other_intrusion", "in_0")


def test_a_story_at_the_start_of_the_logs_may_have_begun_before_them():
    web_shell = story(event(0, "iis", technique="T1505.003"))
    near = {entry.vector: share for entry, share in _found(web_shell, log_start=-1)}
    far = {entry.vector: share for entry, share in _found(web_shell)}
    assert near["unknown"] > far["unknown"]
