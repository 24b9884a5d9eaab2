"""What stories reached, and the grade that it allows."""

import pytest
from tests.unit.assessment.stories import ASSETS, event, story

from crossline.assessment.interference import interference_rows
from crossline.assessment.reach import reach_rows
from crossline.assessment.shown import shown_by


def _grades(*events):
    one = story(*events)
    row = interference_rows([(one, tuple(shown_by(one, ASSETS)))]).to_pylist()[0]
    return row["grade_possible"], row["grade_used"]


def _reach(*events):
    one = story(*events)
    rows = reach_rows([(one, tuple(shown_by(one, ASSETS)))], ASSETS).to_pylist()
    return {row["host"]: (row["asset_class"], row["status"], row["privilege"]) for row in rows}


@pytest.mark.parametrize(
    ("events", "grades"),
    [
        ([event(0, "sysmon", code="1", technique="T1033")], ("I0", "I0")),
        ([event(0, "sysmon", host="dc1", code="1", technique="T1003.003")], ("I2", "I2")),
        ([event(0, "winsystem", host="nms1", code="7045", technique="T1543.003")], ("I1", "I0")),
        ([event(0, "mml", host="hlr1", command='LST SUB: ISDN="x";', RETCODE="0")], ("I1", "I1")),
        ([event(0, "mml", host="hlr1", message="Success GROUP=ADMIN")], ("I4", "I0")),
        ([event(0, "tacplus", host="rtr1", cmd="show running-config", priv__lvl="15")], ("I5", "I1")),
        ([event(0, "ora_csv", host="bill1", DBUSERNAME="BILLDBA", ACTION_NAME="SELECT")], ("I3", "I1")),
        ([event(0, "crm", host="crm1", app="crm", action="VIEW_CDR", result="OK")], ("I1", "I1")),
        ([event(0, "crm", host="crm1", app="crm", action="SIM_CHANGE", result="OK")], ("I3", "I3")),
        ([event(0, "crm", host="li1", app="li-console", result="DENIED")], ("I0", "I0")),
    ],
)  # fmt: skip
def test_a_grade_rests_on_a_privilege_that_an_event_shows(events, grades):
    assert _grades(*events) == grades


def test_a_refused_logon_is_an_attempt_and_no_reach():
    reach = _reach(event(0, "crm", host="li1", app="li-console", result="DENIED"))
    assert reach == {"li1": ("li", "attempted", "none")}


def test_control_of_the_domain_puts_its_other_servers_in_reach():
    reach = _reach(event(0, "sysmon", host="dc1.corp.example", code="1", technique="T1003.003"))
    assert reach["dc1"] == ("domain", "reached", "admin")
    assert reach["mail1"] == ("mail", "reachable", "none")


def test_control_of_a_machine_shows_no_right_inside_the_system_on_it():
    reach = _reach(event(0, "winsystem", host="nms1", code="7045", technique="T1543.003"))
    assert reach["nms1"] == ("nms", "reached", "read")


def test_a_session_through_the_bastion_reaches_the_server_behind_it():
    reach = _reach(
        event(0, "teleport", host="gate1", code="session.start", server_hostname="bill1")
    )
    assert reach["bill1"][:2] == ("billing", "reached")
