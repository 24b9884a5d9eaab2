"""JSON Lines: lines keep their numbers, and what is too long or blank does no harm."""

import pytest
from tests.unit.evidence.conftest import Look, Written


def test_locators_are_lines_and_blank_lines_are_no_records(look: Look, written: Written) -> None:
    seen = look(written(b'{"a": 1}\n\n  \r\n{"a": 2}\r\n{"a": 3}'))
    assert seen.locators == [1, 4, 5]
    assert seen.texts == [b'{"a": 1}', b'{"a": 2}\r', b'{"a": 3}']


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings_are_translated(look: Look, written: Written, encoding: str) -> None:
    seen = look(written('{"a": "α"}\n{"a": "𝄞"}\n'.encode(encoding)))
    assert [text.decode() for text in seen.texts] == ['{"a": "α"}', '{"a": "𝄞"}']


def test_lines_are_whole_across_blocks(
    look: Look, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crossline.evidence.texts.BLOCK_BYTES", 7)
    lines = [b'{"number": %d}' % number for number in range(50)]
    seen = look(written(b"\n".join(lines)))
    assert seen.texts == lines
    assert seen.locators == list(range(1, 51))


@pytest.mark.parametrize("last", [b"", b'\n{"a": 2}\n'])
def test_a_line_over_the_bound_is_rejected_and_the_rest_goes_on(
    look: Look, written: Written, monkeypatch: pytest.MonkeyPatch, last: bytes
) -> None:
    monkeypatch.setattr("crossline.evidence.texts.BLOCK_BYTES", 64)
    monkeypatch.setattr("crossline.evidence.texts.MOST_RECORD_BYTES", 100)
    seen = look(written(b'{"a": 1}\n{"b": "' + b"x" * 1000 + b'"}' + last))
    assert [(fault.kind, fault.locator, fault.count) for fault in seen.faults] == [("record", 2, 1)]
    assert "longer than" in seen.reasons[0]
    assert seen.locators == ([1, 3] if last else [1])
