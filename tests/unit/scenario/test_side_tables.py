"""The demo's side tables have the headers that a case expects and speak of the demo's estate."""

import csv
from pathlib import Path

import pytest

from crossline.case.side_tables import SIDE_TABLES
from crossline.scenario.side_tables import write_side_tables
from crossline.scenario.world import load_world

NAMES = ("organisations", "assets", "suppliers", "mitigations", "tickets")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    folder: Path = tmp_path_factory.mktemp("case")
    write_side_tables(folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{n}.csv" for n in NAMES)
    return {
        name: list(csv.DictReader((folder / f"{name}.csv").read_text("utf-8").splitlines()))
        for name in NAMES
    }


@pytest.mark.parametrize("name", NAMES)
def test_headers_are_those_of_the_case(name: str, tables: dict[str, list[dict[str, str]]]) -> None:
    assert tuple(tables[name][0]) == SIDE_TABLES[name].columns


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_passes_the_checks_of_the_case(
    name: str, tables: dict[str, list[dict[str, str]]]
) -> None:
    table = SIDE_TABLES[name]
    for row in tables[name]:
        assert all(row[column] for column in table.required)
        assert all(check(row[column]) for column, _, check in table.checks if row[column])


def test_tickets_and_assets_name_hosts_of_the_world(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    world = load_world()
    assert {row["host"] for row in tables["assets"]} == set(world.hosts)
    assert {host for row in tables["tickets"] for host in row["assets"].split(";")} <= set(
        world.hosts
    )
