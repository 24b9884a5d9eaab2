"""Packs state version and licence; two sets of rules are compared by id and content."""

import zipfile
from pathlib import Path

import pytest
from tests.unit.sigma.made import rule

from crossline.detections import compared, documents, packs


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSLINE_CACHE", str(tmp_path / "cache"))


def files(top: str = "") -> dict[str, str]:
    return {
        f"{top}version.txt": "Release 7\n",
        f"{top}LICENSE": "# Terms\n\nDetection Rule License 1.1\n",
        f"{top}rules/one.yml": rule("one"),
        f"{top}rules/two.yml": rule("two"),
        f"{top}rules/broken.yml": "no rule",
    }


def folder(place: Path, content: dict[str, str]) -> Path:
    for name, text in content.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return place


def archive(place: Path, content: dict[str, str]) -> Path:
    with zipfile.ZipFile(place, "w") as zipped:
        for name, text in content.items():
            zipped.writestr(name, text)
    return place


@pytest.mark.parametrize("kind", ["folder", "zip", "zip with one folder"])
def test_a_pack_tells_its_version_licence_and_counts(tmp_path: Path, kind: str) -> None:
    if kind == "folder":
        place = folder(tmp_path / "pack", files())
    else:
        place = archive(tmp_path / "pack.zip", files("sigma/" if kind != "zip" else ""))
    (pack,) = packs([str(place)], tmp_path)
    assert (pack.version, pack.licence) == ("Release 7", "Terms; Detection Rule License 1.1")
    assert pack.kinds == {"rule": 2, "refused": 1}


def test_a_pack_without_notes_has_the_version_of_its_content(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("a.yml", "b.yml", "c.yml"))
    one.write_text(rule("one"))
    same.write_text(rule("one"))
    other.write_text(rule("other"))
    versions = [packs([str(file)], tmp_path)[0].version for file in (one, other)]
    assert len(set(versions)) == 2
    assert packs([str(one)], tmp_path)[0].licence == "not stated"


def test_the_own_pack_is_named_as_such(tmp_path: Path) -> None:
    (pack,) = packs(["builtin"], tmp_path)
    assert pack.path == "builtin"
    assert pack.version.startswith("crossline ")


def test_what_another_set_of_rules_would_change_is_told(tmp_path: Path) -> None:
    old = folder(tmp_path / "old", {"1.yml": rule("one"), "2.yml": rule("two"), "3.yml": rule("3")})
    changed = rule("two").replace("level: high", "level: low")
    new = folder(tmp_path / "new", {"1.yml": rule("one"), "2.yml": changed, "4.yml": rule("four")})
    found = compared(documents([str(old)], tmp_path), documents([str(new)], tmp_path))
    assert [(kind, each.rule_id) for kind, each in found] == [
        ("new", "four"),
        ("changed", "two"),
        ("removed", "3"),
    ]
