"""The estate: the specification's names under seed 0, others under any other seed."""

from collections import Counter

import pytest

from crossline.scenario.days import moment
from crossline.scenario.estate import build_estate


def test_seed_0_has_the_names_of_the_specification() -> None:
    estate = build_estate(0)

    assert [org.label for org in estate.organisations.values()] == [
        "O1", "O2", "O3", "O4", "O5", "S1", "S2",
    ]  # fmt: skip
    assert estate.organisations["O1"].name == "Aurotel"
    assert estate.hosts["O1.dc1"].name == "AUR-DC01"
    assert estate.accounts["S2.adm"].logon == "svc-s2adm"
    assert estate.organisations["O4"].zone == 390


@pytest.mark.parametrize("seed", [0, 1, 5, 1001])
def test_an_estate_has_176_hosts_with_a_name_and_an_address_of_their_own(seed: int) -> None:
    hosts = build_estate(seed).hosts.values()

    assert len(hosts) == 176
    assert len({(host.organisation.id, host.name) for host in hosts}) == 176
    assert len({host.address for host in hosts}) == 176


@pytest.mark.parametrize("seed", range(1, 9))
def test_another_seed_hides_who_is_who_and_gives_one_country_odd_minutes(seed: int) -> None:
    organisations = build_estate(seed).organisations.values()
    zones = {org.country.id: org.zone for org in organisations}

    assert {org.label for org in organisations} == {f"org-{n}" for n in range(1, 8)}
    assert Counter(zone % 60 != 0 for zone in zones.values())[True] == 1


def test_accounts_of_one_organisation_differ() -> None:
    for seed in (0, 3, 8):
        accounts = build_estate(seed).accounts.values()
        names = [(account.id.split(".")[0], account.logon) for account in accounts]
        assert len(set(names)) == len(names)


def test_leased_addresses_change_with_the_shift_and_never_collide() -> None:
    estate = build_estate(0)
    hosts = estate.hosts_of("O3", "wks")
    times = [moment(1200, hour * 3600) for hour in range(0, 72, 8)]
    leases = [[estate.address(host, when) for host in hosts] for when in times]

    assert all(len(set(held)) == len(hosts) for held in leases)
    assert len({tuple(held) for held in leases}) > 1
    assert estate.address(estate.hosts["O1.wks1"], times[0]) == estate.hosts["O1.wks1"].address
