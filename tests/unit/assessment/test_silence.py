"""Logs that fell silent or began late."""

from datetime import timedelta

import numpy as np
import pytest
from tests.unit.assessment.stories import at

from crossline.assessment.silence import Log, late_starts, silences
from crossline.settings import AssessmentSettings

SETTINGS = AssessmentSettings()


def _log(days, host="h1", form="winsec"):
    first = tuple(at(day) for day in days)
    return Log(
        "op",
        host,
        form,
        np.array(days) + 18262,
        first,
        tuple(time + timedelta(hours=8) for time in first),
        tuple(f"ev_{host}{form}{day}" for day in days),
    )


OTHERS = [_log(range(200), host) for host in ("h2", "h3")]


def test_a_log_that_stops_while_others_go_on_is_silent():
    quiet = _log([*range(80), *range(110, 200)])
    found = list(silences([quiet, *OTHERS], SETTINGS))
    assert [(gap.host, gap.kind) for gap in found] == [("h1", "silent")]
    assert at(79) < found[0].begins < at(80)
    assert at(109) < found[0].ends <= at(110)


@pytest.mark.parametrize("days", [range(0, 200, 3), [n for n in range(200) if n % 7 < 5]])
def test_a_log_that_often_rests_is_not_called_silent(days):
    assert list(silences([_log(list(days)), *OTHERS], SETTINGS)) == []


def test_a_pause_of_the_whole_organisation_is_no_silence_of_one_log():
    days = [*range(80), *range(110, 200)]
    assert list(silences([_log(days, host) for host in ("h1", "h2", "h3")], SETTINGS)) == []


@pytest.mark.parametrize(
    ("hosts", "kind"), [(("h2", "h3"), "telemetry_change"), (("h8", "h9"), "never_collected")]
)
def test_a_kind_of_log_that_begins_late_is_one_interval_for_all_its_hosts(hosts, kind):
    late = [_log(range(120, 200), host, "sysmon") for host in hosts]
    found = list(late_starts([*OTHERS, *late], SETTINGS))
    assert [(gap.host, gap.format, gap.kind) for gap in found] == [("", "sysmon", kind)]
    assert found[0].ends == at(120)
