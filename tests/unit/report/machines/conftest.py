"""Exports of made cases: written once, looked at by many tests."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.report.made_case import Shape, all_tables, made_case

from crossline import judgements
from crossline.kernel.progress import Silent
from crossline.report.facts import Facts, read_facts
from crossline.report.machines import write_machines

Bundle = dict[str, Any]


def facts_of(root: Path, shape: Shape) -> Facts:
    case = made_case(root, shape)
    tables = all_tables(case)
    judgements.run(case, tables, Silent())
    return read_facts(case, tables)


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Shape], Path]:
    """The folder of exports of a case of that shape."""
    made: dict[Shape, Path] = {}

    def export(shape: Shape) -> Path:
        if shape not in made:
            root = tmp_path_factory.mktemp("machines")
            made[shape] = root / "out"
            made[shape].mkdir()
            write_machines(facts_of(root / "case", shape), made[shape])
        return made[shape]

    return export


@pytest.fixture(scope="session")
def bundle(exported: Callable[[Shape], Path]) -> Bundle:
    return json.loads((exported(Shape()) / "bundle.stix.json").read_text("utf-8"))
