"""Each way to state a time, what is taken for its offset, and what is said of a useless one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossline.events.times import ASSUMED_UNCERTAINTY_S, FOLD_UNCERTAINTY_S, Clock, ReadSettings
from crossline.kernel.errors import UsageError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "utc", "half_width"),
    [
        ("2025-03-01T10:20:30.123456Z", "2025-03-01T10:20:30.123456+00:00", 0.5e-6),
        ("2025-03-01T10:20:30.123456700Z", "2025-03-01T10:20:30.123456+00:00", 0.5e-6),
        ("2025-03-01T10:20:30.12Z", "2025-03-01T10:20:30.12+00:00", 0.005),
        ("2025-03-01 10:20:30+05:30", "2025-03-01T04:50:30+00:00", 0.5),
        ("1740824430", "2025-03-01T10:20:30+00:00", 0.5),
        ("1740824430.5", "2025-03-01T10:20:30.5+00:00", 0.05),
        ("1740824430123", "2025-03-01T10:20:30.123+00:00", 0.0005),
        ("/Date(1740824430123)/", "2025-03-01T10:20:30.123+00:00", 0.0005),
        ("-1740824430", "1914-11-02T13:39:30+00:00", 0.5),
    ],
)
def test_a_stated_time_is_taken_as_it_is(text: str, utc: str, half_width: float) -> None:
    found = Clock(ReadSettings(time_zone="Asia/Tokyo")).moment(text, [])
    assert found[:4] == (micros(utc), "stated", pytest.approx(half_width), None)


@pytest.mark.parametrize(
    ("zone", "stated", "utc", "basis", "half_width"),
    [
        ("UTC", False, "2025-07-01T10:20:30+00:00", "assumed", ASSUMED_UNCERTAINTY_S),
        ("UTC", True, "2025-07-01T10:20:30+00:00", "settings", 0.5),
        ("Europe/Berlin", True, "2025-07-01T08:20:30+00:00", "settings", 0.5),
        ("-03:30", True, "2025-07-01T13:50:30+00:00", "settings", 0.5),
    ],
)
@pytest.mark.parametrize("text", ["2025-07-01 10:20:30", "07/01/2025 10:20:30 AM"])
def test_a_local_time_takes_the_zone_of_the_settings(
    text: str, zone: str, stated: bool, utc: str, basis: str, half_width: float
) -> None:
    clock = Clock(ReadSettings(time_zone=zone, zone_is_stated=stated))
    found = clock.moment(text, [])
    assert found[:4] == (micros(utc), basis, half_width, None)


def test_an_hour_that_comes_twice_is_uncertain_by_an_hour() -> None:
    clock = Clock(ReadSettings(time_zone="Europe/Berlin", zone_is_stated=True))
    assert clock.moment("2025-10-26 02:30:00", []).uncertainty_s == FOLD_UNCERTAINTY_S
    assert clock.moment("2025-10-26 03:30:00", []).uncertainty_s == 0.5


@pytest.mark.parametrize(
    ("proof", "offset"),
    [
        (("2025-03-01 10:20:30", "2025-03-01 14:20:28.5"), -4.0),
        (("2025-03-01 10:20:30", "2025-03-01T04:35:31Z"), 5.75),
        (("2025-03-01 10:20:30", "2025-03-01 10:20:30.123"), 0.0),
    ],
)
def test_a_record_that_holds_one_moment_twice_proves_its_offset(
    proof: tuple[str, str], offset: float
) -> None:
    clock = Clock(ReadSettings(time_zone="Asia/Tokyo", zone_is_stated=True))
    found = clock.moment("2025-03-01 10:20:30", [proof])
    assert found.basis == "stated"
    assert found.micros == micros("2025-03-01T10:20:30+00:00") - offset * 3600 * 1_000_000


@pytest.mark.parametrize(
    "proof",
    [
        ("2025-03-01 10:20:30", "2025-03-01 14:30:30"),
        ("2025-03-01 10:20:30", "2025-03-03 10:20:30"),
        ("2025-03-01 10:20:30", "2025-03-01 10:05:30"),
        ("2025-03-01 10:20:30", "nonsense"),
        ("2025-03-01 10:20:30", None),
    ],
)
def test_what_shows_no_offset_in_use_proves_nothing(proof: tuple[str, str | None]) -> None:
    assert Clock(ReadSettings()).moment("2025-03-01 10:20:30", [proof]).basis == "assumed"


PROOF = [("2025-03-01 10:20:30", "2025-03-01 14:20:30")]
UNLIKE = [("2025-03-01 10:20:30", "2025-03-01 15:20:30")]


def test_records_that_agree_on_an_offset_lend_it_to_their_neighbours() -> None:
    clock = Clock(ReadSettings(clock_correction_s=1))
    before, proving = clock.moment("2025-03-01 08:00:00", []), clock.moment(PROOF[0][0], PROOF)
    settled = clock.settled([before, proving])
    assert settled[1] == proving
    assert settled[0][:3] == (micros("2025-03-01T12:00:01+00:00"), "assumed", FOLD_UNCERTAINTY_S)
    later = clock.settled([clock.moment("2025-03-01 09:00:00", [])])
    assert later[0].micros == micros("2025-03-01T13:00:01+00:00")
    changed = [clock.moment(UNLIKE[0][0], UNLIKE), clock.moment("2025-03-01 09:00:00", [])]
    assert clock.settled(changed)[1].micros == micros("2025-03-01T14:00:01+00:00")


def test_records_that_disagree_on_an_offset_lend_none() -> None:
    clock = Clock(ReadSettings())
    found = [clock.moment(text, proofs) for text, proofs in (
        ("2025-03-01 08:00:00", []), (PROOF[0][0], PROOF), (UNLIKE[0][0], UNLIKE))]  # fmt: skip
    assert clock.settled(found) == found


def test_a_zone_that_is_stated_of_the_source_outweighs_its_neighbours() -> None:
    clock = Clock(ReadSettings(time_zone="Asia/Tokyo", zone_is_stated=True))
    found = [clock.moment("2025-03-01 08:00:00", []), clock.moment(PROOF[0][0], PROOF)]
    assert clock.settled(found) == found


def test_a_stated_time_that_its_record_contradicts_is_kept_and_said() -> None:
    text = "2021-03-14T01:39:32.609Z"
    found = Clock(ReadSettings()).moment(text, [(text, "2021-03-14 06:39:30.227")])
    assert found.micros == micros("2021-03-14T01:39:32.609+00:00")
    assert found.complaint is not None
    assert "clock_correction_s = 18000" in found.complaint


def test_the_clock_correction_is_added() -> None:
    found = Clock(ReadSettings(clock_correction_s=-90.5)).moment("2025-03-01T10:20:30Z", [])
    assert found.micros == micros("2025-03-01T10:18:59.5+00:00")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "no time"),
        ("", "in no form"),
        ("yesterday", "in no form"),
        ("2025-13-01T10:20:30Z", "in no form"),
        ("0001-01-01T00:00:00+05:00", "outside the years"),
        ("1601-01-01T00:00:00Z", "never set"),
        ("x" * 1000, "in no form"),
    ],
)
def test_a_useless_time_is_none_and_said(text: str | None, words: str) -> None:
    found = Clock(ReadSettings()).moment(text, [])
    assert (found.micros, found.basis, found.uncertainty_s) == (None, "none", None)
    assert found.complaint is not None
    assert words in found.complaint
    assert len(found.complaint) < 200


@pytest.mark.parametrize("correction", [1e12, -1e12])
def test_a_correction_out_of_range_leaves_no_time(correction: float) -> None:
    clock = Clock(ReadSettings(clock_correction_s=correction))
    assert clock.moment("2025-03-01T10:20:30Z", []).micros is None


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "+25:00", "../../etc/passwd", "+1"])
def test_a_zone_that_does_not_exist_is_wrong_use(zone: str) -> None:
    with pytest.raises(UsageError, match="no such time zone"):
        Clock(ReadSettings(time_zone=zone))


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_the_clock(text: str, local: str, universal: str) -> None:
    found = Clock(ReadSettings()).moment(text, [(local, universal)])
    assert (found.micros is None) == (found.basis == "none")


@given(st.datetimes(min_value=datetime(1700, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001
def test_every_way_to_write_a_moment_gives_it_back(moment: datetime) -> None:
    utc = moment.replace(tzinfo=UTC)
    expected = (utc - EPOCH) // timedelta(microseconds=1)
    for text in (f"{moment.isoformat()}Z", utc.astimezone().isoformat()):
        assert Clock(ReadSettings()).moment(text, []).micros == expected
