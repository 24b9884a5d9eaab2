from pathlib import Path

import pytest
from tests.unit.report.made_case import Shape, all_tables, made_case

from crossline import judgements
from crossline.kernel.progress import Silent
from crossline.store import Store, Tables

HOSTILE = "<script>\x1b[31m ‮" + "x" * 180


def judged(root: Path, shape: Shape) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    case = made_case(root, shape)
    tables = all_tables(case)
    judgements.run(case, tables, Silent())
    return tables.read("judgements").to_pylist(), tables.read("actions").to_pylist()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, object]], ...]:
    return judged(tmp_path_factory.mktemp("two"), Shape())


def sentences(rows: list[dict[str, object]], question: str) -> list[str]:
    return sorted(str(row["sentence"]) for row in rows if row["question"] == question)


def test_what_was_detected_is_counted_from_the_table(two: tuple) -> None:
    assert (
        "5 rules fired 180 times at 2 organisations; 108 of these detections are of level high or "
        "critical." in sentences(two[0], "Q1")
    )


def test_rules_that_did_not_run_are_named_by_their_reason(two: tuple) -> None:
    assert sentences(two[0], "Q1")[1] == (
        "7 of 10 rules ran in full; of the others 1 had no log to look at, 1 lacked a field, 1 "
        "cannot be run as written: what they look for was not checked."
    )


def test_each_heavy_intrusion_has_a_sentence_with_its_span_and_hosts(two: tuple) -> None:
    stories = sentences(two[0], "Q2")
    assert len(stories) == 3
    assert any(
        "on 4 hosts with 2 accounts; it is open at the end of the logs." in s for s in stories
    )


def test_what_limits_the_confidence_in_an_intrusion_is_counted(two: tuple) -> None:
    against = [row["against"] for row in two[0] if "on 4 hosts" in row["sentence"]]
    assert all("of 224 host-months are not held in full." in each[1] for each in against)


def test_an_uncalibrated_score_gets_no_word_of_likelihood(two: tuple) -> None:
    assert {(row["likelihood"], row["probability"]) for row in two[0]} == {(None, None)}


def test_a_count_read_off_the_tables_has_no_analytic_confidence(two: tuple) -> None:
    assert {row["confidence"] for row in two[0] if row["question"] != "Q2"} == {None}


@pytest.mark.parametrize("which", [0, 1])
def test_every_row_rests_on_rows(two: tuple, which: int) -> None:
    assert all(row["rests_on"] for row in two[which])


def test_open_intrusions_are_to_be_contained_and_ended_ones_are_not(two: tuple) -> None:
    contain = [row for row in two[1] if row["kind"] == "contain"]
    assert len(contain) == 2
    assert not any("had ended" in str(row["reason"]) for row in contain)


def test_silent_months_are_to_be_collected(two: tuple) -> None:
    collect = [str(row["target"]) for row in two[1] if row["kind"] == "collect"]
    assert "asterkom: iis of WS00.example for 2020-02, 2021-01" in collect


@pytest.mark.parametrize(
    ("shape", "questions"),
    [
        (Shape(organisations=(), detections=0, intrusions=0), set()),
        (Shape(detections=0, intrusions=0), {"Q1", "Q10"}),
        (Shape(intrusions=0), {"Q1", "Q2", "Q10"}),
        (Shape(text=HOSTILE), {"Q1", "Q2", "Q10"}),
    ],
)
def test_a_question_that_the_tables_do_not_answer_gets_no_sentence(
    tmp_path: Path, shape: Shape, questions: set[str]
) -> None:
    rows, _ = judged(tmp_path, shape)
    assert {row["question"] for row in rows} == questions


def test_no_intrusion_is_not_called_safety(tmp_path: Path) -> None:
    rows, _ = judged(tmp_path, Shape(intrusions=0))
    assert sentences(rows, "Q2") == [
        "No detections join into an intrusion; 180 detections stand alone."
    ]


def test_a_name_from_the_side_table_stands_in_the_sentences(tmp_path: Path) -> None:
    (tmp_path / "organisations.csv").write_text("organisation,name\nasterkom,Asterkom AG\n")
    rows, _ = judged(tmp_path, Shape())
    assert any("At Asterkom AG: " in text for text in sentences(rows, "Q2"))


def test_the_stage_touches_only_what_the_pipeline_declares(tmp_path: Path) -> None:
    from crossline.pipeline import STAGES

    case = made_case(tmp_path, Shape())
    stage = next(each for each in STAGES if each.name == "judge")
    judgements.run(case, Tables(Store(case.store), stage.reads, stage.writes), Silent())
