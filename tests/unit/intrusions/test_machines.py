import pytest

from crossline.intrusions.machines import machine_names

ASSETS = [
    {"organisation": "north", "host": "web-a", "fqdn": "web.a.example", "address": "10.0.0.7"},
    {"organisation": "north", "host": "web-b", "fqdn": "web.b.example", "address": ""},
]


@pytest.mark.parametrize(
    ("name", "machine"),
    [
        ("EXCH01", "exch01"),
        ("exch01.corp.example", "exch01"),
        ("exch01.corp.example.", "exch01"),
        ("10.0.0.9", "10.0.0.9"),
        ("web.a.example", "web-a"),
        ("WEB.B.example", "web-b"),
        ("10.0.0.7", "web-a"),
        ("", ""),
    ],
)
def test_the_names_of_one_machine_are_joined(name: str, machine: str) -> None:
    assert machine_names(ASSETS).of("north", name) == machine


def test_what_one_organisation_says_does_not_hold_for_another() -> None:
    assert machine_names(ASSETS).of("south", "web.a.example") == "web"
