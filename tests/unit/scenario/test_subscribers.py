"""Numbers: how systems spell them, their check digits, and the pseudonyms of the truth."""

import hmac
from hashlib import sha256
from random import Random

import pytest

from crossline.scenario.days import moment
from crossline.scenario.estate import build_estate
from crossline.scenario.subscribers import (
    People,
    Subscriber,
    pseudonym,
    spelled,
    swapped,
    world_key,
)  # fmt: skip

ESTATE = build_estate(0)
PEOPLE = People(ESTATE, 2000)


@pytest.mark.parametrize(
    ("digits", "written"),
    [
        ("491720400305", "947102043050"),
        ("262025600010020", "62025206000120F0"),
        ("217", "12F7"),
    ],
)
def test_the_digits_of_each_pair_change_places(digits: str, written: str) -> None:
    assert swapped(digits) == written


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("cc+nsn", "210914000321"),
        ("+cc+nsn", "+210914000321"),
        ("00+cc+nsn", "00210914000321"),
        ("trunk+nsn", "0914000321"),
        ("nsn", "914000321"),
        ("imsi", "101010000000874"),
        ("base64", "MjEwOTE0MDAwMzIx"),
        ("ton+tbcd", "91129041003012"),
    ],
)
def test_each_form_spells_a_number_in_its_way(form: str, written: str) -> None:
    who = Subscriber("210", "914000321", "101010000000874", "")
    assert spelled(who, form, ESTATE.organisations["O1"]) == written


def test_a_number_of_another_country_is_written_with_its_code_under_a_national_form() -> None:
    who = Subscriber("217", "97280201", "", "")

    assert spelled(who, "trunk+nsn", ESTATE.organisations["O1"]) == "0021797280201"


def test_another_form_may_begin_on_a_day() -> None:
    assert PEOPLE.form("O3", "radius", moment(943)) == "base64"
    assert PEOPLE.form("O3", "radius", moment(945)) == "tbcd"


def test_no_two_subscribers_of_an_operator_share_a_number() -> None:
    of = PEOPLE.of["O4"]
    everybody = [of.at(index) for index in range(of.group("watched").stop)]

    assert len({who.nsn for who in everybody}) == len(everybody)
    assert len({who.imsi for who in everybody}) == len(everybody)
    assert {len(who.nsn) for who in everybody} == {8}
    assert {len(who.imsi) for who in everybody} == {15}


def test_the_check_digit_of_an_imei_is_valid() -> None:
    for index in range(50):
        digits = [int(digit) for digit in PEOPLE.of["O1"].at(index).imei]
        doubled = [digit if place % 2 == 0 else digit * 2 for place, digit in enumerate(digits)]
        assert len(digits) == 15
        assert sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def test_a_pseudonym_is_the_keyed_hash_of_kind_and_digits() -> None:
    key = world_key(0)
    expected = hmac.new(key, b"crossline/v1|msisdn|210914000321", sha256).hexdigest()[:32]

    assert len(key) == 32
    assert pseudonym(key, "msisdn", "210914000321") == expected


def test_known_numbers_are_asked_for_far_more_often_than_others() -> None:
    draw = Random(1)
    asked = [PEOPLE.drawn("O1", draw).nsn for _ in range(2000)]
    known = {PEOPLE.of["O1"].at(index).nsn for index in PEOPLE.of["O1"].group("prominent")}
    known |= {who.nsn for who in PEOPLE.watched.values()}

    assert sum(number in known for number in asked) > 600


def test_every_operator_has_test_numbers_outside_the_range_of_its_subscribers() -> None:
    for of in PEOPLE.of.values():
        prefix = of.organisation.country.cc + "999"
        assert of.test_number().startswith(prefix)
        assert not of.at(0).msisdn.startswith(prefix)
