from pathlib import Path

import pytest

from crossline.case import init_case, lint_case


@pytest.fixture
def root(tmp_path: Path) -> Path:
    init_case(tmp_path)
    return tmp_path


def faults(root: Path) -> list[tuple[str, int]]:
    return [(fault.file, fault.line) for fault in lint_case(root)]


def write(root: Path, name: str, text: str) -> None:
    (root / name).write_text(text, encoding="utf-8")


def test_every_fault_is_named_at_once_with_its_line(root: Path) -> None:
    write(
        root,
        "crossline.toml",
        '[case]\ntlp = "purple"\nnmae = "x"\n\n[run]\nworkers = -1\n[reprot]\n',
    )
    write(
        root, "mitigations.csv", "mitigation_id,organisation,time,kind,description\nM1,,soon,x,y\n"
    )
    assert faults(root) == [
        ("crossline.toml", 2),
        ("crossline.toml", 3),
        ("crossline.toml", 6),
        ("crossline.toml", 7),
        ("mitigations.csv", 2),
        ("mitigations.csv", 2),
    ]
    assert all(fault.remedy for fault in lint_case(root))


def test_a_setting_in_the_second_evidence_entry_is_found_there(root: Path) -> None:
    (root / "logs").mkdir()
    write(
        root,
        "crossline.toml",
        '[[evidence]]\npath = "logs"\n\n[[evidence]]\npath = "gone"\ntime_zone = "Mars/Olympus"\n',
    )
    assert faults(root) == [("crossline.toml", 5), ("crossline.toml", 6)]


def test_text_that_is_not_toml_names_the_line(root: Path) -> None:
    write(root, "crossline.toml", '[case]\nname = "x\n')
    assert faults(root) == [("crossline.toml", 2)]


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("organisations.csv", "organisation,time_zone\no1,+06:30\no2,Mars\n", 3, "time_zone"),
        ("organisations.csv", "organisation,name\no1,a\no1,b\n", 3, "already in line 2"),
        ("organisations.csv", "Organisation,name\no1,a\n", 1, "column"),
        (
            "assets.csv",
            "organisation,host,address\no1,h,10.0.0.0/8;fe80::1\no1,h,10.0.0\n",
            3,
            "address",
        ),
        ("assets.csv", "organisation,host,asset_class\no1,h,jewel\n", 2, "jewel"),
        (
            "tickets.csv",
            'organisation,ticket_id,summary\no1,T1,"two\nlines"\no1,,x\n',
            4,
            "ticket_id",
        ),
        (
            "decisions.csv",
            "decision_id,kind,subject,analyst,reason\nD1,maybe,x,me,why\n",
            2,
            "maybe",
        ),
    ],
)
def test_a_wrong_cell_is_named_with_file_line_and_remedy(
    root: Path, name: str, text: str, line: int, words: str
) -> None:
    write(root, name, text)
    found = lint_case(root)
    assert (name, line) in [(fault.file, fault.line) for fault in found]
    assert any(words in str(fault) for fault in found)


def test_a_side_table_that_is_not_utf8_is_one_fault(root: Path) -> None:
    (root / "tickets.csv").write_bytes("organisation,ticket_id\nö,1\n".encode("latin-1"))
    assert faults(root) == [("tickets.csv", 0)]


def test_more_columns_and_a_byte_order_mark_are_no_fault(root: Path) -> None:
    (root / "organisations.csv").write_bytes(
        b"\xef\xbb\xbforganisation,time_zone,our own\no1,Asia/Yangon,x\n"
    )
    assert lint_case(root) == []
