from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crossline.case import (
    Case,
    Decision,
    add_decision,
    day_of,
    in_force,
    init_case,
    lint_case,
    new_decision,
    open_case,
    read_decisions,
    take_back,
)
from crossline.kernel.errors import UsageError

HEADER = "decision_id,kind,subject,object,analyst,time,reason,expires\n"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    init_case(tmp_path / "lantern")
    return open_case(tmp_path / "lantern")


def decision(
    kind: str = "exclude", subject: str = "ev_1", reason: str = "a test", expires: str = ""
) -> Decision:
    return new_decision(kind, subject, "", "kim", reason, expires, "2026-01-02T03:04:05Z")


def file(case: Case) -> Path:
    return case.root / "decisions.csv"


def test_a_decision_is_read_back_as_it_was_written_and_lint_finds_no_fault(case: Case) -> None:
    wanted = [decision(reason='a "quoted", long\nreason'), decision(subject="ev_2")]
    for each in wanted:
        add_decision(case, each)
    assert read_decisions(case) == wanted
    assert lint_case(case.root) == []


def test_the_id_comes_from_the_content_and_not_from_the_time() -> None:
    first, later = (
        decision(),
        new_decision("exclude", "ev_1", "", "kim", "a test", "", "2027-01-01"),
    )
    assert first.decision_id == later.decision_id
    assert first.decision_id.startswith("dc_")
    assert decision(reason="another").decision_id != first.decision_id


def test_the_same_decision_twice_is_refused_and_the_file_stays(case: Case) -> None:
    add_decision(case, decision())
    before = file(case).read_bytes()
    with pytest.raises(UsageError, match="stands already"):
        add_decision(case, decision())
    assert file(case).read_bytes() == before


def test_order_further_columns_and_line_ends_stay(case: Case) -> None:
    text = (
        "\ufeffour own,decision_id,kind,subject,object,analyst,time,reason,expires\r\n"
        'x,D1,exclude,ev_9,,lee,,"two\r\nlines",\r\n\r\n'
        "y,D2,confirmed,in_9,,lee,,why,\r\n"
    )
    file(case).write_text(text, encoding="utf-8", newline="")
    add_decision(case, decision())
    written = file(case).read_bytes().decode("utf-8")
    assert written.startswith(text)
    assert written.endswith("a test,\r\n")
    assert [each.decision_id for each in read_decisions(case)][:2] == ["D1", "D2"]
    take_back(case, "D1")
    assert "two" not in file(case).read_text(encoding="utf-8")
    assert [each.subject for each in read_decisions(case)] == ["in_9", "ev_1"]


def test_a_last_line_without_its_end_is_not_run_together_with_the_new_one(case: Case) -> None:
    file(case).write_text(HEADER + "D1,exclude,ev_9,,lee,,why,", encoding="utf-8", newline="")
    add_decision(case, decision())
    assert len(read_decisions(case)) == 2


@pytest.mark.parametrize("start", [None, "", "\ufeff", HEADER])
def test_a_file_that_is_not_there_or_empty_gets_its_header(case: Case, start: str | None) -> None:
    file(case).unlink()
    if start is not None:
        file(case).write_text(start, encoding="utf-8", newline="")
    add_decision(case, decision())
    assert file(case).read_text(encoding="utf-8").startswith(HEADER)
    assert read_decisions(case) == [decision()]


def test_taking_back_what_is_not_there_says_how_to_list(case: Case) -> None:
    with pytest.raises(UsageError, match="--list"):
        take_back(case, "dc_none")
    assert file(case).read_text(encoding="utf-8") == HEADER


def test_a_second_writer_is_told_and_changes_nothing(case: Case) -> None:
    lock = case.root / "decisions.csv.new"
    lock.touch()
    with pytest.raises(UsageError, match="another `decide`"):
        add_decision(case, decision())
    assert lock.exists()
    lock.unlink()
    add_decision(case, decision())
    assert not lock.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEADER + "D1,maybe,ev_1,,kim,,why,\n", r":2: kind is 'maybe'"),
        (HEADER + "D1,exclude,,,kim,,why,\n", r":2: subject is empty"),
        (HEADER + "D1,exclude,ev_1,,kim,,why,soon\n", r":2: expires is 'soon'"),
        ("decision_id,kind,subject,analyst,reason\n", "add the columns time"),
        (HEADER + 'D1,exclude,"ev_1,,kim,,why,\n', "crossline lint"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_place_and_stays(
    case: Case, text: str, words: str
) -> None:
    file(case).write_text(text, encoding="utf-8", newline="")
    with pytest.raises(UsageError, match=words):
        add_decision(case, decision())
    assert file(case).read_text(encoding="utf-8") == text


def test_a_file_that_is_not_utf8_is_one_line(case: Case) -> None:
    file(case).write_bytes(HEADER.encode() + b"D1,exclude,\xff,,kim,,why,\n")
    with pytest.raises(UsageError, match=r"decisions\.csv"):
        add_decision(case, decision())
    assert not (case.root / "decisions.csv.new").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "perhaps"}, "kind"),
        ({"subject": " "}, "subject"),
        ({"reason": ""}, "reason"),
        ({"expires": "tomorrow"}, "expires"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(change: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        decision(**change)


@pytest.mark.parametrize(
    ("expires", "day", "holds"),
    [
        ("", date(2030, 1, 1), True),
        ("2021-03-04", date(2021, 3, 4), True),
        ("2021-03-04", date(2021, 3, 5), False),
        ("2021-03-04T10:00:00Z", date(2021, 3, 4), True),
        ("2021-03-04", None, True),
    ],
)
def test_a_decision_holds_to_the_end_of_its_last_day(
    expires: str, day: date | None, holds: bool
) -> None:
    assert bool(in_force([decision(expires=expires)], day)) is holds


def test_the_day_is_the_setting_else_the_last_event_and_never_today(case: Case) -> None:
    last = datetime(2021, 5, 6, 23, tzinfo=UTC)
    assert day_of(case, last) == date(2021, 5, 6)
    assert day_of(case, None) is None
    (case.root / "crossline.toml").write_text('[case]\nas_of = "2020-02-03"\n', encoding="utf-8")
    assert day_of(open_case(case.root), last) == date(2020, 2, 3)
    (case.root / "crossline.toml").write_text('[case]\nas_of = "today"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        day_of(open_case(case.root), last)


def test_a_decision_has_the_columns_of_the_side_table() -> None:
    assert ",".join(asdict(decision())) + "\n" == HEADER
