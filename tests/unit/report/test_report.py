"""The stage as a whole: what it writes, that it is the same every time, and that nothing leaks."""

import csv
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.report.made_case import Shape, all_tables, made_case

from crossline import judgements, report
from crossline.case import open_case
from crossline.kernel.progress import Silent
from crossline.report.gates import GateError
from crossline.store import Store, Tables
from crossline.tables import TABLES

HOSTILE = "</script><script>alert(1)</script>\x1b[31m‮" + "x" * 180


def reported(root: Path, shape: Shape = Shape()) -> Path:  # noqa: B008 - frozen
    case = made_case(root, shape)
    tables = all_tables(case)
    judgements.run(case, tables, Silent())
    report.run(case, tables, Silent())
    return case.report


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reported(tmp_path_factory.mktemp("case") / "lantern")


class Page(HTMLParser):
    """Ids, links, attributes and elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.attributes |= found.keys()
        self.scripts += tag == "script" and "type" not in found
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if "href" in found else []


def test_the_folder_holds_page_markdown_tables_and_manifest(folder: Path) -> None:
    assert {each.name for each in folder.iterdir()} == {
        "index.html",
        "report.md",
        "attack-flow",
        "bundle.stix.json",
        "navigator",
        "tables",
        "manifest.json",
    }


def test_every_public_table_that_exists_is_exported_in_both_forms(folder: Path) -> None:
    made = {each.name for each in (folder / "tables").iterdir()}
    names = {
        "events", "problems", "rule_status", "detections", "coverage", "intrusions",
        "intrusion_events", "judgements", "actions",
    }  # fmt: skip
    assert made == {f"{name}.{form}" for name in names for form in ("csv", "parquet")}


@pytest.mark.parametrize("name", ["detections", "events", "intrusion_events", "coverage"])
def test_parquet_has_the_declared_columns_in_the_order_of_the_key(folder: Path, name: str) -> None:
    table = pq.read_table(folder / "tables" / f"{name}.parquet")
    columns = [table[key].to_pylist() for key in TABLES[name].key]
    keys = [tuple(part or "" for part in key) for key in zip(*columns, strict=True)]
    assert table.schema.names == TABLES[name].schema.names
    assert keys == sorted(keys)


def test_csv_has_lists_and_maps_as_json_and_times_with_microseconds(folder: Path) -> None:
    with (folder / "tables" / "detections.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert json.loads(row["techniques"])
    assert list(json.loads(row["matched"])) == ["CommandLine"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", row["time"])


def test_the_manifest_has_the_hash_of_every_file_and_no_path_of_the_machine(folder: Path) -> None:
    text = (folder / "manifest.json").read_text()
    content = json.loads(text)
    for each in content["files"]:
        assert hashlib.sha256((folder / each["path"]).read_bytes()).hexdigest() == each["sha256"]
    assert content["tables"]["detections"] == 180
    assert str(folder.parent) not in text


def test_the_same_tables_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = reported(tmp_path / "lantern")
    for path in folder.rglob("*.*"):
        assert path.read_bytes() == (again / path.relative_to(folder)).read_bytes(), path.name


def test_every_link_of_the_page_leads_to_something(folder: Path) -> None:
    page = Page((folder / "index.html").read_text())
    anchors = set(page.ids)
    rows = {row["event_id"] for row in pq.read_table(folder / "tables/events.parquet").to_pylist()}
    for link in page.links:
        target = link[1:].partition("?")[0]
        assert link.startswith("#"), link
        assert target in anchors or target in rows or target.startswith("so_"), link


def test_ids_stand_once_on_the_page(folder: Path) -> None:
    ids = Page((folder / "index.html").read_text()).ids
    assert len(ids) == len(set(ids))


def test_the_page_has_one_script_and_neither_style_attributes_nor_addresses(folder: Path) -> None:
    text = (folder / "index.html").read_text()
    page = Page(text)
    assert page.scripts == 1
    assert "style" not in page.attributes
    assert "src" not in page.attributes
    assert "://" not in text


def test_sections_that_no_stage_fills_say_that_they_are_not_assessed(folder: Path) -> None:
    text = (folder / "index.html").read_text()
    for name in ("attributions", "coordination and coordination_evidence", "interference"):
        assert re.search(rf"Not assessed: no stage wrote the tables? {name}\.", text)


def test_a_table_of_a_later_stage_stands_in_its_section_as_it_is_declared(tmp_path: Path) -> None:
    tables = all_tables(made_case(tmp_path, Shape()))
    intrusion = tables.read("intrusions")["intrusion_id"][0].as_py()
    row = {
        "intrusion_id": intrusion,
        "organisation": "asterkom",
        "host": "HLR-7",
        "asset_class": "register",
        "status": "attempted",
        "rests_on": [intrusion],
    }
    tables.replace("reach", pa.Table.from_pylist([row], TABLES["reach"].schema))
    report.run(open_case(tmp_path), tables, Silent())
    text = (tmp_path / "report" / "index.html").read_text()
    assert "HLR-7" in text
    assert "no stage wrote the table reach" not in text
    assert "HLR-7" in (tmp_path / "report" / "report.md").read_text()


def test_the_author_of_a_rule_stands_with_its_matches(folder: Path) -> None:
    text = (folder / "index.html").read_text()
    assert text.count("by B. Writer, C. Writer") > 10
    assert "B. Writer, C. Writer" in (folder / "report.md").read_text()


@pytest.mark.parametrize(
    "shape",
    [
        Shape(organisations=(), detections=0, intrusions=0),
        Shape(detections=0, intrusions=0),
        Shape(intrusions=0),
        Shape(
            organisations=tuple(f"operator-{n:02}" for n in range(30)),
            hosts=3,
            detections=400,
            intrusions=50,
        ),
        Shape(organisations=("n" * 200,), hosts=30, months=60, intrusions=1),
    ],
)
def test_a_case_of_any_size_has_a_report(tmp_path: Path, shape: Shape) -> None:
    page = Page((reported(tmp_path, shape) / "index.html").read_text())
    assert len(page.ids) == len(set(page.ids))


def test_log_text_is_never_markup_and_hides_nothing(tmp_path: Path) -> None:
    folder = reported(tmp_path, Shape(text=HOSTILE))
    text = (folder / "index.html").read_text()
    assert Page(text).scripts == 1
    assert "alert(1)</script>" not in text
    assert "\x1b" not in text
    assert "‮" not in text
    markdown = (folder / "report.md").read_text()
    assert "\x1b" not in markdown
    assert "<script>" not in markdown


def test_the_stage_touches_only_what_the_pipeline_declares(tmp_path: Path) -> None:
    from crossline.pipeline import STAGES

    case = made_case(tmp_path, Shape())
    stage = next(each for each in STAGES if each.name == "report")
    report.run(case, Tables(Store(case.store), stage.reads, stage.writes), Silent())
    assert (case.report / "manifest.json").is_file()


def test_a_gate_that_fails_leaves_the_old_report(tmp_path: Path) -> None:
    folder = reported(tmp_path)
    before = (folder / "index.html").read_bytes()
    tables = all_tables(open_case(tmp_path))
    rows = tables.read("intrusions").to_pylist()
    rows[0]["rests_on"] = ["de_00000000000000000000000000000000"]
    tables.replace("intrusions", pa.Table.from_pylist(rows, TABLES["intrusions"].schema))
    with pytest.raises(GateError, match="de_0000"):
        report.run(open_case(tmp_path), tables, Silent())
    assert (folder / "index.html").read_bytes() == before
