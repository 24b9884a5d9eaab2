import pytest
from tests.unit.attribution.test_answer import write_benchmark
from tests.unit.knowledge.test_reading import PROFILE
from typer.testing import CliRunner

from crossline.case import init_case
from crossline.cli import app
from crossline.kernel.errors import UsageError


def called(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=True)


@pytest.fixture
def case(tmp_path):
    init_case(tmp_path / "case")
    (tmp_path / "own.toml").write_bytes(PROFILE)
    return tmp_path / "case"


def test_attribute_answers_one_observation_from_two_files(tmp_path):
    write_benchmark(tmp_path)
    files = {name: tmp_path / f"{name}.json" for name in ("kb", "case", "answer")}
    got = called("attribute", "--knowledge", files["kb"], "--case", files["case"], "--out", files["answer"])  # fmt: skip
    assert got.exit_code == 0
    assert files["answer"].read_bytes().startswith(b'{"case_id":"x","ranking":[["G1",')


def test_knowledge_that_is_added_stands_beside_what_is_shipped(case):
    assert called("knowledge", "add", case, case.parent / "own.toml").exit_code == 0
    lines = called("knowledge", "list", case).stdout.splitlines()
    assert lines[0].startswith("shipped: ")
    assert lines[1].endswith("own.json: 1 group, 1 software, 2 relations, 1 report, 2025 to 2025")


def test_an_update_takes_the_place_of_what_is_shipped(case):
    assert called("knowledge", "update", case, case.parent / "own.toml").exit_code == 0
    (line,) = called("knowledge", "list", case).stdout.splitlines()
    assert "base.json: 1 group" in line


def test_a_file_called_base_is_not_added_but_refused(case):
    (case.parent / "base.toml").write_bytes(PROFILE)
    got = called("knowledge", "add", case, case.parent / "base.toml")
    assert isinstance(got.exception, UsageError)
