"""Of all subscribers of a synthetic world, none stands in clear in anything that crossline writes."""

import json
from collections.abc import Iterator
from pathlib import Path

import ahocorasick_rs
import pytest
from tests.end_to_end.conftest import Run
from tests.end_to_end.test_subscribers import texts_of

from crossline.scenario.scene import scene
from crossline.scenario.subscribers import Subscriber, spelled
from crossline.store import Store

WORLD, PROFILE, SEED = "H1", "test", 1
FORMS = ("cc+nsn", "trunk+nsn", "imsi", "base64", "tbcd", "ton+tbcd")
_WATCHED = 12


def clear_forms() -> set[str]:
    """Every number of every operator, as any log may write it."""
    people = scene(SEED, WORLD, PROFILE).people
    forms: set[str] = set()
    for numbers in people.of.values():
        for index in range(numbers.group("watched").start + _WATCHED):
            forms.update(forms_of(numbers.at(index), numbers.organisation))
    return forms


def forms_of(who: Subscriber, organisation: object) -> Iterator[str]:
    for form in FORMS:
        yield spelled(who, form, organisation)  # type: ignore[arg-type]
    yield spelled(who._replace(nsn=who.imsi, cc=""), "tbcd", organisation)  # type: ignore[arg-type]
    yield who.imei


def inside_digits(text: str, start: int, end: int) -> bool:
    """Whether what was found is only a stretch of a longer number, or of a hash."""
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return any(each in "0123456789abcdefABCDEF" for each in around)


@pytest.mark.slow
def test_no_subscriber_of_a_world_stands_in_clear(
    crossline: Run, cache: Path, tmp_path: Path
) -> None:
    world = tmp_path / "world"
    built = crossline(
        "scenario", "build", "--world", WORLD, "--profile", PROFILE, "--seed", SEED, "--out", world
    )
    assert built.returncode == 0, built.stderr
    case = world / "case"
    done = crossline("run", case, "--key-file", world / "case.key", "--workers", "1")
    assert done.returncode in (0, 3), done.stderr
    (tmp_path / "printed").write_text(done.stdout + done.stderr)
    forms = sorted(clear_forms())
    searched = ahocorasick_rs.AhoCorasick(forms)
    own = {case / "organisations.csv", case / "assets.csv", case / "tickets.csv"}
    files = [path for root in (case, cache) for path in root.rglob("*") if path.is_file()]
    for path in [*files, tmp_path / "printed"]:
        if path in own or path.is_relative_to(case / "evidence"):
            continue
        text = texts_of(path)
        found = [
            forms[number]
            for number, start, end in searched.find_matches_as_indexes(text)
            if not inside_digits(text, start, end)
        ]
        assert found == [], path
    named = Store(case.store).read("events", ["subscribers"])
    assert sum(map(bool, named["subscribers"].to_pylist())) > 1_000
    assert json.loads((case / "report" / "manifest.json").read_text())["key_id"]
