"""What the logs lack: which of the plot's records nobody kept, and how clocks are off."""

from collections import Counter
from datetime import timedelta

import pytest

from crossline.scenario.content import table
from crossline.scenario.days import moment
from crossline.scenario.losses import Losses
from crossline.scenario.scene import scene

SCENE = scene(0, "H1", "test")
LOSSES = Losses(SCENE)
HOSTS = SCENE.estate.hosts


def place(org: str, emit: dict[str, object], host: str) -> str:
    """The host of an emit by the rules of the specification."""
    on = emit.get("on")
    role = {"@dc": "dc", "@dbh": "bill"}.get(str(on), on)
    named = f"{org}.{role}1" if on else host
    return named if named in HOSTS else host


def test_of_461_kinds_of_records_at_the_fixed_steps_366_are_kept() -> None:
    """365 by the specification's count, and one by its clarification of bulk reads at mediation."""
    why: Counter[str] = Counter()
    for step in table("steps")["steps"]:
        org = step["host"].split(".")[0]
        for emit in table("plays")[step["play"]]["emits"]:
            host = HOSTS[place(org, emit, step["host"])]
            log = host.organisation.database if emit["log"] == "@db" else emit["log"]
            when = moment(step["day"], 43200)
            event = emit["fields"].get("EventID", 0)
            if not emit.get("absent"):
                lost = LOSSES.lost_to(host, log, when, event)
                why["no_log" if log not in host.logs else lost] += 1

    assert sum(why.values()) == 461
    assert why[""] == 366


def test_what_the_suppliers_logged_at_the_time_was_never_handed_over() -> None:
    assert LOSSES.lost_to(HOSTS["S1.web1"], "iis", moment(249)) == "S1"
    assert LOSSES.lost_to(HOSTS["S2.exch1"], "httpproxy", moment(1400)) == "S2"
    assert LOSSES.lost_to(HOSTS["S1.vpn1"], "radius", moment(800)) == ""


def test_a_clock_is_ahead_until_it_is_set_right() -> None:
    host = HOSTS["O4.dc1"]

    assert LOSSES.logged(host, "winsec", moment(100)) - moment(100) == timedelta(seconds=312)
    assert LOSSES.logged(host, "winsec", moment(894)) == moment(894)


def test_a_clock_that_drifts_is_set_right_on_the_first_of_each_month() -> None:
    host, noon = HOSTS["O5.dwh1"], moment(600, 43200)
    days = (noon - moment(600 - (noon.day - 1))) / timedelta(days=1)
    drift = (LOSSES.logged(host, "pgaudit", noon) - noon).total_seconds()

    assert drift == pytest.approx(1.5 * days, rel=0.01)


def test_a_clearing_takes_everything_but_its_own_record() -> None:
    host = HOSTS["O4.dc1"]

    assert LOSSES.lost_to(host, "winsec", moment(660)) == "G08"
    assert LOSSES.lost_to(host, "winsec", moment(660), 1102) == ""


def test_of_logs_kept_for_a_month_one_copy_survived() -> None:
    host = HOSTS["O2.exch1"]

    assert LOSSES.lost_to(host, "iis", moment(60)) == ""
    assert LOSSES.lost_to(host, "iis", moment(200)) == "G10"


def test_a_mail_server_that_replaces_another_has_no_logs_before_that() -> None:
    assert LOSSES.out_of_use(HOSTS["O2.exch1"], moment(800)) == ""
    assert LOSSES.out_of_use(HOSTS["O2.exch1"], moment(860)) == "G17"
    assert LOSSES.out_of_use(HOSTS["O2.exch2"], moment(800)) == "G17"
    assert LOSSES.out_of_use(HOSTS["O2.exch2"], moment(860)) == ""


def test_a_relay_repeats_a_few_lines_within_ninety_seconds() -> None:
    host = HOSTS["O3.rtr1"]
    repeats = [LOSSES.copies(host, "tacplus", moment(1000), place / 1000) for place in range(1000)]

    assert sum(later is not None for later in repeats) == 30
    assert all(later is None or 0 <= later <= 90 for later in repeats)


def test_losses_become_settings_of_the_writers() -> None:
    assert LOSSES.settings(HOSTS["O2.bill1"], "ora_sys").keys() == {"max_bytes", "no_statement"}
    assert LOSSES.settings(HOSTS["O1.tac1"], "tacplus").keys() == {"no_year"}
    assert LOSSES.settings(HOSTS["O1.file1"], "winsec").keys() == {"computer"}
    assert LOSSES.settings(HOSTS["O5.aaa1"], "radius").keys() == {"header_zone"}
