"""Every written form of one identity comes to one canonical form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.events.subscribers.conftest import (
    ABROAD,
    IDENTITIES,
    KEY,
    OWN,
    base64_of,
    plan,
    swapped,
)

from crossline.events import Identities
from crossline.events.subscribers.identities import Kind

NUMBER = "999123456789"
IMSI = "991010000000456"


@pytest.mark.parametrize(
    "written",
    [
        "999123456789", "+999123456789", "00999123456789", "0123456789", "123456789",
        "+999 123-456.789", '"0123456789"', "999123456789 ", base64_of("999123456789"),
        base64_of("+999123456789"), base64_of("0123456789"), swapped("999123456789"),
        "91" + swapped("999123456789"), "0x91" + swapped("999123456789"), "A1" + swapped("123456789"),
    ],
)  # fmt: skip
def test_a_number_in_any_form_is_one_person(written: str) -> None:
    found = IDENTITIES.read(written, "msisdn")
    assert found
    assert found[:2] == ("msisdn", NUMBER)


@pytest.mark.parametrize(
    "written", [IMSI, swapped(IMSI), "0x" + swapped(IMSI), base64_of(IMSI), swapped(IMSI).lower()]
)
@pytest.mark.parametrize("kind", ["imsi", "msisdn", None])
def test_an_imsi_is_one_wherever_it_stands(written: str, kind: Kind | None) -> None:
    found = IDENTITIES.read(written, kind)
    assert found
    assert found[:2] == ("imsi", IMSI)


@pytest.mark.parametrize("written", ["35123400000001", "351234000000012", "3512340000000101"])
def test_a_device_is_its_first_14_digits(written: str) -> None:
    found = IDENTITIES.read(written, "imei")
    assert found
    assert found[:2] == ("imei", "35123400000001")


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("99812345678", "99812345678"),
        ("0099812345678", "99812345678"),
        ("+4412345678", "4412345678"),
    ],
)
def test_a_foreign_number_keeps_its_country(written: str, digits: str) -> None:
    found = IDENTITIES.read(written, "msisdn")
    assert found
    assert found[:2] == ("msisdn", digits)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "web",
        "k.lopez",
        "198.18.77.4",
        "10.0.0.1:5060",
        "00:11:22:33:44:55",
        "4711",
        "C-0092231",
    ],
)
def test_what_is_no_identity_is_none(written: str) -> None:
    assert IDENTITIES.read(written, "msisdn") is None


@pytest.mark.parametrize(
    "written", ["441234567890", "12345678901", "2940013311", "991030000000456"]
)
def test_without_a_field_only_what_fits_a_plan_is_one(written: str) -> None:
    assert IDENTITIES.read(written, None) is None


@pytest.mark.parametrize(
    ("form", "digits", "is_ambiguous"),
    [
        ("", "991234567890", True),
        ("cc+nsn", "991234567890", False),
        ("from 2020 nibble-swapped hex", swapped("991234567890"), False),
    ],
)
def test_digits_that_fit_plain_and_swapped_are_ambiguous_unless_the_form_is_declared(
    form: str, digits: str, is_ambiguous: bool
) -> None:
    own = plan(country_code="99", national_number_length="10", number_form_radius=form)
    found = Identities(KEY, own).read("991234567890", "msisdn", "radius")
    assert found == ("msisdn", digits, is_ambiguous)


@given(national=st.from_regex(r"[1-9][0-9]{8}", fullmatch=True))
def test_all_forms_of_any_number_agree(national: str) -> None:
    forms = [f"999{national}", f"+999{national}", f"0{national}", f"91{swapped('999' + national)}"]
    found = {IDENTITIES.read(form, "msisdn")[:2] for form in forms}  # type: ignore[index]
    assert found == {("msisdn", f"999{national}")}


def test_a_plan_takes_lengths_and_networks_in_lists() -> None:
    several = plan(country_code="+99", national_number_length="7-9;11", mcc="1 2", mnc="01;02")
    assert several.lengths == (7, 8, 9, 11)
    assert several.networks == ("101", "102", "201", "202")
    assert OWN.has_bare_numbers
    assert not ABROAD.has_bare_numbers
