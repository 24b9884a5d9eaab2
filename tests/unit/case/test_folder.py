from pathlib import Path

import pytest

from crossline.case import init_case, lint_case, open_case
from crossline.case.init import setting_docs, settings_text
from crossline.case.side_tables import SIDE_TABLES
from crossline.kernel.errors import UsageError
from crossline.settings import Settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    init_case(tmp_path / "lantern")
    return tmp_path / "lantern"


def test_a_new_case_has_the_default_settings_and_no_fault(root: Path) -> None:
    assert open_case(root).settings == Settings()
    assert lint_case(root) == []
    assert open_case(root).name == "lantern"


def test_a_new_case_says_every_setting_and_every_side_table(root: Path) -> None:
    text = (root / "crossline.toml").read_text(encoding="utf-8")
    assert all(f"# {doc.name} = " in text for doc in setting_docs())
    assert all(doc.meaning for doc in setting_docs())
    for name, table in SIDE_TABLES.items():
        assert (root / f"{name}.csv").read_text(encoding="utf-8") == ",".join(table.columns) + "\n"


def test_the_defaults_shown_are_the_defaults_that_hold(tmp_path: Path) -> None:
    root = tmp_path / "case"
    root.mkdir()
    lines = settings_text().splitlines()
    kept = [
        line.removeprefix("# ") if " = " in line and not line.endswith('"…"') else line
        for line in lines[: lines.index("# [[evidence]]")]
    ]
    (root / "crossline.toml").write_text("\n".join(kept), encoding="utf-8")
    assert open_case(root).settings == Settings()


def test_making_a_case_again_leaves_what_is_there(root: Path) -> None:
    (root / "crossline.toml").write_text('[case]\nname = "Kept"\n', encoding="utf-8")
    assert init_case(root) == []
    assert open_case(root).name == "Kept"


def test_evidence_is_found_by_organisation_and_by_entry(root: Path, tmp_path: Path) -> None:
    (root / "evidence" / "org-1").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (root / "crossline.toml").write_text(
        '[[evidence]]\npath = "../elsewhere"\norganisation = "org-2"\n'
        '[[evidence]]\npath = "evidence/org-1"\ntime_zone = "+08:00"\n'
        '[[evidence]]\npath = "evidence/org-1/fw"\ntime_zone = "+09:00"\n',
        encoding="utf-8",
    )
    case = open_case(root)
    assert [(each.path.name, each.organisation) for each in case.evidence_roots()] == [
        ("org-1", "org-1"),
        ("elsewhere", "org-2"),
    ]
    entry = case.entry_for(root / "evidence" / "org-1" / "fw" / "a.log")
    assert entry is not None
    assert entry.time_zone == "+09:00"
    assert case.entry_for(root / "evidence" / "org-3" / "a.log") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[case", "not TOML"),
        ("[case]\nnmae = 'x'", "nmae"),
        ("[run]\nworkers = 'two'", "workers"),
        ("[case]\ntlp = 'purple'", "purple"),
    ],
)
def test_wrong_settings_stop_the_case_with_the_place(root: Path, text: str, words: str) -> None:
    (root / "crossline.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words) as error:
        open_case(root)
    assert "crossline.toml" in str(error.value)


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="crossline init"):
        open_case(tmp_path / "nowhere")
