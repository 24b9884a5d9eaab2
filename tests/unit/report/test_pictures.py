from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossline.report.pictures.axis import Axis, axis_over
from crossline.report.pictures.calendar import Calendar, calendar
from crossline.report.pictures.heat_map import heat_map
from crossline.report.pictures.hosts import host_strip
from crossline.report.pictures.timeline import Activity, columns, timeline
from crossline.report.techniques import technique_name
from crossline.report.window import log_window
from crossline.store import empty
from crossline.tables import TABLES


def drawn_calendar(*made: dict[str, object], names: dict[str, str] | None = None) -> Calendar:
    table = rows("coverage", *made)
    return calendar(table, names or {}, log_window(table))


START = datetime(2020, 3, 9, 7, 40, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def rows(name: str, *made: dict[str, object]) -> pa.Table:
    filled = [dict.fromkeys(TABLES[name].schema.names) | each for each in made]
    return pa.Table.from_pylist(filled, TABLES[name].schema)


def month(host: str, state: str, each: str = "2020-03", log: str = "sysmon") -> dict[str, object]:
    return {
        "organisation": "a",
        "host": host,
        "month": each,
        "format": log,
        "state": state,
        "events": int(state in ("seen", "partial")),
    }


@pytest.mark.parametrize(
    ("span", "labels"),
    [
        (timedelta(minutes=3), {"07:40:00", "07:40:30"}),
        (timedelta(hours=5), {"08:00", "09:00"}),
        (timedelta(days=3), {"12:00", "00:00"}),
        (timedelta(days=9), {"10 Mar", "11 Mar"}),
        (timedelta(days=400), {"Apr", "Jul"}),
        (timedelta(days=4000), {"2022", "2024"}),
    ],
)
def test_labels_stand_at_round_times(span: timedelta, labels: set[str]) -> None:
    assert labels <= {tick.label for tick in Axis(START, START + span, 0, 868).ticks()}


@given(MOMENTS, MOMENTS)
def test_any_two_times_make_an_axis_with_few_labels_in_order(one: datetime, two: datetime) -> None:
    axis = axis_over([one, two], 226, 868)
    places = [tick.x for tick in axis.ticks()]
    assert places == sorted(places)
    assert len(places) <= 12
    assert 226 <= axis.x(one) <= 226 + 868


@given(st.lists(MOMENTS, min_size=1, max_size=50))
def test_columns_stay_within_the_plot_and_their_row(times: list[datetime]) -> None:
    drawn = columns(times, axis_over(times, 226, 868))
    assert all(226 <= x < 1094 and 4 <= tall <= 16 for x, tall in drawn)


@pytest.mark.parametrize(
    ("states", "together"),
    [
        (["seen", "seen"], "seen"),
        (["seen", "never"], "seen"),
        (["seen", "silent"], "partial"),
        (["silent", "unknown"], "silent"),
        (["never", "never"], "never"),
        (["unknown", "never"], "unknown"),
    ],
)
def test_hosts_of_one_log_are_taken_together(states: list[str], together: str) -> None:
    made = [month(f"h{n}", state) for n, state in enumerate(states)]
    made += [month("h9", "seen", each) for each in ("2020-02", "2020-04")]
    drawn = drawn_calendar(*made)
    assert drawn.groups[0].rows[0].cells[1].state == together


def test_months_between_two_months_are_drawn_though_no_row_names_them() -> None:
    made = drawn_calendar(month("h", "seen", "2019-11"), month("h", "seen", "2020-02"))
    assert [letter for _, letter, _ in made.months] == ["N", "D", "J", "F"]
    assert [cell.state for cell in made.groups[0].rows[0].cells][1] == "unknown"


def test_the_most_silent_log_is_named_from_the_full_set() -> None:
    made = [
        month("h", state, f"2020-0{n}") for n, state in enumerate(["seen", "silent", "seen"], 1)
    ]
    made += [month("h", "seen", f"2020-0{n}", "winsec") for n in (1, 2, 3)]
    assert drawn_calendar(*made, names={"a": "Alpha"}).reading == (
        "5 of 6 source-months hold a full log; most silent is sysmon at Alpha, 1 month."
    )


def test_one_record_dated_1601_does_not_make_a_calendar_of_centuries() -> None:
    made = [month("h", "seen", f"2020-{n:02}") for n in range(1, 13)]
    drawn = drawn_calendar(month("h", "partial", "1601-01"), *made)
    assert len(drawn.months) == 12
    assert drawn.outside == 1


def test_thirty_organisations_are_drawn_twelve_first() -> None:
    made = [month("h", "seen") | {"organisation": f"o{n:02}"} for n in range(30)]
    drawn = drawn_calendar(*made)
    assert (len(drawn.groups), len(drawn.more)) == (12, 18)


def test_an_empty_case_has_empty_pictures() -> None:
    assert calendar(empty("coverage"), {}, None).groups == ()
    assert timeline([], {}, {}, "nothing").lanes == ()
    assert host_strip([]).rows == ()
    assert (
        heat_map(empty("detections"), empty("intrusion_events"), empty("rule_status")).tactics == ()
    )


def test_hosts_stand_in_the_order_of_their_first_sign_and_the_rest_is_counted() -> None:
    acts = [(f"h{n:02}", START + timedelta(minutes=100 - n)) for n in range(25)]
    drawn = host_strip(acts)
    assert drawn.rows[0].label == "h24"
    assert drawn.rows[-1].label == "5 further hosts"
    assert drawn.reading == "25 hosts in 24 minutes: first h24, last h00."


def test_a_thirteenth_intrusion_of_a_lane_is_counted_not_dropped() -> None:
    made = [Activity("a", f"I{n}", f"in_{n}", [START]) for n in range(15)]
    drawn = timeline(made, {"a": (START, START + timedelta(days=1))}, {}, "")
    assert [row.label for row in drawn.lanes[0].rows][-1] == "3 further intrusions"


def test_time_without_any_log_is_hatched_before_and_after() -> None:
    whole = (START, START + timedelta(days=100))
    short = (START + timedelta(days=40), START + timedelta(days=60))
    drawn = timeline([], {"a": whole, "b": short}, {}, "")
    assert drawn.lanes[0].blind == ()
    assert len(drawn.lanes[1].blind) == 2


def test_two_organisations_of_one_name_have_two_lanes() -> None:
    whole = (START, START + timedelta(days=100))
    drawn = timeline([], {"a": whole, "b": whole}, {"a": "Operator", "b": "Operator"}, "")
    assert [lane.name for lane in drawn.lanes] == ["Operator", "Operator"]


def rule(rule_id: str, technique: str, status: str) -> dict[str, object]:
    return {"rule_id": rule_id, "pack": "p", "status": status, "techniques": [technique]}


def test_a_technique_is_seen_observable_or_blind() -> None:
    found = rows(
        "detections",
        {"detection_id": "de_1", "rule_id": "r1", "organisation": "a", "techniques": ["T1003.001"]},
        {"detection_id": "de_2", "rule_id": "r2", "organisation": "a", "techniques": ["t1087"]},
    )
    steps = rows("intrusion_events", {"intrusion_id": "in_1", "technique": "T1003.001"})
    rules = rows(
        "rule_status",
        rule("r1", "T1003.001", "ran"),
        rule("r2", "T1087", "ran"),
        rule("r3", "T1021.002", "ran"),
        rule("r4", "T1071", "not_applicable"),
        rule("r5", "T1021", "refused"),
    )
    drawn = heat_map(found, steps, rules)
    states = {cell.technique: cell.state for tactic in drawn.tactics for cell in tactic.cells}
    assert states == {
        "T1003": "intrusion",
        "T1087": "detected",
        "T1021": "observable",
        "T1071": "blind",
    }
    assert drawn.reading.startswith("2 of the 3 techniques that could be looked for were seen")


def test_cells_of_one_tactic_never_overlap() -> None:
    names = [f"T{n}" for n in range(1001, 1660)]
    found = [
        {"detection_id": f"de_{n}", "rule_id": f"r{n}", "organisation": "a", "techniques": [name]}
        for n, name in enumerate(names[:200])
    ]
    rules = [rule(f"r{n}", name, "ran") for n, name in enumerate(names)]
    drawn = heat_map(
        rows("detections", *found), empty("intrusion_events"), rows("rule_status", *rules)
    )
    for tactic in drawn.tactics:
        boxes = [(cell.x, cell.y, cell.width, cell.height) for cell in tactic.cells]
        for n, (x, y, width, height) in enumerate(boxes):
            assert all(
                left >= x + width or top >= y + height or left + wide <= x
                for left, top, wide, _ in boxes[n + 1 :]
            )


def test_a_sub_technique_is_named_with_its_parent() -> None:
    assert technique_name("T1003.001") == "OS Credential Dumping: LSASS Memory"
    assert technique_name("T1003") == "OS Credential Dumping"
    assert technique_name("T9999") == ""
