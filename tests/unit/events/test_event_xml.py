"""Event XML comes to the form that EVTX parsers print, so that a record reads the same in both."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from evtx import PyEvtxParser
from tests.unit.events.conftest import Event, happened

from crossline.events import ReadSettings
from crossline.events.event_xml import xml_document, xml_fields

ATOMIC = Path(__file__).parents[4] / "shared" / "evidence" / "windows-atomic.zip"
SAME = ("format", "host", "time", "time_raw", "channel", "provider", "event_code", "record_id")


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("<Event/>", {}),
        ("<Event a='1'><System/></Event>", {"System": None}),
        ("<Event xmlns='u'><S xmlns='v' a='1'>t</S></Event>", {"S": {"@a": "1", "#text": "t"}}),
        ("<Event><D>\n  </D><E> </E></Event>", {"D": None, "E": " "}),
        ("<Event><D><Data>a</Data><Data>b</Data></D></Event>", {"D": {"Data": ["a", "b"]}}),
        ("<Event><D><Data Name='n'>a\r\nb</Data></D></Event>", {"D": {"n": "a\r\nb"}}),
        ("<Event><D><Data Name='n'><![CDATA[<a>]]></Data></D></Event>", {"D": {"n": "<a>"}}),
        ("<Event><D><Data Name='n'><X>1</X></Data></D></Event>",
         {"D": {"Data": {"@Name": "n", "X": "1"}}}),
    ],
)  # fmt: skip
def test_an_event_becomes_a_nested_document(text: str, document: dict[str, object]) -> None:
    assert xml_document(text) == {"Event": document}


def test_a_fragment_gives_its_fields() -> None:
    assert xml_fields("<EventData><Data Name='a'>1</Data><Data>2</Data></EventData>") == {
        "a": "1",
        "Data": "2",
    }


def test_what_is_nested_beyond_the_bound_becomes_text() -> None:
    deep = "<a>" * 200 + "x" + "</a>" * 200
    assert "x" in str(xml_document(f"<Event><System/>{deep}</Event>"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<Other/>", "not an Event but Other"),
        ("<Event>", "not well-formed"),
        ("<!DOCTYPE Event><Event/>", "not taken"),
        ("<!DOCTYPE Event [<!ENTITY a 'b'>]><Event>&a;</Event>", "not taken"),
        ("", "not well-formed"),
    ],
)
def test_what_is_no_event_says_why(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        xml_document(text)


@pytest.fixture(scope="module")
def atomic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some real files as EVTX, and the same as the XML that the library prints."""
    if not ATOMIC.exists():
        pytest.skip("the shared evidence set windows-atomic is not beside the repository")
    folder = tmp_path_factory.mktemp("atomic")
    with zipfile.ZipFile(ATOMIC) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".evtx"))[::12]
        for number, name in enumerate(names):
            path = folder / f"{number}.evtx"
            path.write_bytes(archive.read(name))
            path.with_suffix(".xml").write_text(f"<Events>{''.join(printed(path))}</Events>")
    return folder


def printed(path: Path) -> Iterator[str]:
    for record in PyEvtxParser(str(path), number_of_threads=1).records():
        yield record["data"].partition("?>")[2]


def readable(events: list[Event]) -> list[tuple[object, ...]]:
    """What must agree; characters that XML forbids are left out of the comparison."""
    return [
        (*(event[name] for name in SAME), *sorted(fields.items()))
        for event in events
        if isinstance(fields := event["fields"], dict)
        and all("".join((text or "").split()).isprintable() for text in fields.values())
    ]


def test_real_records_read_the_same_from_xml_as_from_evtx(atomic: Path) -> None:
    compared = 0
    for path in sorted(atomic.glob("*.evtx")):
        evtx, xml = (happened(each, atomic, ReadSettings()).events
                     for each in (path, path.with_suffix(".xml")))  # fmt: skip
        assert len(evtx) == len(xml)
        assert readable(evtx) == readable(xml), path
        compared += len(readable(evtx))
    assert compared > 250
