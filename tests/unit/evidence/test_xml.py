"""Event XML is cut into records by its tags; damage costs only the record it stands in."""

import pytest
from tests.unit.evidence.conftest import Look, Written

NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"


def event(number: int, inside: str = "") -> str:
    return (
        f"<Event xmlns='{NAMESPACE}'><System><EventID>{number}</EventID></System>"
        f"<EventData><Data Name='A'>&lt;Event&gt; {number}</Data>{inside}</EventData></Event>"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("block", [11, 2**20])
@pytest.mark.parametrize(
    ("head", "between", "tail"),
    [
        ("<?xml version='1.0' encoding='utf-8'?>\n<Events>\n", "\n", "\n</Events>"),
        ("", "\n", ""),
        ("<Events>", "", "</Events>"),
        ("<?xml version='1.0'?><!-- export -->\r\n<Events>\r\n ", "\r\n ", "\r\n"),
    ],
)
def test_every_event_is_one_record(
    look: Look,
    written: Written,
    monkeypatch: pytest.MonkeyPatch,
    head: str,
    between: str,
    tail: str,
    block: int,
    encoding: str,
) -> None:
    monkeypatch.setattr("crossline.evidence.texts.BLOCK_BYTES", block * 2)
    events = [event(number) for number in range(30)]
    seen = look(written((head + between.join(events) + tail).encode(encoding)))
    assert seen.faults == []
    assert [text.decode() for text in seen.texts] == events


def test_locators_are_the_lines_on_which_events_begin(look: Look, written: Written) -> None:
    text = "<Events>\n" + event(1) + "\n\n" + event(2).replace("><", ">\n<") + "\n" + event(3)
    assert look(written(text.encode())).locators == [2, 4, 12]


def test_an_event_inside_an_event_is_no_record_of_its_own(look: Look, written: Written) -> None:
    nested = event(1, "<Event xmlns='other'><Part/></Event>")
    assert [text.decode() for text in look(written(nested.encode())).texts] == [nested]


def test_an_event_without_end_is_rejected_and_the_rest_goes_on(
    look: Look, written: Written
) -> None:
    text = "<Events>\n" + event(1) + "\n" + event(2)[:-8] + "\n" + event(3) + "\n" + event(4)[:90]
    seen = look(written(text.encode()))
    assert [text.decode() for text in seen.texts] == [event(1), event(3)]
    assert [(fault.locator, fault.reason) for fault in seen.faults] == [
        (3, "the event has no end tag"),
        (5, "the event has no end tag"),
    ]


def test_an_event_over_the_bound_is_rejected(
    look: Look, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crossline.evidence.texts.BLOCK_BYTES", 64)
    monkeypatch.setattr("crossline.evidence.formats.xml.MOST_RECORD_BYTES", 1000)
    text = event(1) + event(2, "x" * 5000) + event(3)
    seen = look(written(text.encode()))
    assert [text.decode() for text in seen.texts] == [event(1), event(3)]
    assert any("longer than" in reason for reason in seen.reasons)


def test_an_event_element_of_another_kind_is_said(look: Look, written: Written) -> None:
    seen = look(written(b"<Events><Event><Name>x</Name></Event></Events>"))
    assert seen.texts == []
    assert [fault.kind for fault in seen.faults] == ["record"]
