"""Who was asked for."""

from tests.unit.assessment.stories import ASSETS, event, story

from crossline.assessment.exposure import exposed_set_rows, exposure_rows
from crossline.assessment.shown import shown_by
from crossline.settings import AssessmentSettings

SETTINGS = AssessmentSettings()
ADA, BO = "a" * 32, "b" * 32


def _rows(*events):
    one = story(*events)
    rows = exposure_rows([(one, tuple(shown_by(one, ASSETS)))], SETTINGS).to_pylist()
    return {row["subscriber"]: row for row in rows}


def _sets(*events):
    one = story(*events)
    shown = [(one, tuple(shown_by(one, ASSETS)))]
    return exposed_set_rows(shown, {"op": 5000}, SETTINGS).to_pylist()


def test_a_person_asked_for_again_on_other_days_is_likelier_watched():
    rows = _rows(
        event(0, "ora_csv", host="bill1", subscribers=(ADA,)),
        event(30, "ora_csv", host="bill1", subscribers=(ADA,)),
        event(0, "ora_csv", host="bill1", code="2", subscribers=(BO,)),
    )
    assert rows[ADA]["queries"] == 2
    assert rows[ADA]["watched_probability"] > rows[BO]["watched_probability"] > 0.5


def test_a_long_list_is_a_bulk_read_and_no_watching():
    many = tuple(f"{n:032x}" for n in range(200))
    assert _rows(event(0, "ora_csv", host="bill1", subscribers=many)) == {}
    assert _sets(event(0, "ora_csv", host="bill1", subscribers=many))[0]["low"] == 200


def test_a_swindlers_victim_is_not_called_watched():
    rows = _rows(event(0, "crm", host="crm1", app="crm", action="SIM_CHANGE", subscribers=(ADA,)))
    assert rows[ADA]["watched_probability"] < 0.1


def test_a_look_up_minutes_before_tells_whom_an_unlogged_statement_asked_for():
    rows = _rows(
        event(0, "crm", host="crm1", app="crm", action="VIEW_CUSTOMER", subscribers=(ADA,)),
        event(0.01, "ora_sys", host="bill1"),
    )
    assert rows[ADA]["queries"] == 2
    lone = _rows(event(0, "ora_sys", host="bill1"))
    assert lone == {}


def test_records_read_in_bulk_bound_the_exposed_set():
    row = _sets(event(0, "mediation", host="med1", operation="FILE_READ", records="1.204.339"))[0]
    assert (row["low"], row["best"], row["high"], row["determinable"]) == (0, 5000, 5000, False)


def test_rounds_without_text_are_a_set_that_cannot_be_told():
    row = _sets(event(0, "ora_sys", host="bill1"), event(9, "ora_sys", host="bill1", OBJECT="x"))[0]
    assert (row["low"], row["best"], row["high"], row["determinable"]) == (0, None, 5000, False)
